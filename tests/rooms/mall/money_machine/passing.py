"""Time: what falls due is worked off, and nothing before."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.mall import due
from tests.support.scenario import OPERATOR

from .books import FREE, HELD
from .buying import Buying
from .goods import Order
from .machine import fitting
from .returning import Returning
from .selling import WHICH

MINUTES = st.sampled_from([1, 15, 24 * 60, 7 * 24 * 60, 8 * 24 * 60])


class Passing(Returning, Buying):
    """The clock of the mall does what is due by then, in order."""

    @rule(minutes=MINUTES, which=WHICH)
    def pass_time(self, minutes: int, which: int) -> None:
        self.release_too_soon(which)
        self.shop.now += timedelta(minutes=minutes)
        self.work_off()

    def work_off(self) -> None:
        """All that is due by now."""
        now = self.shop.now
        waiting = {str(order.order_id) for order in self.orders if order.waits(now)}
        for row in self.shop.recorder.due(now, 1_000):
            subject, at = row.subject, row.due_at
            if row.kind == due.EXPIRE:
                self.carry(OPERATOR, lambda mall, one=subject: mall.expire_checkout(UUID(one)), at=at)
            elif row.kind == due.RELEASE and subject not in waiting:
                self.carry(OPERATOR, lambda mall, one=subject: mall.release_order(UUID(one)), at=at)
        for cart in self.carts:
            if cart.status == "open" and cart.expires_at and cart.expires_at <= now:
                self.let_go(cart, "expired")
        for order in self.orders:
            if not order.total and not order.open_disputes:
                order.case_id = None  # nothing is left to disagree about
            is_over = order.window_ends is not None and order.window_ends <= now
            is_held = order.open_disputes or order.case_id is not None or order.waits(now)
            if order.status == "delivered" and is_over and not is_held:
                if order.returning and order.answer_by is not None:
                    self._kept_after_all(order)
                else:
                    self._released(order)

    def release_too_soon(self, which: int) -> None:
        """Whoever asks for it by hand: what is held is not given out before its time, and not twice."""
        if order := fitting(self.orders, which, lambda one: one.status in ("paid", "delivered")):
            self.changes_nothing(OPERATOR, lambda mall: mall.release_order(order.order_id))

    def delivered(self, order: Order) -> None:
        order.status = "delivered"
        order.window_ends = self.shop.now + timedelta(days=order.window_days)

    def _kept_after_all(self, order: Order) -> None:
        """Instead of the release a case about the return was opened; the buyer is content, and then it is released."""
        opened = [vars(fact) for _, fact in self.everything if type(fact).__name__ == "CaseOpened"]
        case_id = next(one["case_id"] for one in reversed(opened) if one["originator_id"] == order.order_id)
        self.carry(self.cart_of(order).buyer_id, lambda mall: mall.settle_case(case_id))
        assert order.returning is not None
        order.returning.returning = 0
        self.work_off()

    def _released(self, order: Order) -> None:
        order.status = "released"
        for line in order.lines:
            self.books.owe(HELD, line.parties, line.shares, order.currency, -1)
            self.books.owe(FREE, line.parties, line.shares, order.currency, 1)
