"""Returns: somebody always has to answer what a buyer sends back, and nothing of it is released before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.mall import due
from services.mall.domain import order_facts as orders


@dataclass(slots=True)
class _Line:
    """What is left of it to pay back, how many are on their way back, and since which position a clock runs for that;
    None where there is none, as for returns of before there was one."""

    left_minor: int
    returning: int = 0
    position: int | None = None

    @property
    def is_awaited(self) -> bool:
        return self.position is not None and self.returning > 0 and self.left_minor > 0


class ReturnsAreAnswered(Invariant):
    """Whoever has sent goods back must neither wait for ever, nor find the money gone."""

    name = "returns"
    sentence = (
        "What a buyer sends back is paid back, becomes a case or will by the clock, and until then nothing of its "
        "order is released."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._lines: dict[UUID, dict[str, _Line]] = {}
        self._in_case: set[UUID] = set()

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        self._lines[fact.order_id] = {
            line["line_id"]: _Line(line["price_minor"] + line["freight_minor"]) for line in fact.lines
        }

    @when(orders.ReturnRequested)
    def requested(self, position: int, fact: orders.ReturnRequested) -> None:
        line = self._line(fact)
        line.returning += fact.quantity
        line.position = None if fact.answer_by is None else position

    @when(orders.LineRefunded)
    def refunded(self, _position: int, fact: orders.LineRefunded) -> None:
        line = self._line(fact)
        line.returning = max(0, line.returning - fact.quantity)
        line.left_minor -= fact.amount_minor

    @when(orders.LineChargedBack)
    def charged_back(self, _position: int, fact: orders.LineChargedBack) -> None:
        self._line(fact).left_minor -= fact.amount_minor

    @when(orders.CaseOpened)
    def in_case(self, _position: int, fact: orders.CaseOpened) -> None:
        self._in_case.add(fact.originator_id)

    @when(orders.CaseClosed)
    def out_of_case(self, _position: int, fact: orders.CaseClosed) -> None:
        self._in_case.discard(fact.originator_id)
        for line_id in fact.line_ids:
            self._lines[fact.originator_id][line_id].returning = 0

    @when(orders.Released)
    def released(self, _position: int, fact: orders.Released) -> None:
        if any(line.is_awaited for line in self._lines.get(fact.originator_id, {}).values()):
            raise Broken("it is released while nobody has answered what was sent back")

    @when(orders.Cancelled, orders.CancelledPaid)
    def cancelled(self, _position: int, fact: Any) -> None:
        for line in self._lines.get(fact.originator_id, {}).values():
            line.returning = 0

    def _line(self, fact: Any) -> _Line:
        line = self._lines.get(fact.originator_id, {}).get(fact.line_id)
        if line is None:
            raise Broken("it is of a line that was never ordered")
        return line

    def finish(self) -> None:
        rows = self._store.due_rows()
        for order_id, lines in self._lines.items():
            for line_id, line in lines.items():
                subject = f"{order_id}/{line_id}"
                is_found = order_id in self._in_case or (due.RETURN_UNANSWERED, subject) in rows
                if line.is_awaited and not is_found:
                    raise Broken("nobody will look at what was sent back: it has no due row", line.position, subject)
