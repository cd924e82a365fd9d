"""What waits for its time to come: each must still have the row by which the clock finds it."""

from typing import Any
from uuid import UUID

from services.events import due
from services.events.domain import registration_facts as facts
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant


class NothingWaitsForEver(Invariant):
    """A lost due row is a seat that is never free again."""

    name = "waiting"
    sentence = "Seats that are kept for a payment will be free again when it does not come."

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._waiting: dict[UUID, int] = {}

    @when(facts.SeatsHeld)
    def held(self, position: int, fact: facts.SeatsHeld) -> None:
        self._waiting[fact.originator_id] = position

    @when(facts.TicketIssued, facts.Ended)
    def settled(self, _position: int, fact: Any) -> None:
        self._waiting.pop(fact.originator_id, None)

    def finish(self) -> None:
        rows = self._store.due_rows()
        for subject, position in self._waiting.items():
            if (due.EXPIRE, str(subject)) not in rows:
                raise Broken("its end will never come: it has no due row", position, str(subject))
