"""Carts over several sellers, and what becomes of their payments."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.mall.application import Mall
from tests.support.scenario import CHEN, OPERATOR

from .books import HELD, shares_of
from .goods import Cart, Goods, Line, Order
from .machine import Base, fitting, pick
from .selling import WHICH
from .shop import BUYERS, FRED, GIL, GROUP

NOBODY, SHELF, SHELF_LINK, FREE_LINK = range(4)
WANTED = st.lists(st.tuples(WHICH, st.integers(1, 2), st.integers(0, 3)), min_size=1, max_size=3)
BEYOND = st.sampled_from([0, 0, 0, 0, 1, 999, -1, -10_000])
COUNTRIES = st.sampled_from([None, "DE", "FR"])
Wanted = Sequence[tuple[Goods, int, int]]


class Buying(Base):
    """By a shelf, a link or nothing; paid in time, late, too much, too little, or not at all."""

    country: str | None = None

    @rule(buyer=st.integers(0, 2), wanted=WANTED, beyond=BEYOND, pays=st.booleans(), country=COUNTRIES)
    def buy(
        self, buyer: int, wanted: list[tuple[int, int, int]], beyond: int, pays: bool, country: str | None
    ) -> None:
        """At once, or some time, or never."""
        self.country = country
        self.put_in_cart(buyer, wanted)
        if pays:
            self.capture(0, beyond)
            self.arrived(0)

    def arrived(self, which: int) -> None:
        """An order is delivered."""
        raise NotImplementedError

    def buy_through_shelf(self, which: int) -> None:
        self.put_in_cart(0, [(which, 1, SHELF)])
        self.capture(0, 0)

    def put_in_cart(self, buyer: int, wanted: list[tuple[int, int, int]]) -> None:
        found = [(self.goods[-1 - which % len(self.goods)], quantity, way) for which, quantity, way in wanted]
        lines = [(goods, quantity, way) for goods, quantity, way in found if goods.currency == found[0][0].currency]
        asked = Counter[UUID]()
        for goods, quantity, _ in lines:
            asked[goods.listing_id] += quantity
        accepts = all(asked[goods.listing_id] <= goods.free for goods, _, _ in lines)
        told = [_told(*line) for line in lines]
        buyer_id = BUYERS[buyer]
        asks = partial(Mall.open_checkout, lines=told, payment_method="card", delivery_country=self.country)
        made = self.carry(buyer_id, asks, accepts)
        if accepts:
            self._opened(buyer_id, lines, made)

    def _opened(self, buyer_id: UUID, lines: Wanted, made: dict[str, Any]) -> None:
        placed = [vars(fact) for fact in self.told if type(fact).__name__ == "Placed"]
        by_seller: dict[UUID, list[tuple[Goods, int, int]]] = {}
        for line in lines:
            by_seller.setdefault(line[0].seller_id, []).append(line)
            line[0].free -= line[1]
        orders = []
        for fact, (_, bought) in zip(placed, by_seller.items(), strict=True):
            named = zip(fact["lines"], bought, strict=True)
            of_it = [self._line(buyer_id, told["line_id"], *line) for told, line in named]
            window, bears = self.terms.window_days, self.terms.bears
            order = Order(fact["order_id"], made["checkout_id"], lines[0][0].currency, of_it, window, bears)
            orders.append(order)
        total = sum(order.total for order in orders)
        assert (made["total_minor"], len(made["order_ids"])) == (total, len(orders))
        expires_at = self.shop.now + timedelta(minutes=self.terms.minutes)
        currency = lines[0][0].currency
        cart = Cart(made["checkout_id"], made["payment_id"], buyer_id, currency, orders, total, expires_at)
        self.carts.append(cart)

    def _line(self, buyer_id: UUID, line_id: str, goods: Goods, quantity: int, way: int) -> Line:
        member_id = {SHELF_LINK: FRED, FREE_LINK: GIL}.get(way)
        through = GROUP if way in (SHELF, SHELF_LINK) else None
        part = Fraction(self.terms.split_bps, 10_000)
        earned = {"community": Fraction(0)}
        if through and buyer_id != CHEN:
            earned["community"] = 1 - part if member_id else Fraction(1)
        if member_id and buyer_id != member_id:
            earned["member"] = part if through else Fraction(1)
        price = goods.price * quantity
        brings = any(earned.values())
        pool = self.pool_of(goods, price, through, brings and (through or member_id) is not None)
        shares = shares_of(price, pool, self.fee_of(goods, price, through), earned)
        parties = {"seller": goods.seller_id, "community": through, "member": member_id, "platform": None}
        return Line(line_id, goods, quantity, price, 0, shares, parties)

    def fee_of(self, goods: Goods, price: int, through: UUID | None) -> Fraction:
        """What the mall takes of a line."""
        raise NotImplementedError

    def pool_of(self, goods: Goods, price: int, through: UUID | None, is_brought: bool) -> Fraction:
        """What those who brought the buyer get of a line together."""
        raise NotImplementedError

    @rule(which=WHICH, beyond=BEYOND)
    def capture(self, which: int, beyond: int) -> None:
        asked = [cart for cart in self.carts if cart.expires_at]
        cart = fitting(asked, which, lambda one: one.captured is None)
        if cart is None:
            return
        amount = max(1, cart.total + beyond)
        if cart.captured is not None:
            self.changes_nothing(OPERATOR, lambda mall: _captured(mall, cart, amount))
            return
        self.carry(OPERATOR, lambda mall: _captured(mall, cart, amount))
        cart.captured = amount
        self.books.move(amount, cart.currency, ("provider", None), ("unallocated", cart.checkout_id))
        self.demanded(cart, *self._use(cart, amount))
        for back in cart.backs:
            self.books.move(
                back.amount, cart.currency, ("unallocated", cart.checkout_id), ("refunds_due", cart.checkout_id)
            )

    def _use(self, cart: Cart, amount: int) -> list[int]:
        """What is sold for it is held; answers what goes back, by whose fault."""
        before, cart.status = cart.status, "paid"
        if before == "open" and amount < cart.total:
            self.let_go(cart, "cancelled")
        if amount < cart.total or before == "cancelled":
            return [amount]
        gone = []
        for order in cart.orders:
            if before == "open" or self._takes_again(order):
                self.hold(cart, order)
            else:
                gone.append(order.total)
        taken = sum(order.total for order in cart.orders if order.status == "paid")
        return [*gone, amount - taken - sum(gone)]

    def _takes_again(self, order: Order) -> bool:
        asked = Counter[UUID]()
        for line in order.lines:
            asked[line.goods.listing_id] += line.quantity
        if any(asked[line.goods.listing_id] > line.goods.free for line in order.lines):
            return False
        for line in order.lines:
            line.goods.free -= line.quantity
        return True

    def hold(self, cart: Cart, order: Order, short: int = 0) -> None:
        """It is paid for: everybody's share is held."""
        order.status, order.short = "paid", short
        self.books.book("unallocated", cart.checkout_id, cart.currency, order.total - short)
        self.books.book("suspense_underpaid", cart.checkout_id, cart.currency, short)
        for line in order.lines:
            self.books.owe(HELD, line.parties, line.shares, cart.currency, 1)

    def let_go(self, cart: Cart, status: str) -> None:
        """What was reserved is free."""
        cart.status = status
        for order in cart.orders:
            order.status = "cancelled"
            for line in order.lines:
                line.goods.free += line.quantity

    @rule(which=WHICH, how=st.sampled_from(["decline", "give_up", "", ""]))
    def end_unpaid(self, which: int, how: str) -> None:
        """Now and then."""
        if how:
            getattr(self, how)(which)

    def decline(self, which: int) -> None:
        cart = pick([cart for cart in self.carts if cart.expires_at], which)
        if cart is None:
            return
        self.carry(OPERATOR, lambda mall: mall.decline_payment(cart.payment_id, "no_money"), cart.captured is None)
        if cart.status == "open":
            self.let_go(cart, "declined")

    def give_up(self, which: int) -> None:
        cart = pick([cart for cart in self.carts if cart.expires_at], which)
        if cart is None:
            return
        can = cart.status == "open" or (cart.status == "cancelled" and cart.captured is None)
        if can:
            self.carry(cart.buyer_id, lambda mall: mall.cancel_checkout(cart.checkout_id))
        else:
            self.changes_nothing(cart.buyer_id, lambda mall: mall.cancel_checkout(cart.checkout_id))
        if cart.status == "open":
            self.let_go(cart, "cancelled")


def _captured(mall: Any, cart: Cart, amount: int) -> None:
    mall.capture_payment(cart.payment_id, amount, cart.currency, "card")


def _told(goods: Goods, quantity: int, way: int) -> dict[str, Any]:
    named: dict[int, dict[str, Any]] = {
        NOBODY: {}, SHELF: {"group_id": GROUP}, SHELF_LINK: {"link_id": goods.shelf_link},
        FREE_LINK: {"link_id": goods.free_link},
    }  # fmt: skip
    return {"listing_id": goods.listing_id, "quantity": quantity, **named[way]}
