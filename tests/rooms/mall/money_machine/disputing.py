"""What banks of buyers take back: it is gone at once, and comes back, or is borne by whoever had a share of it."""

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.mall.domain.dispute import Disputed
from tests.support.scenario import OPERATOR

from .books import Shares, rounded
from .goods import Cart, Case, Dispute, Line, Order
from .machine import ANY, fitting, pick, summed, the_one
from .passing import Passing
from .purses import OF_ROLE
from .returning import PAID, Returning
from .selling import WHICH
from .shop import OPERATORS

WHOLE = 10_000


class Disputing(Passing, Returning):
    """Of all of a payment or a part of it, several of one payment, won and lost, and told again."""

    @rule(
        which=WHICH, part_bps=st.sampled_from([WHOLE, WHOLE, 3_333, 1]), fee=st.sampled_from([0, 1_500, 7]),
        ends=st.sampled_from(["", "", "won", "lost", "by hand won", "by hand lost"]), is_new=st.booleans(),
    )  # fmt: skip
    def bank_disputes(self, which: int, part_bps: int, fee: int, ends: str, is_new: bool) -> None:
        """One begins, or one that is known goes on; nobody tells how it ends before that is decided."""
        if is_new:
            self.open_dispute(which, part_bps, fee)
        if ends.startswith("by hand"):
            self.settle_by_hand(which, ends.removeprefix("by hand "))
        elif ends:
            self.end_dispute(which, ends == "won")

    def open_dispute(self, which: int, part_bps: int, fee: int) -> None:
        cart = pick([cart for cart in self.carts if cart.captured], which)
        if cart is None:
            return
        amount = max(1, (cart.captured or 0) * part_bps // WHOLE)
        self.begins(cart, Disputed(f"d-{self.shop.number}", cart.payment_id, amount, fee, cart.currency))

    def begins(self, cart: Cart, told: Disputed) -> Dispute:
        """The bank has taken it: of the orders that are paid, each in proportion to what is left and not disputed."""
        self.carry(OPERATOR, lambda mall: _open(mall, told))
        return self.begun(cart, told)

    def begun(self, cart: Cart, told: Disputed) -> Dispute:
        """The same in the model alone."""
        orders = [order for order in cart.orders if order.status in PAID and order.total]
        lefts = {str(order.order_id): order.total - order.disputed for order in orders}
        parts = by_weight(min(told.amount_minor, sum(lefts.values())), lefts)
        known = {one.dispute_id for one in self.disputes}
        named = (fact.originator_id for fact in self.told if type(fact).__qualname__ == "Dispute.Opened")
        dispute_id = the_one(one for one in named if one not in known)
        dispute = Dispute(told, dispute_id, cart.checkout_id, [(one, parts[str(one.order_id)]) for one in orders])
        self.disputes.append(dispute)
        for order, part in dispute.parts:
            order.open_disputes.append(dispute)
            self._keep(order, dispute, part)
            if order.case is None and cart.is_paid_here:
                until = self.shop.now + timedelta(hours=48)
                order.case = Case(self.opened_case(order), "seller", until, dispute)
        self._withheld(cart, told.amount_minor)
        return dispute

    def _keep(self, order: Order, dispute: Dispute, part: int) -> None:
        """What was released, and may have to be given back, is not paid out."""
        if order.status != "released" or not self.cart_of(order).is_paid_here:
            return
        taken = [self.off_hand(order, line, *self.would_take(order, line, *of)) for line, *of in _by_line(order, part)]
        for (role, party), amount in summed(*taken).items():
            if role in OF_ROLE and amount:
                self.purse(role, party, order.currency).kept[dispute.dispute_id, order.order_id] = -amount

    def end_dispute(self, which: int, is_won: bool) -> None:
        dispute = fitting(self.disputes, which, lambda one: one.status == "open")
        if dispute is None:
            return
        if dispute.status != "open":
            self.changes_nothing(OPERATOR, lambda mall: _tell(mall, dispute, is_won))
            return
        if not is_won and not dispute.told.fee_minor:
            dispute.told = dispute.told._replace(fee_minor=self.shop.number % 3)  # some tell of it at the end alone
        self.carry(OPERATOR, lambda mall: _tell(mall, dispute, is_won))
        self.ended(dispute, is_won, dispute.told.fee_minor)

    def ended(self, dispute: Dispute, is_won: bool, fee: int) -> None:
        """It is over, whoever said so."""
        dispute.status = "won" if is_won else "lost"
        cart = self.cart_of(dispute)
        if is_won:
            self._withheld(cart, -dispute.told.amount_minor)
        else:
            self._lost(cart, dispute, fee)
        for order, _ in dispute.parts:
            order.open_disputes.remove(dispute)
            for purse in self.purses.values():
                purse.kept.pop((dispute.dispute_id, order.order_id), None)
            if order.case is not None and order.case.dispute is dispute:
                order.case = None
            self.nothing_left(order)
        self.work_off()

    def settle_by_hand(self, which: int, outcome: str) -> None:
        """It ends when a second operator says the same; what was won may be lost in a second round."""
        dispute = pick(self.disputes, which)
        if dispute is not None:
            self._says(dispute, outcome, OPERATORS[which % 2])
            if which < ANY:
                self._says(dispute, outcome, OPERATORS[which // 2 % 2])

    def _says(self, dispute: Dispute, outcome: str, who: UUID) -> None:
        is_open = dispute.status == "open"
        can = not dispute.is_by_hand and (is_open or (dispute.status, outcome) == ("won", "lost"))
        said = dispute.says is not None and dispute.says[1] == outcome
        can = can and not (said and dispute.says == (who, outcome))
        self.carry(who, lambda mall: mall.settle_dispute(dispute.dispute_id, outcome, "seen"), can)
        if not can:
            return
        if not said:
            dispute.says = who, outcome
            return
        dispute.is_by_hand = True
        if not is_open:
            told = dispute.told._replace(reference=f"{dispute.told.reference}-2")
            dispute = self.begun(self.cart_of(dispute), told)
        self.ended(dispute, outcome == "won", dispute.told.fee_minor)

    def _withheld(self, cart: Cart, amount: int) -> None:
        self.books.move(amount, cart.currency, ("disputed", cart.checkout_id), ("provider", None))

    def _lost(self, cart: Cart, dispute: Dispute, fee: int) -> None:
        self._fee_taken(cart, dispute, fee)
        for order, part in dispute.parts:
            for line, price, freight in _by_line(order, part):
                self.taken_back(order, line, 0, price, freight, "disputed")
        unborne = dispute.told.amount_minor - sum(part for _, part in dispute.parts)
        self.books.move(unborne, cart.currency, ("dispute_losses", None), ("disputed", cart.checkout_id))
        cart.over += unborne
        for back in cart.backs:
            if back.status == "failed" and not back.is_retried:
                self.set_off(cart, back)

    def _fee_taken(self, cart: Cart, dispute: Dispute, fee: int) -> None:
        """By the provider, of whoever bears it under the terms of each order; of nobody's order it is the platform."""
        parts = {str(order.order_id): part for order, part in dispute.parts}
        fees = by_weight(fee, parts) if sum(parts.values()) else {}
        self.books.book("provider", None, cart.currency, -fee)
        self.books.book("processing_fees", None, cart.currency, fee - sum(fees.values()))
        for order, _ in dispute.parts:
            of_order = fees.get(str(order.order_id), 0)
            if order.bears.seller_pays:
                self.gives(order, {("seller", order.seller_id): -of_order})
            else:
                self.books.book("processing_fees", None, cart.currency, of_order)


def _by_line(order: Order, amount: int) -> list[tuple[Line, int, int]]:
    """How much of an amount is of the price, and how much of the freight of each line."""
    amounts = by_weight(amount, {line.line_id: line.price + line.freight for line in order.lines})
    parts = [(line, by_weight(amounts[line.line_id], {"price": line.price, "freight": line.freight}))
             for line in order.lines]  # fmt: skip
    return [(line, of["price"], of["freight"]) for line, of in parts]


def by_weight(amount: int, weights: Shares) -> Shares:
    """By how much each has; nobody has a part of nothing."""
    whole = sum(weights.values())
    return rounded(amount, {name: Fraction(amount * one, whole or 1) for name, one in weights.items()})


def _open(mall: object, told: Disputed) -> None:
    mall.open_dispute(told, "fraudulent")  # type: ignore[attr-defined]


def _tell(mall: object, dispute: Dispute, is_won: bool) -> None:
    tell = mall.win_dispute if is_won else mall.lose_dispute  # type: ignore[attr-defined]
    tell(dispute.told, "fraudulent")
