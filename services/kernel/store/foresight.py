"""What decisions that have gathered would ask the store for, one after the other, is asked for at once.

Most of what is looked for is not there: a command that nobody has carried out, a thing that is to begin, the key of who
is new. That is remembered. What is there is made live, and what is live already is caught up with what other processes
have stored: a decision on an outdated copy would be refused, and everybody with it who is stored at the same moment.

All of it may be wrong by the time of a decision, as if another process had been a little faster: whoever relied on it
is told so when it is to be stored, and decides again.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, suppress
from itertools import islice
from typing import TypeVar
from uuid import UUID

from ..domain import AggregateRoot
from .command import Command
from .eventstore import EventStore
from .live import LiveAggregates

Root = TypeVar("Root", bound=AggregateRoot)
Seen = TypeVar("Seen")
MOST_REMEMBERED = 2_000
MOST_THINGS = 500
"""How many things are looked for at once; a decision looks for any other by itself."""
MOST_FACTS = 200
"""How many new facts of one thing are read: one that has more is better loaded from its snapshot."""


class Foresight:
    """Remembers what there is not, for the decisions of one service, which are taken under ``turn``, and keeps ``live``
    up to date for them."""

    def __init__(self, store: EventStore, live: LiveAggregates, turn: AbstractContextManager[object]) -> None:
        self._store, self._live, self._turn = store, live, turn
        self._new: OrderedDict[UUID, None] = OrderedDict()
        self._believed: OrderedDict[UUID, None] = OrderedDict()

    def look(self, commands: Iterable[Command]) -> None:
        """Look for all that they may look for, where that is several. A store that is away is met by them."""
        gathered = list(commands)
        ids = {one.context.command_id for one in gathered if one.digest is not None and not one.is_new}
        with self._turn, suppress(Exception):
            things = self._all_about(gathered)
            if len(ids) + len(things) > 1:
                self._ask(ids, things)
                self._follow(gathered, things)
            if len(gathered) > 1 and self._store.mapper.keys is not None:
                self._store.mapper.keys.fetch({str(one.context.actor_id) for one in gathered})

    def bring(self, things: Iterable[UUID]) -> None:
        """Make things live as they are stored now; those that cannot be read are met by whoever needs them."""
        with self._turn:
            self._ask((), set(islice(things, MOST_THINGS)))

    def seen(self, kind: type[Root], originator_id: UUID, see: Callable[[Root], Seen]) -> Seen | None:
        """What ``see`` finds in a thing as it was stored when it was brought, or is now; None when there is none of
        this kind. Others may change it as soon as ``see`` has returned, so it takes away copies alone."""
        with self._turn:
            root = self._live.settled(originator_id)
            if root is not None:
                return see(root) if isinstance(root, kind) else None
        loaded = self._store.load(kind, originator_id)
        return None if loaded is None else see(loaded)

    def takes_for_new(self, command_id: UUID) -> bool:
        """Whether a command was not carried out when somebody looked; that is believed once."""
        if command_id not in self._new:
            return False
        del self._new[command_id]
        self._believed[command_id] = None
        _bound(self._believed)
        return True

    def was_believed(self, command_id: UUID) -> bool:
        """Whether that was believed of a command, and nobody has asked since."""
        return self._believed.pop(command_id, self) is None

    def _all_about(self, commands: Iterable[Command]) -> set[UUID]:
        """What they may look for, as far as that is known from what is live."""
        found: set[UUID] = set()
        for command in commands:
            reached, ahead = set[UUID](), set(command.about)
            while ahead:
                reached |= ahead
                roots = [root for one in ahead if (root := self._live.get(one)) is not None]
                ahead = {led for root in roots for led in command.leads_to(root)} - reached
            found |= reached
        return set(islice(found, MOST_THINGS))

    def _follow(self, commands: Collection[Command], asked: set[UUID]) -> None:
        """Look for what these things lead to, now that they are live, and so on: one statement for each step."""
        while more := set(islice(self._all_about(commands) - asked, MOST_THINGS - len(asked))):
            self._ask((), more)
            asked |= more

    def _ask(self, command_ids: Collection[UUID], things: Iterable[UUID]) -> None:
        known = {one: self._live.settled(one) for one in things if not self._live.is_under_way(one)}
        if not command_ids and not known:
            return
        versions = {one: 0 if root is None else root.version for one, root in known.items()}
        try:
            new, found = self._store.recorder.news(command_ids, versions, MOST_FACTS)
            brief = {one: since for one, since in found.items() if len(since[1]) < MOST_FACTS}
            roots = self._store.caught_up(known, brief)
        except Exception:  # noqa: BLE001  what nobody can tell the state of is loaded by whoever needs it, or fails there
            self._live.drop(known)
            return
        self._live.drop(found.keys() - roots.keys())
        self._note({one: root for one, root in (known | roots).items() if one in roots or one not in found})
        for command_id in new:
            self._new[command_id] = None
        _bound(self._new)

    def _note(self, roots: dict[UUID, AggregateRoot | None]) -> None:
        for one, root in roots.items():
            if root is None:
                self._live.note_absent(one)
            else:
                self._live.keep(root, None)


def _bound(remembered: OrderedDict[UUID, None]) -> None:
    while len(remembered) > MOST_REMEMBERED:
        remembered.popitem(last=False)
