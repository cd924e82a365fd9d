"""Time: what falls due is worked off, and nothing before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.kernel.store.recorder import DueRow
from services.mall import due
from services.mall.application import Mall
from tests.support.scenario import OPERATOR

from .books import HELD
from .buying import FREE_LINK, SHELF_LINK, Buying
from .goods import Case, Line, Order
from .machine import fitting, summed, the_one
from .returning import PAID, Returning
from .selling import WHICH

PAUSE = timedelta(hours=1)
"""How long what cannot be done yet is left alone."""
MINUTES = st.sampled_from([1, 15, 24 * 60, 7 * 24 * 60, 8 * 24 * 60])
Errand = Callable[[str, datetime], datetime | None]
"""The subject of a row, and when it fell due; when it is to be looked at again."""


class Passing(Returning, Buying):
    """The clock of the mall does what is due by then, in order; what a row says to do the model does if it agrees."""

    @rule(minutes=MINUTES, which=WHICH)
    def pass_time(self, minutes: int, which: int) -> None:
        self.release_too_soon(which)
        self.shop.now += timedelta(minutes=minutes)
        self.work_off()

    def sold_and_released(self, buyer: int) -> None:
        self.put_in_cart(buyer, [(0, 2, SHELF_LINK), (1, 1, FREE_LINK)][: 2 - buyer])
        self.capture(0, 0)
        for which in range(2 - buyer):
            self.deliver(which)
        self.pass_time(8 * 24 * 60, 0)

    def errands(self) -> dict[str, Errand]:
        """What is done about what has fallen due, by kind."""
        return {
            due.EXPIRE: self._expire, due.RELEASE: self._release, due.CASE_DEADLINE: self._pass_deadline,
            due.RETURN_UNANSWERED: self._leave_unanswered,
        }  # fmt: skip

    def work_off(self) -> None:
        """All that is due by now, also what falls due by it."""
        errands, rows = self.errands(), self._due()
        while rows:
            for row in rows:
                assert row.due_at is not None
                self.shop.done(row, errands[row.kind](row.subject, row.due_at))
            rows = self._due()
        self.nothing_waits()

    def nothing_waits(self) -> None:
        """The model knows of nothing that should have been done by now."""
        now = self.shop.now
        assert not [one for one in self.carts if one.status == "open" and one.expires_at and one.expires_at <= now]
        assert not [one for one in self.orders if one.is_mature(now) and not (one.put_off and one.put_off > now)]
        assert not [one for one in self.orders if one.case and one.case.until <= now]

    def _due(self) -> list[DueRow]:
        errands = self.errands()
        return [row for row in self.shop.recorder.due(self.shop.now, 1_000) if row.kind in errands]

    def _expire(self, subject: str, at: datetime) -> None:
        self.carry(OPERATOR, partial(Mall.expire_checkout, checkout_id=UUID(subject)), at=at)
        cart = the_one(cart for cart in self.carts if str(cart.checkout_id) == subject)
        if cart.status == "open" and cart.expires_at and cart.expires_at <= self.shop.now:
            self.let_go(cart, "expired")

    def _release(self, subject: str, at: datetime) -> datetime | None:
        """Not while the seller has time to answer; what she has not answered by then becomes a case instead."""
        order, now = self.order(subject), self.shop.now
        if order.answer_by is not None and order.answer_by > now:
            order.put_off = min(order.answer_by, now + PAUSE)
            return order.put_off
        self.carry(OPERATOR, partial(Mall.release_order, order_id=UUID(subject)), at=at)
        if order.is_mature(now) and order.returning and self.cart_of(order).is_paid_here:
            self._in_case(order, order.returning[0])
        elif order.is_mature(now):
            self._released(order)
        return None

    def _pass_deadline(self, subject: str, at: datetime) -> None:
        """Silence of the seller escalates, silence of the buyer closes, the platform has as long again."""
        self.carry(OPERATOR, partial(Mall.pass_case_deadline, case_id=UUID(subject)), at=at)
        order = next((one for one in self.orders if one.case and str(one.case.case_id) == subject), None)
        case = None if order is None else order.case
        if order is None or case is None or case.until > self.shop.now:
            return
        if case.turn == "buyer":
            self.case_closed(order, case)
        else:
            is_new_to_bank = case.turn == "seller" and case.dispute is not None
            case.turn = "bank" if case.dispute else "operator"
            case.until = self.shop.now + (timedelta(days=120) if is_new_to_bank else timedelta(hours=72))

    def _leave_unanswered(self, subject: str, at: datetime) -> datetime | None:
        """A week after goods were sent back the platform opens a case, unless they were paid back."""
        order_id, line_id = subject.split("/")
        order = self.order(order_id)
        line = the_one(line for line in order.lines if line.line_id == line_id)
        if order.case is not None and line in order.returning:
            return self.shop.now + PAUSE
        self.carry(OPERATOR, partial(Mall.open_case_of_return, order_id=UUID(order_id), line_id=line_id), at=at)
        if order.status in PAID and line in order.returning and self.cart_of(order).is_paid_here:
            self._in_case(order, line)
        return None

    def _in_case(self, order: Order, line: Line) -> None:
        order.case = Case(self.opened_case(order), "seller", self.shop.now + timedelta(hours=48), line=line)

    def order(self, subject: str) -> Order:
        """By its id."""
        return the_one(order for order in self.orders if str(order.order_id) == subject)

    def release_too_soon(self, which: int) -> None:
        """Whoever asks for it by hand: what is held is not given out before its time, and not twice."""
        order = fitting(self.orders, which, lambda one: one.status in ("paid", "delivered"))
        if order is not None and not order.is_mature(self.shop.now):
            self.changes_nothing(OPERATOR, lambda mall: mall.release_order(order.order_id))

    def delivered(self, order: Order) -> None:
        order.status = "delivered"
        order.window_ends = self.shop.now + timedelta(days=order.window_days)

    def _released(self, order: Order) -> None:
        order.status = "released"
        for line in order.lines:
            self.books.owe(HELD, line.parties, line.shares, order.currency, -1)
        self.gives(order, summed(*(
            {(role, line.parties[role]): share for role, share in line.shares.items()} for line in order.lines
        )))  # fmt: skip
