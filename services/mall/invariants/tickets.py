"""Tickets: the seats that a line was sold against, and what was paid for those that turned out to be none."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import order_facts as orders
from services.mall.domain.seat import Seat

Line = tuple[UUID, str]
"""The ids of its order and its own."""


class TicketsHaveSeats(Invariant):
    """Seats are sold once, and nobody pays for none. Orders and seats are stored together, in streams of their own."""

    name = "tickets"
    sentence = "Every ticket has its seats, paid for once; what was paid for a registration that has ended went back."

    def __init__(self) -> None:
        super().__init__()
        self._seats: dict[Line, UUID] = {}
        self._sold: dict[Line, tuple[int, UUID]] = {}
        self._paid: dict[UUID, dict[Line, int]] = defaultdict(dict)
        self._ended: set[UUID] = set()
        self._price: dict[Line, int] = {}
        self._disputed: dict[UUID, set[UUID]] = defaultdict(set)

    @when(Seat.Ordered, Seat.OrderedAgain)
    def ordered(self, _position: int, fact: Any) -> None:
        self._seats[fact.order_id, fact.line_id] = fact.originator_id

    @when(Seat.Ended)
    def ended(self, _position: int, fact: Seat.Ended) -> None:
        self._ended.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, position: int, fact: orders.Placed) -> None:
        for line in fact.lines:
            if registration_id := line.get("registration_id"):
                seat_id = Seat.create_id(UUID(registration_id))
                self._sold[fact.originator_id, line["line_id"]] = (position, seat_id)
                self._price[fact.originator_id, line["line_id"]] = line["price_minor"]

    @when(orders.Paid)
    def paid(self, _position: int, fact: orders.Paid) -> None:
        for line in fact.lines:
            if registration_id := line.get("registration_id"):
                by_line = self._paid[Seat.create_id(UUID(registration_id))]
                if any(left for left in by_line.values()):
                    raise Broken(f"the seats of registration {registration_id} are paid for by another order")
                by_line[fact.originator_id, line["line_id"]] = line["quantity"]

    @when(orders.LineRefunded)
    def refunded(self, _position: int, fact: orders.LineRefunded) -> None:
        if fact.registration_id is not None:
            self._paid[Seat.create_id(fact.registration_id)][fact.originator_id, fact.line_id] -= fact.quantity

    @when(orders.LineChargedBack)
    def charged_back(self, _position: int, fact: orders.LineChargedBack) -> None:
        if (fact.originator_id, fact.line_id) in self._price:
            self._price[fact.originator_id, fact.line_id] -= fact.amount_minor - fact.freight_minor

    @when(orders.Disputed)
    def disputed(self, _position: int, fact: orders.Disputed) -> None:
        self._disputed[fact.originator_id].add(fact.dispute_id)

    @when(orders.DisputeEnded)
    def goes_on(self, _position: int, fact: orders.DisputeEnded) -> None:
        self._disputed[fact.originator_id].discard(fact.dispute_id)

    @when(orders.CancelledPaid)
    def cancelled(self, _position: int, fact: orders.CancelledPaid) -> None:
        for by_line in self._paid.values():
            by_line.update({line: 0 for line in by_line if line[0] == fact.originator_id})

    def finish(self) -> None:
        for line, (position, seat_id) in self._sold.items():
            if self._seats.get(line) != seat_id:
                raise Broken(f"line {line[1]} is a ticket without seats", position, str(line[0]))
        for seat_id in self._ended:
            if any(left and self._is_due(line) for line, left in self._paid[seat_id].items()):
                raise Broken("its registration has ended, and what was paid did not go back", stream=str(seat_id))

    def _is_due(self, line: Line) -> bool:
        """What a bank has taken cannot go back, and what is disputed waits."""
        return self._price[line] > 0 and not self._disputed[line[0]]
