"""Cases: what buyers and sellers do not agree about waits, until the buyer is content or an operator has decided."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.scenario import OPERATOR

from .disputing import Disputing, by_weight
from .goods import Order
from .machine import pick
from .returning import PAID
from .selling import WHICH

WHOLE, MOST = 10_000, 5


class Complaining(Disputing):
    """Opened about what was paid here and is in no case; settled, or decided for all of it, a part, or nothing."""

    @rule(which=WHICH, part_bps=st.sampled_from([-1, 0, 3_333, WHOLE]), ends=st.booleans())
    def complain(self, which: int, part_bps: int, ends: bool) -> None:
        order = pick(self.orders, which)
        if order is None or self.cart_of(order).expires_at is None:
            return
        if order.case_id is None and not order.open_disputes and order.status in PAID and not self._is_late(order):
            self._case_opened(order)
        if order.case_id is not None and ends:
            self._case_ended(order, part_bps)
            self.work_off()

    def _case_opened(self, order: Order) -> None:
        buyer_id = self.cart_of(order).buyer_id
        is_open = all(line.line_id not in order.decided for line in order.lines if line.price + line.freight)
        can = order.total > 0 and order.cases < MOST and is_open
        made = self.carry(buyer_id, lambda mall: mall.open_case(order.order_id, "other", "Too short"), can)
        if not can:
            return
        order.case_id, order.cases = made["case_id"], order.cases + 1
        seller_id = order.lines[0].goods.person_id
        self.carry(seller_id, lambda mall: mall.answer_case(_named(order), "It is not."))

    def _case_ended(self, order: Order, part_bps: int) -> None:
        """Below zero the buyer is content; nothing is a rejection."""
        buyer_id = self.cart_of(order).buyer_id
        if part_bps < 0:
            self.carry(buyer_id, lambda mall: mall.settle_case(_named(order)))
            order.case_id = None
            return
        if order.case_stage == "answered":
            self.carry(buyer_id, lambda mall: mall.escalate_case(_named(order), "It is."))
            order.case_stage = "escalated"
        amount = order.total * part_bps // WHOLE
        decision = "reject" if not amount else "refund_whole" if amount == order.total else "refund_part"
        can = not (amount and order.open_disputes) and amount <= self.cart_of(order).unreturned
        told = amount if decision == "refund_part" else 0
        self.carry(OPERATOR, lambda mall: mall.decide_case(_named(order), decision, told, "seen", "Seen."), can)
        if can:
            self._decided(order, amount)

    def _decided(self, order: Order, amount: int) -> None:
        amounts = by_weight(amount, {line.line_id: line.price + line.freight for line in order.lines})
        self.demanded(self.cart_of(order), *amounts.values())
        for line in order.lines:
            of = by_weight(amounts[line.line_id], {"price": line.price, "freight": line.freight})
            is_all = amounts[line.line_id] == line.price + line.freight
            if amounts[line.line_id]:
                self.taken_back(order, line, line.quantity if is_all else 0, of["price"], of["freight"], "refunds_due")
            line.returning = 0
        order.case_id, order.case_stage = None, "answered"
        order.decided |= {line.line_id for line in order.lines}

    def _is_late(self, order: Order) -> bool:
        return order.window_ends is not None and (self.shop.now - order.window_ends).days + order.window_days >= 90


def _named(order: Order) -> UUID:
    assert order.case_id is not None
    return order.case_id
