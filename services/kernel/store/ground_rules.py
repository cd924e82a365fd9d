"""What must be true of the store of every service, whatever it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from ..domain import Fact
from .at_rest import StoreAtRest
from .chain import BrokenChain, Row, Walk
from .eventstore import EventStore, kind_of
from .invariants import Broken, Invariant
from .message_rules import HeadOf, KeptMessagesFollow, ParkedMessagesAreSane, ReadersAreNotAhead
from .sealing import SealingMapper
from .unit import AGAIN, DueRule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FileIsWhole(Invariant):
    """Asks the database: a changed byte outside the facts, in an index, is found here."""

    name = "file"
    sentence = "The database finds nothing wrong with what it keeps, indexes included."
    needs_all_facts = False

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store

    def finish(self) -> None:
        self.checked = 1
        if fault := self._store.fault():
            raise Broken(fault)


class ChainHolds(Invariant):
    """See ``chain``."""

    name = "chain"
    sentence = "Every fact lies there as it was stored, none is missing, and the log ends where it ended."
    needs_all_facts = False

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store, self._walk = store, Walk()

    def see_row(self, row: Row) -> None:
        try:
            self._walk.pass_by(row)
        except BrokenChain as broken:
            raise Broken(str(broken), broken.position) from broken
        self.checked = self._walk.count

    def finish(self) -> None:
        """What nobody was shown, because a fact before it could not be read, is walked now."""
        head, row = self._store.head(), None
        try:
            if (self._walk.position, self._walk.previous) != head:
                for row in self._store.rows():
                    if row.position > self._walk.position:
                        self._walk.pass_by(row)
            self.checked = self._walk.end(head)
        except BrokenChain as broken:
            at = row if row and row.position == broken.position else None
            raise Broken(str(broken), broken.position, str(at.originator_id) if at else None) from broken


class VersionsHaveNoHole(Invariant):
    """Invariant I-02."""

    name = "I-02 versions"
    sentence = "The facts of each stream have the versions 1, 2, 3 and so on, in the order of the log."

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[int, int] = {}

    def see_row(self, row: Row) -> None:
        stream = row.originator_id.int
        before = self._latest.get(stream, 0)
        self._latest[stream] = row.version
        if row.version != before + 1:
            raise Broken(f"version {row.version} comes after version {before}")
        self.checked = len(self._latest)


class CommandsArePlaced(Invariant):
    """A command row that was not stored with its facts would answer a repeat with what never happened."""

    name = "commands"
    sentence = "Every command row has an answer and the position of its own last fact, or of a fact before it."

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._last: dict[str, int] = {}
        """By the command's id in 32 digits, as bytes tell it soonest."""

    def see(self, position: int, fact: Fact) -> None:
        self._last[fact.meta[2].replace("-", "")] = position

    def finish(self) -> None:
        head, _ = self._store.head()
        for command_id, digest, answer, position in self._store.commands():
            self.checked += 1
            if not _is_command(command_id, digest, answer) or not isinstance(position, int):
                raise Broken(f"{_named(command_id)} is not what was stored")
            if not 0 <= position <= head:
                raise Broken(f"{_named(command_id)} points behind the end of the log", position)
            last = self._last.get(command_id.hex(), position)
            if last != position:
                raise Broken(f"{_named(command_id)} does not point to its last fact, {last}", position)


class SnapshotsAreTrue(Invariant):
    """Invariant I-11."""

    name = "I-11 snapshots"
    sentence = "A snapshot with the facts after it gives the same aggregate as all facts."

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store

    def finish(self) -> None:
        facts = EventStore(self._store, SealingMapper(None))
        for originator_id, topic in self._store.snapshots():
            self.checked += 1
            if not topic or not self._is_true(facts, originator_id, topic):
                raise Broken("the snapshot differs from the facts", stream=str(originator_id))

    @staticmethod
    def _is_true(facts: EventStore, originator_id: UUID, topic: str) -> bool:
        kind = kind_of(topic)
        try:
            short = facts.load(kind, originator_id)
        except Exception as failure:
            raise Broken(f"the snapshot cannot be read: {failure!r}", stream=str(originator_id)) from failure
        whole = facts.load(kind, originator_id, use_snapshot=False)
        return short is not None and whole is not None and vars(short) == vars(whole)


class DueRowsFollow(Invariant):
    """A due row that is lost is a hold that never matures, or a reservation that never ends.

    The clock takes a row away also when nothing was left to decide, so a row that has been due may be gone. Of rows
    that no fact sets, nobody can say how many there must be.
    """

    name = "due"
    sentence = "What is to fall due is what the facts say: nothing more, and of what lies ahead nothing less."

    def __init__(self, store: StoreAtRest, rule: DueRule, now: datetime) -> None:
        super().__init__()
        self._store, self._rule, self._now = store, rule, now
        self._expected: dict[tuple[str, str], tuple[datetime, int, UUID]] = {}

    def see(self, position: int, fact: Fact) -> None:
        for row in self._rule(fact):
            key = (row.kind, row.subject)
            if row.due_at is not None:
                self._expected[key] = row.due_at, position, fact.originator_id
            elif row.was_due_at is None or self._expected.get(key, (None,))[0] == row.was_due_at:
                self._expected.pop(key, None)

    def finish(self) -> None:
        stored = self._store.due_rows()
        self.checked = len(stored)
        for (kind, subject), at in stored.items():
            if kind.startswith(AGAIN):
                continue
            expected = self._expected.get((kind, subject))
            if expected is None or _microseconds(expected[0]) != at:
                raise Broken(f"no fact says that {kind!r} of {subject} is due then", expected and expected[1], subject)
        for (kind, subject), (due_at, position, stream) in self._expected.items():
            if (kind, subject) not in stored and due_at > self._now:
                what = f"{kind!r} of {subject} is due at {due_at.isoformat()}, and has no row"
                raise Broken(what, position, str(stream))


def ground_rules(
    store: StoreAtRest, rule: DueRule, head_of: HeadOf, now: datetime
) -> tuple[list[Invariant], list[Invariant]]:
    """All of the above: what is checked on the bytes, and what is checked on the facts."""
    return [FileIsWhole(store), ChainHolds(store), VersionsHaveNoHole()], [
        CommandsArePlaced(store),
        ReadersAreNotAhead(store, head_of),
        KeptMessagesFollow(store, head_of),
        ParkedMessagesAreSane(store, head_of),
        SnapshotsAreTrue(store),
        DueRowsFollow(store, rule, now),
    ]


def _named(command_id: object) -> str:
    return f"the row of command {command_id.hex() if isinstance(command_id, bytes) else repr(command_id)}"


def _is_command(command_id: Any, digest: Any, answer: Any) -> bool:
    try:
        is_answered = isinstance(orjson.loads(answer), dict)
    except ValueError:  # what is neither text nor bytes, too
        return False
    return is_answered and isinstance(digest, bytes) and isinstance(command_id, bytes) and len(command_id) == 16


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
