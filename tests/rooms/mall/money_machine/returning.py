"""Delivered, sent back, paid back; and what the provider says of it."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.scenario import OPERATOR

from .books import HELD, Shares, part_of
from .goods import Back, Cart, Case, Line, Order
from .machine import Base, Earned, fitting, pick
from .selling import WHICH

PAID = ("paid", "delivered", "released")
AMOUNTS = st.sampled_from([0, 0, 0, 1, 7, 333, 5_000])


class Returning(Base):
    """Refunds by quantity, by amount and of freight, before the release and after it; confirmed, failed, repeated."""

    @rule(
        which=WHICH, number=st.integers(0, 2), quantity=st.sampled_from([1, 1, 2, 0]), amount=AMOUNTS,
        with_freight=st.booleans(), freight=st.sampled_from([0, 0, 0, 1, 50]),
        answer=st.sampled_from(["", "yes", "no", "no, and again"]),
    )  # fmt: skip
    def sent_back(self, which: int, number: int, quantity: int, answer: str, **asked: int) -> None:
        """And what the provider says of it, or of what went back before."""
        if quantity:
            self.request_return(which, quantity)
        self.refund(which, number, quantity, **asked)
        if answer:
            self.provider_answers(which, answer == "yes")
        if answer == "no, and again":
            self.demand_again(which)

    @rule(which=WHICH)
    def arrived(self, which: int) -> None:
        self.deliver(which)

    def deliver(self, which: int) -> None:
        if order := fitting(self.orders, which, lambda one: one.status == "paid"):
            seller = order.lines[0].goods.person_id
            self.carry(seller, lambda mall: mall.deliver(order.order_id), order.status == "paid")
            if order.status == "paid":
                self.delivered(order)

    def request_return(self, which: int, quantity: int) -> None:
        """It books nothing; before the delivery and within the window, and never more than there is."""
        if order := pick(self.orders, which):
            line, buyer_id, now = order.lines[0], self.cart_of(order).buyer_id, self.shop.now
            is_in_time = order.window_ends is None or now < order.window_ends
            accepts = order.status in PAID and is_in_time and quantity <= line.quantity - line.returning
            self.carry(
                buyer_id, lambda mall: mall.request_return(order.order_id, line.line_id, quantity, "too_long"), accepts
            )
            if accepts:
                line.returning += quantity
                line.answer_by = now + timedelta(days=7) if self.cart_of(order).is_paid_here else None

    def refund(self, which: int, number: int, quantity: int, amount: int, with_freight: int, freight: int) -> None:
        """Of a line so many, or so much of its price; of its freight all, or so much."""
        order = fitting(self.orders, which, lambda one: one.status in PAID and one.total > 0)
        if order is None:
            return
        line, cart = order.lines[number % len(order.lines)], self.cart_of(order)
        is_clear = not (quantity and amount) and not (with_freight and freight)
        is_there = quantity <= line.quantity and amount <= line.price and freight <= line.freight
        price = line.price * quantity // line.quantity if quantity and line.quantity else amount
        of_freight = line.freight if with_freight else freight
        can = order.status in PAID and not order.open_disputes and is_clear and is_there
        accepts = can and 0 < price + of_freight <= cart.unreturned
        actor_id = OPERATOR if order.status == "released" and number else order.person_id
        if accepts and actor_id == order.person_id:
            accepts = self._has_cover(order, line, price, of_freight)
        self.carry(actor_id, lambda mall: mall.refund_line(
            order.order_id, line.line_id, quantity, bool(with_freight), amount, freight,
        ), accepts)  # fmt: skip
        if accepts:
            self.demanded(cart, price + of_freight)
            self.taken_back(order, line, quantity, price, of_freight, "refunds_due")
            self.nothing_left(order)

    def _has_cover(self, order: Order, line: Line, price: int, freight: int) -> bool:
        """Of what was released a seller gives back only what she has."""
        if order.status != "released" or not self.cart_of(order).is_paid_here:
            return True
        shares, kept = self.would_take(order, line, price, freight)
        return shares["seller"] + kept <= max(0, self.purse("seller", order.seller_id, order.currency).free)

    def nothing_left(self, order: Order) -> None:
        """Nothing is left to disagree about, unless a bank still has to say."""
        if order.case is not None and order.case.dispute is None and not order.total:
            order.case = None

    def case_closed(self, order: Order, case: Case) -> None:
        """Nobody has decided it; one about what was sent back ends that."""
        order.case = None
        if case.line is not None:
            case.line.returning = 0

    def opened_case(self, order: Order) -> UUID:
        """The id of the case that was opened just now about an order."""
        named = ((type(fact).__qualname__, vars(fact)) for fact in self.told)
        found = [told for name, told in named if name == "Order.CaseOpened" and told["originator_id"] == order.order_id]
        assert found, "no case was opened"
        case_id: UUID = found[0]["case_id"]
        return case_id

    def would_take(self, order: Order, line: Line, price: int, freight: int) -> tuple[Shares, int]:
        """Everybody's part, and what the seller owes the platform besides where that keeps its fee."""
        of_price = {**line.shares, "seller": line.shares["seller"] - line.freight}
        shares = part_of(price, of_price)
        shares["seller"] += freight
        return shares, shares["platform"] if order.bears.keeps_fee else 0

    def off_hand(self, order: Order, line: Line, shares: Shares, kept: int) -> Earned:
        """What of it is taken of what is available: all once it was released, before that what is kept besides."""
        if order.status == "released":
            earned = {(role, line.parties[role]): -share for role, share in shares.items()}
        else:
            earned = {("seller", line.parties["seller"]): 0, ("platform", None): 0}
        earned["seller", line.parties["seller"]] -= kept
        earned["platform", None] += kept
        return earned

    def taken_back(self, order: Order, line: Line, quantity: int, price: int, freight: int, to: str) -> None:
        """Everybody's part, from where it is; ``to`` says what it is owed as."""
        shares, kept = self.would_take(order, line, price, freight)
        if order.status != "released":
            self.books.owe(HELD, line.parties, shares, order.currency, -1)
        self.gives(order, self.off_hand(order, line, shares, kept))
        self.books.book(to, order.checkout_id, order.currency, -price - freight)
        line.shares = {name: share - shares[name] for name, share in line.shares.items()}
        line.quantity, line.price, line.freight = line.quantity - quantity, line.price - price, line.freight - freight
        line.returning = max(0, line.returning - quantity)

    def provider_answers(self, which: int, succeeds: bool) -> None:
        back = fitting(self.backs, which, lambda one: one.status == "demanded")
        if back is None:
            return
        cart = self.cart_of(back)
        if back.status != "demanded":
            self.changes_nothing(OPERATOR, lambda mall: self._say(mall, back, back.status == "refunded"))
            return
        self.carry(OPERATOR, lambda mall: self._say(mall, back, succeeds))
        back.status = "refunded" if succeeds else "failed"
        if succeeds:
            self.books.move(back.amount, cart.currency, ("refunds_due", cart.checkout_id), ("provider", None))
        else:
            self.set_off(cart, back)

    def set_off(self, cart: Cart, back: Back) -> None:
        """The bank has paid it to the buyer, as far as it goes."""
        amount = min(back.amount, cart.over)
        self.books.move(amount, cart.currency, ("refunds_due", cart.checkout_id), ("dispute_losses", None))
        cart.over, back.amount = cart.over - amount, back.amount - amount
        if not back.amount:
            back.status = "set_off"

    def _say(self, mall: object, back: Back, succeeds: bool) -> None:
        cart = self.cart_of(back)
        if succeeds:
            mall.confirm_refund(back.refund_id, cart.payment_id, back.amount, cart.currency)  # type: ignore[attr-defined]
        else:
            mall.fail_refund(cart.checkout_id, back.refund_id, "card_closed")  # type: ignore[attr-defined]

    def demand_again(self, which: int) -> None:
        back = fitting(self.backs, which, lambda one: one.status == "failed" and not one.is_retried)
        if back is None:
            return
        cart = self.cart_of(back)
        if back.status != "failed" or back.is_retried:
            self.changes_nothing(OPERATOR, lambda mall: mall.retry_refund(cart.checkout_id, back.refund_id))
            return
        is_disputed = any(one.status == "open" for one in self.disputes if one.checkout_id == cart.checkout_id)
        accepts = back.amount <= cart.unreturned and not is_disputed
        self.carry(OPERATOR, lambda mall: mall.retry_refund(cart.checkout_id, back.refund_id), accepts)
        if accepts:
            back.is_retried = True
            self.demanded(cart, back.amount)

    def delivered(self, order: Order) -> None:
        """Its window is open."""
        raise NotImplementedError
