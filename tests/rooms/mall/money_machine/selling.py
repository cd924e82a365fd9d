"""Terms, goods and their prices."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from services.mall.domain.seller import Seller
from tests.support.scenario import CHEN, OPERATOR

from .goods import Bears, Goods
from .machine import Base, pick
from .shop import CURRENCIES, FRED, GIL, GROUP, SELLERS

WHICH, MOST = st.integers(0, 5), 4
PRICES = st.integers(1, 9_999)
POOLS = st.sampled_from([0, 1, 777, 1_000, 3_333, 5_000])
FEES = st.sampled_from([0, 333, 500, 3_000])
BEARS = st.builds(Bears, st.booleans(), st.booleans())
SPLITS = st.sampled_from([0, 3_333, 5_000, 10_000])


class Selling(Base):
    """Everything stands on the shelf of the group, Fred has a link from there, and Gil one from nowhere."""

    @initialize(first=PRICES, second=PRICES, pool=POOLS, bears=BEARS)
    def begin(self, first: int, second: int, pool: int, bears: Bears) -> None:
        if any(bears):
            self.set_terms(500, 5_000, 7, 15, bears)
        self.list_goods(0, first, pool, 9)
        self.list_goods(1, second, 1_000, 9)

    @rule(
        what=st.sampled_from(["terms", "price", "stock"]), which=WHICH, price=PRICES, fee_bps=FEES, split_bps=SPLITS,
        bears=BEARS,
    )  # fmt: skip
    def change(self, what: str, which: int, price: int, fee_bps: int, split_bps: int, bears: Bears) -> None:
        """One of the three: Hypothesis plays each history with some of its rules alone."""
        if what == "terms":
            self.set_terms(fee_bps, split_bps, 7 + which % 2, 1 + which, bears)
        elif what == "price":
            self.reprice(which, price)
        else:
            self.restock(which, 1 + price % 3)

    def set_terms(self, fee_bps: int, split_bps: int, days: int, minutes: int, bears: Bears) -> None:
        self.terms = {"platform_fee_bps": fee_bps, "return_window_days": days, "reservation_minutes": minutes}
        self.member_share_bps, self.bears = split_bps, bears
        told = {
            **self.terms, "member_share_bps": split_bps,
            "platform_fee_on_refund": "kept" if bears.keeps_fee else "returned",
            "dispute_fee_borne_by": "seller" if bears.seller_pays else "platform",
        }  # fmt: skip
        self.carry(OPERATOR, lambda mall: mall.set_terms(**told, seller_threshold=None))

    @rule(seller=st.integers(0, 2), price=PRICES, pool=POOLS, stock=st.integers(0, 6))
    def list_goods(self, seller: int, price: int, pool: int, stock: int) -> None:
        if len(self.goods) >= MOST:
            return
        person_id = SELLERS[seller]
        currency = CURRENCIES[person_id]
        made = self.carry(person_id, lambda mall: mall.list_goods(
            title="Rod", description="", price_minor=price, currency=currency, tags=[], commission_bps=pool,
            stock=stock, kind="goods",
        ))  # fmt: skip
        listing_id = made["listing_id"]
        self.carry(CHEN, lambda mall: mall.pick(GROUP, listing_id, ""))
        goods = Goods(listing_id, Seller.create_id(person_id), person_id, currency, price, pool, stock)
        goods.shelf_link = self._link(FRED, listing_id, GROUP)
        goods.free_link = self._link(GIL, listing_id, None)
        self.goods.append(goods)

    def _link(self, owner_id: UUID, listing_id: UUID, group_id: UUID | None) -> UUID:
        made: UUID = self.carry(owner_id, lambda mall: mall.make_link(listing_id, group_id))["link_id"]
        return made

    def reprice(self, which: int, price: int) -> None:
        if goods := pick(self.goods, which):
            self.carry(goods.person_id, lambda mall: mall.reprice(goods.listing_id, price))
            goods.price = price

    def restock(self, which: int, quantity: int) -> None:
        if goods := pick(self.goods, which):
            self.carry(goods.person_id, lambda mall: mall.restock(goods.listing_id, quantity))
            goods.free += quantity
