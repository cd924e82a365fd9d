"""What a store of facts can do: the interface that SQLite fills here and other databases fill beside it.

One append is one transaction: facts, command rows, tracking, side rows, due rows and the hash chain of
the whole call are stored, or nothing is. The reason for a refusal is told apart by the row that
clashed, never guessed: a known command, a seen position and a version conflict ask for different answers.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent, Tracking


class CommandKnown(IntegrityError):
    """A command with this id was stored before: look up its answer."""


class PositionSeen(IntegrityError):
    """A tracking position was stored before: the effect is already there."""


class VersionConflict(IntegrityError):
    """A fact does not follow the stored version of its aggregate: decide again from the store."""


class SideTaken(IntegrityError):
    """A side row that must be unique exists."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"side row {kind} exists")
        self.kind, self.key = kind, key


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command that was carried out: keyed digest of its body and its answer (JSON: ids alone, nothing personal)."""

    command_id: UUID
    digest: bytes
    answer: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class SideRow:
    """A deletable row beside the facts, such as a password hash. ``value`` None drops it; ``unique`` must be new."""

    kind: str
    key: str
    value: bytes | None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something to be worked off at ``due_at``; None clears it. One row for each kind and subject.

    With ``was_due_at`` it is cleared only if it is still due then: one that was moved meanwhile stays.
    """

    kind: str
    subject: str
    due_at: datetime | None
    tries: int = 0
    was_due_at: datetime | None = None


@dataclass(slots=True)
class Entry:
    """All that one command stores, together or not at all."""

    facts: list[StoredEvent] = field(default_factory=list)
    command: CommandRow | None = None
    tracking: list[Tracking] = field(default_factory=list)
    sides: list[SideRow] = field(default_factory=list)
    due: list[DueRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """The state of an aggregate at a version, as bytes, with the code version that took it."""

    version: int
    stamp: str
    state: bytes


class Recorder(ABC):
    """A store of the facts of one service. Positions start at 1 and only grow; readers never see one skipped."""

    @abstractmethod
    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Store all entries in order in one transaction; return the position each has reached.

        Raises CommandKnown, PositionSeen, VersionConflict or SideTaken, and then stores nothing.
        """

    @abstractmethod
    def select_events(self, originator_id: UUID, *, after_version: int = 0) -> list[StoredEvent]:
        """The facts of one aggregate in order, after a version."""

    @abstractmethod
    def select_notifications(self, after: int, limit: int, upto: int | None = None) -> list[Notification]:
        """Up to ``limit`` facts of the whole service in order, after a position and up to another."""

    @abstractmethod
    def position(self) -> int:
        """The position of the latest fact; 0 before the first."""

    @abstractmethod
    def version(self, originator_id: UUID) -> int:
        """The latest stored version of an aggregate; 0 when there is none."""

    @abstractmethod
    def command(self, command_id: UUID) -> CommandRow | None:
        """The command with this id, if it was carried out."""

    @abstractmethod
    def side(self, kind: str, key: str) -> bytes | None:
        """The value of a side row."""

    @abstractmethod
    def tracked(self, reader: str) -> int:
        """How far a reader of another log has come; 0 before the first."""

    @abstractmethod
    def due(self, now: datetime, limit: int) -> list[DueRow]:
        """What is due, the earliest first."""

    @abstractmethod
    def postpone(self, row: DueRow, until: datetime) -> None:
        """Try a due row again later; counts the try. Nothing happens when it was cleared or moved meanwhile."""

    @abstractmethod
    def snapshot(self, originator_id: UUID) -> StoredSnapshot | None:
        """The latest snapshot of an aggregate."""

    @abstractmethod
    def keep_snapshot(self, originator_id: UUID, snapshot: StoredSnapshot) -> None:
        """Keep a snapshot in place of an older one."""

    @abstractmethod
    def close(self) -> None:
        """Let go of all connections."""
