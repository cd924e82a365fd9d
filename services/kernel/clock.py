"""What time it is. The sandbox clock can be moved forward by an operator, to let days pass in a trial."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .refusals import Conflicting


class SandboxOff(Conflicting):
    """The clock of a platform that serves real people cannot be moved."""

    sentence = "The clock of this platform is real and cannot be moved; start it with --sandbox to let time be moved."


FURTHEST = timedelta(days=36_600)


class NotForward(Conflicting):
    """Time only goes forward, and not for ever: what was recorded stays in the past."""

    sentence = "The clock only goes forward, at most {most_days} days ahead of the real time in all."


class Clock:
    """The real time, in UTC."""

    def now(self) -> datetime:
        """The current moment."""
        return datetime.now(UTC)

    def advance(self, by: timedelta) -> datetime:  # noqa: ARG002
        """Refused with SandboxOff."""
        raise SandboxOff()


class SandboxClock(Clock):
    """The real time plus what an operator has added; kept in a file that all processes of a platform read."""

    def __init__(self, path: Path, *, can_move: bool = True) -> None:
        """A platform whose time was moved keeps it; ``can_move`` says whether it may be moved on."""
        self._path, self._can_move = path, can_move
        self._read_at, self._ahead = 0, timedelta()
        self.on_advance: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + self._moved()

    def advance(self, by: timedelta) -> datetime:
        """Move time forward; returns the new time. Raises SandboxOff, NotForward."""
        if not self._can_move:
            raise SandboxOff()
        ahead = self._moved() + by
        if by <= timedelta() or ahead > FURTHEST:
            raise NotForward(most_days=FURTHEST.days)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"ahead_seconds": ahead.total_seconds()}))
        os.replace(fresh, self._path)
        for listener in self.on_advance:
            listener()
        return self.now()

    def _moved(self) -> timedelta:
        """How far ahead of the real time it is: read again whenever another process has moved it."""
        try:
            changed_at = os.stat(self._path).st_mtime_ns
        except FileNotFoundError:
            return self._ahead
        if changed_at != self._read_at:
            self._ahead = timedelta(seconds=json.loads(self._path.read_text())["ahead_seconds"])
            self._read_at = changed_at
        return self._ahead
