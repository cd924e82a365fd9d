"""What a store of facts can do: the interface that SQLite fills here and other databases fill beside it.

One append is one transaction: all that the entries of a call hold, and the hash chain, or nothing. Why one is refused
is told by the kinds of ``clashes``.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent, Tracking

from .chain import Row


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
    """Something to be worked off at ``due_at``; None clears it, with ``was_due_at`` only if it is still due then: one
    that was moved meanwhile stays. One row for each kind and subject."""

    kind: str
    subject: str
    due_at: datetime | None
    tries: int = 0
    was_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message of another log as it was taken in, for those who read it from here; ``envelope`` is its JSON."""

    source: str
    source_position: int
    type: str
    envelope: bytes


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A kept message at its own position (1, 2, 3, ... without a hole), linked to the one before: chain.kept_link."""

    position: int
    message: KeptMessage
    link: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRow:
    """A message that could not be handled, with its cause, and nothing personal. ``name`` is its id ("mall:42"), or a
    digest of what had none. Later messages of the same source and subject wait behind it; an empty subject keeps nobody
    waiting. ``envelope`` is its JSON; empty when it could not be read. ``stage`` says how far it came: "unreadable",
    "views", "reactions", "behind" (it waits) or "rpc".
    """

    name: str
    source: str
    position: int
    subject: str
    type: str
    stage: str
    cause: str
    parked_at: datetime
    envelope: bytes = b""


@dataclass(slots=True)
class Entry:
    """All that one command stores, together or not at all. ``reads`` are the aggregates that the decision relied on and
    does not change, with their versions (0: there was none): another one by then is a VersionConflict. ``released`` are
    names of parked rows that are taken away, before ``parked`` are stored: so one is put in the place of another.
    """

    facts: list[StoredEvent] = field(default_factory=list)
    command: CommandRow | None = None
    tracking: list[Tracking] = field(default_factory=list)
    sides: list[SideRow] = field(default_factory=list)
    due: list[DueRow] = field(default_factory=list)
    reads: dict[UUID, int] = field(default_factory=dict)
    kept: list[KeptMessage] = field(default_factory=list)
    parked: list[ParkedRow] = field(default_factory=list)
    released: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """The state of an aggregate at a version, as bytes, with the code version that took it."""

    version: int
    stamp: str
    state: bytes


Since: TypeAlias = tuple[StoredSnapshot | None, list[StoredEvent]]
"""What an aggregate has come to since a version. With a snapshot, its facts begin with the one that it was taken at,
which tells of what kind it is."""


class Recorder(ABC):
    """A store of the facts of one service. Positions start at 1 and only grow; readers never see one skipped."""

    @abstractmethod
    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Store all entries in order in one transaction; return the position each has reached.

        A message that is parked already stays as it is. A read of an aggregate that an entry of the same call
        changes is not compared: whoever hands both in has decided them in this order.
        Raises CommandKnown, PositionSeen, VersionConflict, SideTaken or NotParked, and then stores nothing.
        """

    @abstractmethod
    def select_events(self, originator_id: UUID, *, after_version: int = 0) -> list[StoredEvent]:
        """The facts of one aggregate in order, after a version."""

    @abstractmethod
    def select_latest(self, originator_id: UUID, topics: Collection[str]) -> StoredEvent | None:
        """The latest fact of one aggregate that is of one of these topics."""

    @abstractmethod
    def select_notifications(self, after: int, limit: int, upto: int | None = None) -> list[Notification]:
        """Up to ``limit`` facts of the whole service in order, after a position and up to another."""

    def history(self, originator_id: UUID, stamp: str) -> tuple[StoredSnapshot | None, list[StoredEvent]]:
        """What an aggregate is made of: its latest snapshot, if that bears this stamp, and all facts after it."""
        latest = self.snapshot(originator_id)
        if latest is None or latest.stamp != stamp:
            return None, self.select_events(originator_id)
        return latest, self.select_events(originator_id, after_version=latest.version)

    @abstractmethod
    def position(self) -> int:
        """The position of the latest fact; 0 before the first."""

    @abstractmethod
    def version(self, originator_id: UUID) -> int:
        """The latest stored version of an aggregate; 0 when there is none."""

    @abstractmethod
    def command(self, command_id: UUID) -> CommandRow | None:
        """The command with this id, if it was carried out."""

    def news(
        self, commands: Collection[UUID], known: Mapping[UUID, int], most: int
    ) -> tuple[set[UUID], dict[UUID, Since]]:
        """Which of these commands were not carried out, and what aggregates have come to since these versions (0:
        nothing is known of it, and a snapshot will do), as far as that is anything; of each, ``most`` facts at most."""
        found = {one: self._since(one, version, most) for one, version in known.items()}
        new = {one for one in commands if self.command(one) is None}
        return new, {one: since for one, since in found.items() if since[1]}

    def _since(self, originator_id: UUID, version: int, most: int) -> Since:
        snapshot = None if version else self.snapshot(originator_id)
        after = version if snapshot is None else snapshot.version - 1
        return snapshot, self.select_events(originator_id, after_version=after)[:most]

    @abstractmethod
    def side(self, kind: str, key: str) -> bytes | None:
        """The value of a side row."""

    @abstractmethod
    def sides(self, kind: str) -> dict[str, bytes]:
        """All side rows of a kind: key and value."""

    @abstractmethod
    def scrub(self) -> bool:
        """Take deleted side rows off the disk, as far as we can; False when somebody still reads the older state."""

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
    def tried(self, over: int) -> dict[str, int]:
        """By kind, how many due rows were tried more often than that; kinds without one are left out."""

    @abstractmethod
    def snapshot(self, originator_id: UUID) -> StoredSnapshot | None:
        """The latest snapshot of an aggregate."""

    @abstractmethod
    def keep_snapshot(self, originator_id: UUID, snapshot: StoredSnapshot) -> None:
        """Keep a snapshot in place of an older one."""

    @abstractmethod
    def kept(self, after: int, limit: int) -> list[KeptRow]:
        """Up to ``limit`` kept messages in order, after a position."""

    @abstractmethod
    def kept_head(self) -> tuple[int, bytes]:
        """Position and link of the latest kept message; (0, GENESIS) before the first."""

    @abstractmethod
    def kept_count(self, types: Collection[str], through: int) -> int:
        """How many kept messages of these types there are up to a position."""

    @abstractmethod
    def parked(self, limit: int, offset: int = 0) -> list[ParkedRow]:
        """Parked messages in the order of source, position and name."""

    @abstractmethod
    def parked_one(self, name: str) -> ParkedRow | None:
        """The parked message of this name."""

    @abstractmethod
    def parked_of(self, source: str, subject: str, limit: int) -> list[ParkedRow]:
        """What is parked of one subject, in the order of positions: the first is the one that the others wait for."""

    @abstractmethod
    def parked_count(self) -> int:
        """How many messages are parked."""

    @abstractmethod
    def poison_count(self, stage: str) -> int:
        """How many of a stage are of no subject: what was no message and keeps nobody waiting."""

    @abstractmethod
    def parked_subjects(self) -> set[tuple[str, str]]:
        """Source and subject (none empty) of all that is parked: what comes later on one of them waits behind."""

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Every stored fact as it lies there, with its link. Raises BrokenChain for what cannot be one."""

    @abstractmethod
    def head(self) -> tuple[int, bytes]:
        """Position and link of the latest fact; (0, GENESIS) before the first, (0, b"") when they are gone."""

    @abstractmethod
    def close(self) -> None:
        """Let go of all connections."""
