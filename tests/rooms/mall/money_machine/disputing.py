"""What banks of buyers take back: it is gone at once, and comes back, or is borne by whoever had a share of it."""

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.mall.domain.dispute import Disputed
from tests.support.scenario import OPERATOR

from .books import Shares, rounded
from .goods import Cart, Dispute, Line, Order
from .machine import fitting, pick
from .passing import Passing
from .returning import PAID, Returning
from .selling import WHICH

WHOLE = 10_000


class Disputing(Passing, Returning):
    """Of all of a payment or a part of it, several of one payment, won and lost, and told again."""

    @rule(
        which=WHICH, part_bps=st.sampled_from([WHOLE, WHOLE, 3_333, 1]), fee=st.sampled_from([0, 1_500, 7]),
        ends=st.sampled_from(["", "won", "lost"]), is_new=st.booleans(),
    )  # fmt: skip
    def bank_disputes(self, which: int, part_bps: int, fee: int, ends: str, is_new: bool) -> None:
        """One begins, or one that is known goes on; nobody tells how it ends before that is decided."""
        if is_new:
            self.open_dispute(which, part_bps, fee)
        if ends:
            self.end_dispute(which, ends == "won")

    def open_dispute(self, which: int, part_bps: int, fee: int) -> None:
        cart = pick([cart for cart in self.carts if cart.captured], which)
        if cart is None:
            return
        amount = max(1, (cart.captured or 0) * part_bps // WHOLE)
        told = Disputed(f"d-{self.shop.number}", cart.payment_id, amount, fee, cart.currency)
        self.carry(OPERATOR, lambda mall: _open(mall, told))
        orders = [order for order in cart.orders if order.status in PAID and order.total]
        lefts = {str(order.order_id): order.total - order.disputed for order in orders}
        parts = by_weight(min(amount, sum(lefts.values())), lefts)
        dispute = Dispute(told, cart.checkout_id, [(order, parts[str(order.order_id)]) for order in orders])
        self.disputes.append(dispute)
        for order in orders:
            order.open_disputes.append(dispute)
        self._withheld(cart, amount)

    def end_dispute(self, which: int, is_won: bool) -> None:
        dispute = fitting(self.disputes, which, lambda one: one.status == "open")
        if dispute is None:
            return
        if dispute.status != "open":
            self.changes_nothing(OPERATOR, lambda mall: _tell(mall, dispute, is_won))
            return
        self.carry(OPERATOR, lambda mall: _tell(mall, dispute, is_won))
        dispute.status = "won" if is_won else "lost"
        cart = self.cart_of(dispute)
        if is_won:
            self._withheld(cart, -dispute.told.amount_minor)
        else:
            self._lost(cart, dispute)
        for order, _ in dispute.parts:
            order.open_disputes.remove(dispute)
        self.work_off()

    def _withheld(self, cart: Cart, amount: int) -> None:
        self.books.move(amount, cart.currency, ("disputed", cart.checkout_id), ("provider", None))

    def _lost(self, cart: Cart, dispute: Dispute) -> None:
        for order, part in dispute.parts:
            amounts = by_weight(part, {line.line_id: line.price + line.freight for line in order.lines})
            for line in order.lines:
                self._charged_back(order, line, amounts[line.line_id])
        unborne = dispute.told.amount_minor - sum(part for _, part in dispute.parts)
        self.books.move(unborne, cart.currency, ("dispute_losses", None), ("disputed", cart.checkout_id))
        self._fee_taken(cart, dispute)
        cart.over += unborne
        for back in cart.backs:
            if back.status == "failed" and not back.is_retried:
                self.set_off(cart, back)

    def _charged_back(self, order: Order, line: Line, amount: int) -> None:
        of = by_weight(amount, {"price": line.price, "freight": line.freight})
        self.taken_back(order, line, 0, of["price"], of["freight"], "disputed")

    def _fee_taken(self, cart: Cart, dispute: Dispute) -> None:
        """By the provider, of whoever bears it under the terms of each order; of nobody's order it is the platform."""
        fee, parts = dispute.told.fee_minor, {str(order.order_id): part for order, part in dispute.parts}
        fees = by_weight(fee, parts) if sum(parts.values()) else {}
        self.books.book("provider", None, cart.currency, -fee)
        self.books.book("processing_fees", None, cart.currency, fee - sum(fees.values()))
        for order, _ in dispute.parts:
            seller_id = order.lines[0].goods.seller_id
            account, party = ("seller_available", seller_id) if order.bears.seller_pays else ("processing_fees", None)
            self.books.book(account, party, cart.currency, fees.get(str(order.order_id), 0))


def by_weight(amount: int, weights: Shares) -> Shares:
    """By how much each has; nobody has a part of nothing."""
    whole = sum(weights.values())
    return rounded(amount, {name: Fraction(amount * one, whole or 1) for name, one in weights.items()})


def _open(mall: object, told: Disputed) -> None:
    mall.open_dispute(told, "fraudulent")  # type: ignore[attr-defined]


def _tell(mall: object, dispute: Dispute, is_won: bool) -> None:
    tell = mall.win_dispute if is_won else mall.lose_dispute  # type: ignore[attr-defined]
    tell(dispute.told, "fraudulent")
