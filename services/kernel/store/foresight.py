"""What decisions that have gathered would ask the store for, one after the other, is asked for at once.

What is looked for most is not there: a command that nobody has carried out, a thing that is to begin, the key of who is
new. Only that is remembered. It may be wrong by the time of a decision, as if another process had been a little faster:
whoever relied on it is told so when it is to be stored, and decides again.
"""

from collections import OrderedDict
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from typing import Protocol
from uuid import UUID

from ..domain import Context
from .eventstore import EventStore
from .live import LiveAggregates

MOST_REMEMBERED = 2_000


class Foreseen(Protocol):
    """A command that is to be decided; see ``Command``."""

    @property
    def context(self) -> Context:
        """Its id, and whose it is."""

    @property
    def about(self) -> frozenset[UUID]:
        """What it may look for."""

    @property
    def digest(self) -> bytes | None:
        """Without one, nobody looks whether it was carried out."""

    @property
    def is_new(self) -> bool:
        """Whether nobody can have asked for it before."""


class Foresight:
    """Remembers what there is not, for the decisions of one service, which are taken under ``turn``."""

    def __init__(self, store: EventStore, live: LiveAggregates, turn: AbstractContextManager[object]) -> None:
        self._store, self._live, self._turn = store, live, turn
        self._new: OrderedDict[UUID, None] = OrderedDict()
        self._believed: OrderedDict[UUID, None] = OrderedDict()

    def look(self, commands: Iterable[Foreseen]) -> None:
        """Look for all that they may look for, where there are several. A store that is away is met by them."""
        gathered = list(commands)
        if len(gathered) < 2:
            return
        with self._turn, suppress(Exception):
            self._look_for_rows(gathered)
            self._look_for_keys(gathered)

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

    def _look_for_rows(self, commands: list[Foreseen]) -> None:
        ids = {one.context.command_id for one in commands if one.digest is not None and not one.is_new}
        things = {thing for one in commands for thing in one.about if not self._live.knows(thing)}
        if not ids and not things:
            return
        new, absent = self._store.recorder.missing(ids, things)
        for command_id in new:
            self._new[command_id] = None
        _bound(self._new)
        for thing in absent:
            self._live.note_absent(thing)

    def _look_for_keys(self, commands: list[Foreseen]) -> None:
        if self._store.mapper.keys is not None:
            self._store.mapper.keys.fetch({str(one.context.actor_id) for one in commands})


def _bound(remembered: OrderedDict[UUID, None]) -> None:
    while len(remembered) > MOST_REMEMBERED:
        remembered.popitem(last=False)
