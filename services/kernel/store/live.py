"""What decisions find at hand: aggregates as the latest decision left them, and which ones there are not."""

import math
import time
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from ..domain import AggregateRoot, fresh_id
from .commit import Ticket
from .eventstore import holds_personal_fields
from .keys import CACHE_SECONDS


class LiveAggregates:
    """Aggregates as last decided, with the ticket of their latest facts. Used only under the lock of decisions.

    One that holds personal fields is live for as long as keys are remembered, so that this process forgets a person
    as soon when another one has destroyed her key.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self.process_id = fresh_id()
        """Another one in each process, so that each can begin somewhere else when it has to look for something."""
        self._roots: OrderedDict[UUID, AggregateRoot] = OrderedDict()
        self._until: dict[UUID, float] = {}
        self.tickets: dict[UUID, Ticket] = {}
        self.absent: OrderedDict[UUID, None] = OrderedDict()
        """Ids of which the store had nothing when somebody looked; whoever relies on that says so in his entry."""

    def get(self, originator_id: UUID) -> AggregateRoot | None:
        """The live aggregate, if it is here."""
        if self._until.get(originator_id, math.inf) < time.monotonic():
            self.drop([originator_id])
        root = self._roots.get(originator_id)
        if root is not None:
            self._roots.move_to_end(originator_id)
        return root

    def settled(self, originator_id: UUID) -> AggregateRoot | None:
        """The live aggregate, if it is here as it is stored."""
        return None if self.is_under_way(originator_id) else self.get(originator_id)

    def is_under_way(self, originator_id: UUID) -> bool:
        """Whether facts of it are on their way to the disk."""
        ticket = self.tickets.get(originator_id)
        return ticket is not None and not ticket.done

    def keep(self, root: AggregateRoot, ticket: Ticket | None) -> None:
        """Keep an aggregate as decided; its facts come with the ticket."""
        if self._roots.get(root.id) is not root and holds_personal_fields(type(root)):
            self._until[root.id] = time.monotonic() + CACHE_SECONDS
        self._roots[root.id] = root
        self._roots.move_to_end(root.id)
        self.absent.pop(root.id, None)
        if ticket is not None:
            self.tickets[root.id] = ticket
        while len(self._roots) > self._most:
            oldest, _ = self._roots.popitem(last=False)
            self._until.pop(oldest, None)
        if len(self.tickets) > self._most:
            self.tickets = {owner: open_one for owner, open_one in self.tickets.items() if not open_one.done}

    def note_absent(self, originator_id: UUID) -> None:
        """The store has nothing of it."""
        self.absent[originator_id] = None
        if len(self.absent) > self._most:
            self.absent.popitem(last=False)

    def drop(self, originator_ids: Iterable[UUID]) -> None:
        """Forget aggregates; the next decision reads them from the store."""
        for originator_id in originator_ids:
            self._roots.pop(originator_id, None)
            self._until.pop(originator_id, None)
            self.absent.pop(originator_id, None)

    def drop_personal(self) -> None:
        """Forget those that hold personal fields."""
        self.drop(list(self._until))

    def clear(self) -> None:
        """Forget all of them."""
        self._roots.clear()
        self._until.clear()
        self.absent.clear()
        self.tickets.clear()
