"""A clock that stands still until a test moves it."""

from datetime import datetime, timedelta

from services.kernel.clock import Clock
from tests.support.scenario import NOON


class StillClock(Clock):
    """It is noon, for as long as the test likes; ``at`` can be set."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; returns the new time."""
        self.at += by
        return self.at
