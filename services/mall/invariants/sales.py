"""Checkouts with their orders and payments."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.kernel.store.known_ids import id_of
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import order_facts as orders
from services.mall.domain.refundable import retried


class MoneyMovesOnce(Invariant):
    """Whatever the provider tells, however often."""

    name = "payments"
    sentence = (
        "A payment is captured once, a refund paid back once as demanded less what a bank took for the buyer, again "
        "only after its bank has sent back as much, and no more goes back than came in."
    )

    def __init__(self) -> None:
        super().__init__()
        self._captured: set[UUID] = set()
        self._demanded: dict[UUID, int] = {}
        self._paid: dict[UUID, int] = {}
        self._elsewhere: set[UUID] = set()
        self._again: dict[UUID, UUID] = {}
        self._in: dict[UUID, int] = defaultdict(int)
        self._over: dict[UUID, int] = defaultdict(int)

    @when(checkouts.PaymentCaptured)
    def captured(self, _position: int, fact: checkouts.PaymentCaptured) -> None:
        if fact.payment_id in self._captured or fact.amount_minor < 0:
            raise Broken(f"payment {fact.payment_id} was captured before, or for less than nothing")
        self._captured.add(fact.payment_id)
        self._in[fact.originator_id] += fact.amount_minor

    @when(checkouts.RefundDemanded)
    def demanded(self, _position: int, fact: checkouts.RefundDemanded) -> None:
        if fact.refund_id in self._demanded or fact.amount_minor <= 0:
            raise Broken(f"refund {fact.refund_id} was demanded before, or of nothing")
        self._demanded[fact.refund_id] = fact.amount_minor
        self._again[retried(fact.refund_id)] = fact.refund_id

    @when(checkouts.PaymentRefunded, checkouts.RefundPaidElsewhere)
    def refunded(self, _position: int, fact: checkouts.PaymentRefunded | checkouts.RefundPaidElsewhere) -> None:
        demanded, self._demanded[fact.refund_id] = self._demanded.get(fact.refund_id), -1
        if demanded != fact.amount_minor:
            raise Broken(f"refund {fact.refund_id} was paid back before, or not as it was demanded")
        if {self._again.get(fact.refund_id), retried(fact.refund_id)} & (self._paid.keys() | self._elsewhere):
            raise Broken(f"refund {fact.refund_id} is paid back, and what was demanded anew in its place too")
        if isinstance(fact, checkouts.PaymentRefunded):
            self._paid[fact.refund_id] = fact.amount_minor
        else:
            self._elsewhere.add(fact.refund_id)
        self._in[fact.originator_id] -= fact.amount_minor
        if self._in[fact.originator_id] < 0:
            raise Broken("more was paid back than had been captured for the checkout")

    @when(checkouts.RefundReturned)
    def came_back(self, _position: int, fact: checkouts.RefundReturned) -> None:
        if self._paid.pop(fact.refund_id, None) != fact.amount_minor:
            raise Broken(f"refund {fact.refund_id} comes back, and was not paid back, or not as much")
        self._demanded[fact.refund_id] = fact.amount_minor
        self._in[fact.originator_id] += fact.amount_minor

    @when(checkouts.DisputeEnded)
    def taken_by_bank(self, _position: int, fact: checkouts.DisputeEnded) -> None:
        self._over[fact.originator_id] += fact.unborne_minor

    @when(checkouts.RefundSetOff)
    def set_off(self, _position: int, fact: checkouts.RefundSetOff) -> None:
        if self._demanded.get(fact.refund_id) != fact.amount_minor + fact.left_minor:
            raise Broken(f"refund {fact.refund_id} is set off, and is of another amount or was paid back")
        self._demanded[fact.refund_id] = fact.left_minor or -1
        self._over[fact.originator_id] -= fact.amount_minor
        if self._over[fact.originator_id] < 0:
            raise Broken("more is set off than banks took beyond what the orders had left")


class OrdersAddUp(Invariant):
    """A checkout and its orders are stored together, in streams of their own."""

    name = "orders"
    sentence = "The lines of a checkout's orders add up to the orders' totals, and these to the total of the checkout."

    def __init__(self) -> None:
        super().__init__()
        self._totals: dict[UUID, tuple[UUID, UUID, str, int, int]] = {}
        self._listed: dict[UUID, tuple[UUID, UUID, str, int]] = {}

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.total_minor != sum(order["total_minor"] for order in fact.orders):
            raise Broken(f"its orders do not add up to {fact.total_minor}")
        for order in fact.orders:
            listed = (fact.originator_id, id_of(order["seller_id"]), fact.currency, order["total_minor"])
            self._listed[id_of(order["order_id"])] = listed

    @when(orders.Placed)
    def placed(self, position: int, fact: orders.Placed) -> None:
        total = sum(line["price_minor"] + line["freight_minor"] for line in fact.lines)
        for line in fact.lines:
            if line["price_minor"] != line["quantity"] * line["unit_price_minor"] or line["quantity"] <= 0:
                raise Broken(f"line {line['line_id']} does not cost its quantity times its price")
        self._totals[fact.originator_id] = (fact.checkout_id, fact.seller_id, fact.currency, total, position)

    def finish(self) -> None:
        for order_id, (*told, position) in self._totals.items():
            if self._listed.get(order_id) != tuple(told):
                raise Broken("the order is not as its checkout lists it", position, str(order_id))
        for order_id, (checkout_id, *_rest) in self._listed.items():
            if order_id not in self._totals:
                raise Broken(f"order {order_id} of the checkout was never placed", stream=str(checkout_id))


class NobodyBuysFromHimself(Invariant):
    """Who sells to himself moves stock, figures and commissions without a sale. Elsewhere it may have happened."""

    name = "buyers"
    sentence = "Nobody buys from himself, and a purchase of one's own that was recorded earns no commission."

    def __init__(self) -> None:
        super().__init__()
        self._recorded: set[UUID] = set()
        self._own: list[tuple[int, orders.Placed]] = []

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._recorded.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, position: int, fact: orders.Placed) -> None:
        if fact.buyer_id == fact.seller_person_id:
            self._own.append((position, fact))

    def finish(self) -> None:
        for position, fact in self._own:
            if fact.checkout_id not in self._recorded or any(_is_earned(line) for line in fact.lines):
                raise Broken("the buyer is the seller", position, str(fact.originator_id))


def _is_earned(line: dict[str, Any]) -> bool:
    return any(line["shares"].get(party) for party in ("community", "member"))
