"""Why an append is refused, told apart by the row that clashed: each reason asks for another answer."""

from eventsourcing.persistence import IntegrityError


class CommandKnown(IntegrityError):
    """A command with this id was stored before: look up its answer."""


class PositionSeen(IntegrityError):
    """A tracking position was stored before: the effect is already there."""


class VersionConflict(IntegrityError):
    """A fact does not follow the stored version, or the decision read one that has moved on: decide again."""


class NotParked(IntegrityError):
    """A parked message that is to be taken away is not there (any more): somebody else dealt with it."""


class SideTaken(IntegrityError):
    """A side row that must be unique exists."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"side row {kind} exists")
        self.kind, self.key = kind, key
