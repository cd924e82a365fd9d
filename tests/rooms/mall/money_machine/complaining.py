"""Cases: what buyers and sellers do not agree about waits, until the buyer is content or an operator has decided."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.scenario import OPERATOR

from .disputing import Disputing, by_weight
from .goods import Case, Line, Order
from .machine import pick
from .returning import PAID
from .selling import WHICH

WHOLE, OPEN_DAYS, MOST = 10_000, 90, 5
MOVES = ("", "answer", "escalate", "settle", "decide", "all the way", "all the way")


class Complaining(Disputing):
    """Opened by the buyer, by the platform for goods sent back, and by a bank's dispute; whoever acts out of turn is
    refused; decided for all of it, a part, or nothing."""

    @rule(which=WHICH, part_bps=st.sampled_from([0, 1, 3_333, WHOLE]), move=st.sampled_from(MOVES))
    def complain(self, which: int, part_bps: int, move: str) -> None:
        order = pick(self.orders, which)
        if order is None:
            return
        if order.case is None or not move:
            self._open_case(order)
        if order.case is None or not move:
            return
        if move == "all the way":
            for one in [move for move in ("answer", "escalate") if self._is_turn(order.case, move)]:
                getattr(self, one)(order, order.case)
            move = "decide"
        if move == "decide":
            self.decide(order, order.case, part_bps)
        else:
            getattr(self, move)(order, order.case)

    def _open_case(self, order: Order) -> None:
        buyer_id, is_paid_here = self.cart_of(order).buyer_id, self.cart_of(order).is_paid_here
        accepts = is_paid_here and order.case is None and order.status in PAID and not self._is_late(order)
        of_lines = {line.line_id for line in order.lines if line.price + line.freight}
        accepts = accepts and bool(of_lines) and not of_lines & order.decided and order.cases < MOST
        self.carry(buyer_id, lambda mall: mall.open_case(order.order_id, "other", "Too short"), accepts)
        if accepts:
            order.cases += 1
            order.case = Case(self.opened_case(order), "seller", self.shop.now + timedelta(hours=48))

    def answer(self, order: Order, case: Case) -> None:
        can = case.turn == "seller"
        self.carry(order.person_id, lambda mall: mall.answer_case(case.case_id, "It is not."), can)
        if can:
            self._next(case, "bank" if case.dispute else "buyer")

    def escalate(self, order: Order, case: Case) -> None:
        buyer_id, can = self.cart_of(order).buyer_id, case.turn == "buyer"
        self.carry(buyer_id, lambda mall: mall.escalate_case(case.case_id, "It is."), can)
        if can:
            self._next(case, "operator")

    def settle(self, order: Order, case: Case) -> None:
        buyer_id, can = self.cart_of(order).buyer_id, case.dispute is None
        self.carry(buyer_id, lambda mall: mall.settle_case(case.case_id), can)
        if can:
            self.case_closed(order, case)
            self.work_off()

    def decide(self, order: Order, case: Case, part_bps: int) -> None:
        """So much of what it is about goes back; nothing is a rejection."""
        lines = [case.line] if case.line else order.lines
        lefts = {line.line_id: line.price + line.freight for line in lines}
        whole = sum(lefts.values())
        amount = whole * part_bps // WHOLE
        decision = "refund_whole" if part_bps == WHOLE else "refund_part" if amount else "reject"
        told = amount if decision == "refund_part" else 0
        can = case.turn == "operator" and (decision != "refund_whole" or whole > 0)
        can = can and not (amount and order.open_disputes) and amount <= self.cart_of(order).unreturned
        self.carry(OPERATOR, lambda mall: mall.decide_case(case.case_id, decision, told, "seen", "Seen."), can)
        if can:
            self._decided(order, lines, by_weight(amount, lefts))
            self.work_off()

    def _decided(self, order: Order, lines: list[Line], amounts: dict[str, int]) -> None:
        self.demanded(self.cart_of(order), *amounts.values())
        for line in lines:
            amount = amounts[line.line_id]
            of = by_weight(amount, {"price": line.price, "freight": line.freight})
            is_all = amount == line.price + line.freight
            if amount:
                self.taken_back(order, line, line.quantity if is_all else 0, of["price"], of["freight"], "refunds_due")
            line.returning = 0
        order.case = None
        order.decided |= {line.line_id for line in lines}

    def _next(self, case: Case, turn: str) -> None:
        """From now on it is somebody else's turn."""
        case.turn = turn
        case.until = self.shop.now + (timedelta(days=120) if turn == "bank" else timedelta(hours=72))

    def _is_turn(self, case: Case, move: str) -> bool:
        return case.dispute is None and (move, case.turn) in (
            ("answer", "seller"), ("escalate", "seller"), ("escalate", "buyer"),
        )  # fmt: skip

    def _is_late(self, order: Order) -> bool:
        delivered_at = order.delivered_at
        return delivered_at is not None and self.shop.now > delivered_at + timedelta(days=OPEN_DAYS)
