"""Cases: one at a time about an order, always with somebody who has to act, and nothing released before the end."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.mall import due
from services.mall.domain import case_facts as cases
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import order_facts as orders
from services.mall.domain.case import BY_PLATFORM, CASE_DECIDED, CLOSED


@dataclass(slots=True)
class _Case:
    """As its facts leave it; ``decided_minor`` is None until somebody has decided."""

    order_id: UUID
    concerned: frozenset[UUID]
    position: int
    stage: str
    deadline: datetime
    decided_minor: int | None = None


class CasesAreKept(Invariant):
    """Who waits for an answer must never wait for nothing. A case and its order are stored together."""

    name = "cases"
    sentence = (
        "Every open case has a deadline that the clock will find, is overdue only after one has passed, and ends once; "
        "nobody decides his own, and nothing of an order is released while a case about it is open."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._cases: dict[UUID, _Case] = {}
        self._earners: dict[UUID, set[UUID]] = {}
        self._of_orders: dict[UUID, UUID] = {}
        self._decided, self._demanded = Counter[UUID](), Counter[UUID]()

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        self._earners[fact.order_id] = {UUID(line["member_id"]) for line in fact.lines if line.get("member_id")}

    @when(cases.Opened)
    def opened(self, position: int, fact: cases.Opened) -> None:
        concerned = frozenset({fact.buyer_id, fact.seller_person_id, *self._earners.get(fact.order_id, ())})
        self._cases[fact.case_id] = _Case(fact.order_id, concerned, position, fact.stage, fact.deadline)

    @when(cases.Answered, cases.Escalated)
    def moved(self, position: int, fact: Any) -> None:
        case = self._open(fact)
        case.position, case.stage, case.deadline = position, fact.stage, fact.deadline

    @when(cases.Overdue)
    def overdue(self, position: int, fact: cases.Overdue) -> None:
        case = self._open(fact)
        if fact.recorded_at < case.deadline or case.stage not in BY_PLATFORM or fact.deadline <= case.deadline:
            raise Broken("it is overdue before its deadline, or while somebody else has to act")
        case.position, case.deadline = position, fact.deadline

    @when(cases.Decided)
    def decided(self, _position: int, fact: cases.Decided) -> None:
        case = self._open(fact)
        if fact.decided_by in case.concerned:
            raise Broken("who bought it, sold it or earns by it decided about it")
        case.decided_minor = fact.amount_minor
        self._decided[case.order_id] += fact.amount_minor

    @when(checkouts.RefundDemanded)
    def demanded(self, _position: int, fact: checkouts.RefundDemanded) -> None:
        if fact.reason == CASE_DECIDED and fact.order_id is not None:
            self._demanded[fact.order_id] += fact.amount_minor

    @when(cases.Closed)
    def closed(self, _position: int, fact: cases.Closed) -> None:
        case = self._open(fact)
        if fact.amount_minor != (case.decided_minor or 0):
            raise Broken("it ends with another amount than was decided")
        case.stage = CLOSED

    @when(orders.CaseOpened)
    def order_in_case(self, _position: int, fact: orders.CaseOpened) -> None:
        if fact.originator_id in self._of_orders:
            raise Broken("a second case about the order is open")
        self._of_orders[fact.originator_id] = fact.case_id

    @when(orders.CaseClosed)
    def order_goes_on(self, _position: int, fact: orders.CaseClosed) -> None:
        if self._of_orders.pop(fact.originator_id, None) != fact.case_id:
            raise Broken("a case about the order ends that was not open")

    @when(orders.Released)
    def released(self, _position: int, fact: orders.Released) -> None:
        if fact.originator_id in self._of_orders:
            raise Broken("it is released while a case about it is open")

    def _open(self, fact: Any) -> _Case:
        case = self._cases.get(fact.originator_id)
        if case is None or case.stage == CLOSED:
            raise Broken("it goes on after its end, or without a beginning")
        return case

    def finish(self) -> None:
        waiting = {case.order_id: case_id for case_id, case in self._cases.items() if case.stage != CLOSED}
        if waiting != self._of_orders:
            raise Broken("orders and cases do not know of one another")
        rows = self._store.due_rows()
        for case_id in waiting.values():
            if (due.CASE_DEADLINE, str(case_id)) not in rows:
                position = self._cases[case_id].position
                raise Broken("its deadline will never come: it has no due row", position, str(case_id))
        if self._decided != self._demanded:
            raise Broken("other amounts go back than were decided")
