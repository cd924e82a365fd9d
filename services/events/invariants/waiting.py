"""What waits for its time to come: each must still have the row by which the clock finds it."""

from uuid import UUID

from services.events import due
from services.events.domain import gathering_facts
from services.events.domain import registration_facts as facts
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant


class NothingWaitsForEver(Invariant):
    """A lost due row is a seat that is never free again."""

    name = "waiting"
    sentence = (
        "Seats kept for a payment will be free when it does not come; who registered for what was cancelled is let go."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._waiting: dict[UUID, int] = {}
        self._open: dict[UUID, UUID] = {}
        self._cancelled: dict[UUID, int] = {}

    @when(facts.Registered)
    def registered(self, _position: int, fact: facts.Registered) -> None:
        self._open[fact.originator_id] = fact.gathering_id

    @when(gathering_facts.Cancelled)
    def cancelled(self, position: int, fact: gathering_facts.Cancelled) -> None:
        self._cancelled[fact.originator_id] = position

    @when(facts.SeatsHeld)
    def held(self, position: int, fact: facts.SeatsHeld) -> None:
        self._waiting[fact.originator_id] = position

    @when(facts.TicketIssued)
    def settled(self, _position: int, fact: facts.TicketIssued) -> None:
        self._waiting.pop(fact.originator_id, None)
        self._open[fact.originator_id] = fact.gathering_id

    @when(facts.Ended)
    def ended(self, _position: int, fact: facts.Ended) -> None:
        self._waiting.pop(fact.originator_id, None)
        self._open.pop(fact.originator_id, None)

    def finish(self) -> None:
        rows = self._store.due_rows()
        for subject, position in self._waiting.items():
            if (due.EXPIRE, str(subject)) not in rows:
                raise Broken("its end will never come: it has no due row", position, str(subject))
        for gathering_id in sorted(set(self._open.values()) & self._cancelled.keys()):
            if (due.END_CANCELLED, str(gathering_id)) not in rows:
                position = self._cancelled[gathering_id]
                raise Broken("its registrations will never end: it has no due row", position, str(gathering_id))
