"""A clock that stands still until a test moves it."""

from datetime import datetime, timedelta

from services.kernel.clock import Clock
from tests.support.scenario import NOON


class StillClock(Clock):
    """It is noon, for as long as the test likes."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; returns the new time."""
        self._at += by
        return self._at
