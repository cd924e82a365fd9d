"""What is to become of each message of a page: whether it is taken, parked, or parked already."""

from collections.abc import Sequence
from enum import Enum, auto
from itertools import takewhile

from ..store.recorder import ParkedRow, Recorder
from .parking import SEEN_BY_VIEWS, Told


class Fate(Enum):
    """What becomes of a message."""

    TAKE = auto()
    ALONE = auto()
    """Taken by itself, so that it is known which one fails."""
    PARK = auto()
    SKIP = auto()
    """It is parked already."""


class Fates:
    """Decides by what is parked of ``source``, as of the last ``look``."""

    def __init__(self, source: str, recorder: Recorder) -> None:
        self._source, self._recorder = source, recorder
        self._subjects: set[str] = set()
        self.alone_through = 0
        """Up to this position messages are taken by themselves."""

    def look(self) -> set[str]:
        """The subjects of which something is parked."""
        self._subjects = {subject for source, subject in self._recorder.parked_subjects() if source == self._source}
        return self._subjects

    def note(self, rows: Sequence[ParkedRow]) -> None:
        """These are parked now."""
        self._subjects |= {row.subject for row in rows if row.subject}

    def head_of(self, subject: str) -> ParkedRow | None:
        """The one that the others of its subject wait for."""
        return next(iter(self._recorder.parked_of(self._source, subject, 1)), None)

    def next_run(self, left: Sequence[Told], reacted: int) -> tuple[Fate, Sequence[Told]]:
        """The next messages that share one fate. ``reacted`` is how far the reactions have come."""
        fate = self._of(left[0], reacted)
        if fate is Fate.ALONE:
            return fate, left[:1]
        return fate, list(takewhile(lambda one: self._of(one, reacted) is fate, left))

    def _of(self, one: Told, reacted: int) -> Fate:
        if one.position <= reacted:
            return self._of_past(one)
        if one.unreadable or (one.waits and one.envelope.subject in self._subjects):
            return Fate.PARK
        return self._taken(one)

    def _of_past(self, one: Told) -> Fate:
        """Of what was reacted to, and one view has not seen: it came later, or the process died before it."""
        subject = one.envelope.subject
        if one.unreadable:
            return Fate.SKIP
        if subject and (subject not in self._subjects or not one.waits):
            return self._taken(one)
        row = self._recorder.parked_one(one.name)
        if row is not None:
            return self._taken(one) if row.stage in SEEN_BY_VIEWS else Fate.SKIP
        head = self.head_of(subject) if subject else None
        return Fate.PARK if head is not None and head.position < one.position else self._taken(one)

    def _taken(self, one: Told) -> Fate:
        return Fate.ALONE if one.position <= self.alone_through else Fate.TAKE
