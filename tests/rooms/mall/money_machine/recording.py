"""What was sold elsewhere: with freight, paid too much or too little, and cancelled when it was paid."""

from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.scenario import BORIS, OPERATOR

from .books import HELD, share_of, shares_of
from .buying import Buying
from .goods import Cart, Line, Order
from .machine import pick
from .selling import WHICH
from .shop import GROUP


class Recording(Buying):
    """An operator says what happened, and what does not add up waits in suspense."""

    @rule(
        which=WHICH, quantity=st.integers(1, 3), freight=st.integers(0, 99), pool=st.sampled_from([0, 777, 5_000]),
        beyond=st.sampled_from([0, 0, 7, -1, -5_000]), is_through_shelf=st.booleans(), cancels=st.integers(0, 3),
    )  # fmt: skip
    def sold_elsewhere(self, which: int, cancels: int, **told: int) -> None:
        """Or cancelled there."""
        if cancels:
            self.record(which, **told)
        else:
            self.record_cancellation(which)

    def record(self, which: int, quantity: int, freight: int, pool: int, beyond: int, is_through_shelf: int) -> None:
        goods = pick(self.goods, which)
        if goods is None:
            return
        checkout_id, order_id, line_id, payment_id = (UUID(int=self.shop.number << 8 | 0xE0 | one) for one in range(4))
        through = GROUP if is_through_shelf else None
        price = goods.price * quantity
        parts = share_of(price, pool if through else 0, 5_000), share_of(price, 500, 3_000)
        shares = shares_of(price, *parts, {"community": Fraction(1)})
        shares["seller"] += freight
        parties = {"seller": goods.seller_id, "community": through, "platform": None}
        line = Line(str(line_id), goods, quantity, price, freight, shares, parties)
        window, bears = self.terms.window_days, self.terms.bears
        order = Order(order_id, checkout_id, goods.currency, [line], window, bears)
        paid = max(0, order.total + beyond)
        told = {
            "line_id": line_id, "listing_id": goods.listing_id, "quantity": quantity, "freight_minor": freight,
            "unit_price_minor": goods.price, "group_id": through, "commission_bps": pool, "platform_fee_bps": 500,
        }  # fmt: skip
        orders = [{"order_id": order_id, "seller_id": goods.seller_id, "lines": [told]}]
        self.carry(OPERATOR, lambda mall: mall.record_sale(checkout_id, BORIS, goods.currency, orders))
        self.carry(OPERATOR, lambda mall: mall.record_payment(checkout_id, payment_id, "voucher", paid))
        self.carry(OPERATOR, lambda mall: mall.record_settlement(checkout_id))
        cart = Cart(checkout_id, payment_id, BORIS, goods.currency, [order], order.total, None, "paid", paid)
        self.carts.append(cart)
        self._settled(cart, order, paid)

    def _settled(self, cart: Cart, order: Order, paid: int) -> None:
        self.books.move(paid, cart.currency, ("provider", None), ("unallocated", cart.checkout_id))
        self.hold(cart, order, max(0, order.total - paid))
        over = max(0, paid - order.total)
        self.books.move(over, cart.currency, ("unallocated", cart.checkout_id), ("suspense_overpaid", cart.checkout_id))

    def record_cancellation(self, which: int) -> None:
        cart = pick([cart for cart in self.carts if cart.expires_at is None], which)
        if cart is None:
            return
        (order,) = cart.orders
        if order.status not in ("paid", "delivered") or order.open_disputes:
            self.changes_nothing(OPERATOR, lambda mall: mall.record_cancellation(cart.checkout_id, "changed_mind"))
            return
        self.carry(OPERATOR, lambda mall: mall.record_cancellation(cart.checkout_id, "changed_mind"))
        short = min(order.short, order.total)
        self.books.book("suspense_underpaid", cart.checkout_id, cart.currency, -short)
        self.books.book("suspense_cancelled_paid", cart.checkout_id, cart.currency, short - order.total)
        for line in order.lines:
            self.books.owe(HELD, line.parties, line.shares, cart.currency, -1)
            line.shares = dict.fromkeys(line.shares, 0)
            line.quantity = line.price = line.freight = line.returning = 0
        order.status = "cancelled"
