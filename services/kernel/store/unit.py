"""One decision: the aggregates it looks at, the facts it makes, what is stored with them."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from ..domain import AggregateRoot, Conflicting, Context, Fact, Refusal, acting, derived_id
from .commit import Ticket
from .eventstore import EventStore
from .live import LiveAggregates
from .recorder import DueRow, Entry, SideRow

Root = TypeVar("Root", bound=AggregateRoot)
DueRule = Callable[[Fact], Iterable[DueRow]]
TO_FORGET, FORGOTTEN_SIDE = "to forget", "forgotten"
"""The kinds of the side rows that say, by a person's id, whose key is to be destroyed, and whose was."""
AGAIN = "again:"
"""How the kinds of due rows begin that no fact sets: somebody looks once more, or goes on with the rest of many."""


class NotYet(Exception):
    """An aggregate has facts on their way to the disk and is not live: wait for them, then decide."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket


class Unit:
    """What one command reads and makes. Nothing of it is stored until its entry is.

    A decision may run more than once, so it has no side effect but on this unit, and ids come from ``new_id``.
    """

    def __init__(self, store: EventStore, live: LiveAggregates, context: Context, due: DueRule) -> None:
        self.context = context
        self._store, self._live, self._due = store, live, due
        self.roots: dict[UUID, AggregateRoot] = {}
        self.absent: set[UUID] = set()
        self.cached: dict[UUID, int] = {}
        """What was not read from the store for this unit, with the version that was taken for the latest stored."""
        self.together: dict[UUID, int] = {}
        """What a refusal rests on as a whole, with the versions that were seen; see ``rest_on``."""
        self.sides: list[SideRow] = []
        self.due: list[DueRow] = []
        self.taken: dict[tuple[str, str], Refusal] = {}
        self._known_sides: dict[tuple[str, str], bytes] = {}

    @property
    def process_id(self) -> UUID:
        """In which process this is decided; nothing but where to look first may follow from it."""
        return self._live.process_id

    def find(self, kind: type[Root], originator_id: UUID) -> Root | None:
        """The aggregate as of now, or None when there is none of this kind."""
        root = self._at_hand(originator_id) or self._looked_up(kind, originator_id)
        if root is None:
            self.absent.add(originator_id)  # the decision relies on that
        if not isinstance(root, kind):
            return None
        self.roots[originator_id] = root
        return root

    def _looked_up(self, kind: type[AggregateRoot], originator_id: UUID) -> AggregateRoot | None:
        """As it is stored; that there is none is known from an earlier look, too."""
        if originator_id in self._live.absent:
            self.cached[originator_id] = 0
            return None
        root = self._store.load_any(kind, originator_id)
        if root is None:
            self._live.note_absent(originator_id)
        return root

    def version(self, originator_id: UUID) -> int:
        """The version of an aggregate as of now, facts on their way included; 0 when there is none."""
        root = self._at_hand(originator_id)
        return self._store.recorder.version(originator_id) if root is None else root.version

    def _at_hand(self, originator_id: UUID) -> AggregateRoot | None:
        """The aggregate as this unit or a decision before it left it. Raises NotYet."""
        if originator_id in self.roots:
            return self.roots[originator_id]
        root = self._live.get(originator_id)
        if root is not None:
            self.roots[originator_id] = root
            self.cached[originator_id] = root.version - len(root.pending_events)
            return root
        ticket = self._live.tickets.get(originator_id)
        if ticket is not None and not ticket.done:
            raise NotYet(ticket)
        return None

    def rest_on(self, originator_ids: Iterable[UUID]) -> None:
        """A refusal rests on several things as a whole, which were looked at one after the other: it is told only when
        all of them were so at one position, else the command is decided again."""
        for root in map(self.roots.__getitem__, originator_ids):
            self.together[root.id] = root.version - len(root.pending_events)

    def get(self, kind: type[Root], originator_id: UUID, otherwise: Refusal) -> Root:
        """The aggregate as of now; refused with ``otherwise`` when there is none."""
        root = self.find(kind, originator_id)
        if root is None:
            raise otherwise
        return root

    def add(self, root: AggregateRoot) -> None:
        """Take in an aggregate that this command began."""
        self.roots[root.id] = root

    def new_id(self, *parts: object) -> UUID:
        """An id for something this command begins: the same when it is decided again."""
        return derived_id(self.context.command_id, *parts)

    def blinded(self, text: str) -> str:
        """A keyed digest under which a side row about something personal is kept."""
        keys = self._store.mapper.keys
        assert keys is not None, "a store without keys is for reading alone"
        return keys.blinded(text)

    def side(self, kind: str, key: str) -> bytes | None:
        """The stored value of a side row."""
        known = self._known_sides.get((kind, key))
        return self._store.recorder.side(kind, key) if known is None else known

    def know_side(self, kind: str, key: str, value: bytes) -> None:
        """Whoever decides knows the value of a side row that never changes: nobody looks it up."""
        self._known_sides[kind, key] = value

    def sides_of(self, kind: str, value: bytes) -> list[str]:
        """The keys of the side rows of a kind with this value; it looks at all of them."""
        return [key for key, found in self._store.recorder.sides(kind).items() if found == value]

    def claim_side(self, kind: str, key: str, value: bytes, taken: Refusal) -> None:
        """Store a side row that must be new; refused with ``taken`` when there is one."""
        if self.side(kind, key) is not None:
            raise taken
        self.taken[kind, key] = taken
        self.sides.append(SideRow(kind, key, value, unique=True))

    def put_side(self, kind: str, key: str, value: bytes | None) -> None:
        """Store a side row in place of an older one; None drops it."""
        self.sides.append(SideRow(kind, key, value))

    def forget(self, person_id: UUID) -> None:
        """This person's key is to be destroyed, which is done once that is stored; see ``kernel.forgetting``."""
        if self.side(FORGOTTEN_SIDE, str(person_id)) is None:
            self.put_side(TO_FORGET, str(person_id), b"")

    def is_forgotten(self, person_id: UUID) -> bool:
        """Whether this person is forgotten here, or about to be."""
        return any(self.side(kind, str(person_id)) is not None for kind in (FORGOTTEN_SIDE, TO_FORGET))

    def set_due(self, kind: str, subject: str, due_at: datetime) -> None:
        """This falls due, although no fact says so: the kind begins with AGAIN."""
        assert kind.startswith(AGAIN), kind
        self.due.append(DueRow(kind, subject, due_at))

    def clear_due(self, row: DueRow) -> None:
        """This due row is done, even when no fact came of it; one that was moved meanwhile stays."""
        self.due.append(DueRow(row.kind, row.subject, None, was_due_at=row.due_at))

    @contextmanager
    def caused_by(self, context: Context):  # type: ignore[no-untyped-def]
        """Record what is decided inside under another context of the same unit."""
        before, self.context = self.context, context
        try:
            with acting(context):
                yield self
        finally:
            self.context = before

    @property
    def changed(self) -> list[AggregateRoot]:
        """The aggregates that have facts to store."""
        return [root for root in self.roots.values() if root.pending_events]

    def entry(self) -> tuple[Entry, list[AggregateRoot]]:
        """All that is to be stored, mapped and sealed, and the aggregates it changes."""
        changed = self.changed
        stored: list[StoredEvent] = []
        due: dict[tuple[str, str], DueRow] = {(row.kind, row.subject): row for row in self.due}
        for root in changed:
            for fact in root.collect_events():
                stored.append(self._store.mapper.to_stored_event(fact))
                due.update({(row.kind, row.subject): row for row in self._due(fact)})  # type: ignore[arg-type]
        return Entry(facts=stored, sides=self.sides, due=list(due.values()), reads=self._reads(changed)), changed

    def _reads(self, changed: Iterable[AggregateRoot]) -> dict[UUID, int]:
        """What the decision relied on and leaves as it is, with the versions that it saw."""
        new = {root.id for root in changed}
        seen = {root.id: root.version for root in self.roots.values()}
        return {one: version for one, version in (dict.fromkeys(self.absent, 0) | seen).items() if one not in new}


class DecisionGaveUp(Conflicting):
    """Others kept changing the same thing at the same moment."""

    sentence = "Others changed this at the same moment, several times over; try again."
