"""Terms, goods and their prices."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.support.scenario import OPERATOR

from .furnishing import put_on_sale
from .goods import Bears
from .machine import Base, pick
from .shop import SELLERS
from .timetable import Terms

WHICH, MOST = st.integers(0, 5), 4
PRICES = st.integers(1, 9_999)
POOLS = st.sampled_from([0, 1, 777, 1_000, 3_333, 5_000])
FEES = st.sampled_from([0, 333, 500, 3_000])
BEARS = st.builds(Bears, st.booleans(), st.booleans())
TAGS = st.sampled_from([(), ("rods",), ("rods", "sea")])
DAYS = st.sampled_from([None, None, 0, 7, 9])
SPLITS = st.sampled_from([0, 3_333, 5_000, 10_000])


class Selling(Base):
    """Everything stands on the shelf of the group, Fred has a link from there, and Gil one from nowhere."""

    @initialize(first=PRICES, second=PRICES, bears=BEARS, lives=st.integers(0, 2))
    def begin(self, first: int, second: int, bears: Bears, lives: int) -> None:
        """Most histories have seen a sale or two that are over, so that there is something to pay out."""
        if any(bears):
            self.set_terms(Terms(bears=bears))
            self.shop.now += timedelta(days=Terms().notice_days)
        for which, price in enumerate((second, first)):
            self.reprice(which, price)
        for buyer in range(lives):
            self.sold_and_released(buyer)

    def sold_and_released(self, buyer: int) -> None:
        """Bought, paid, delivered, and its window has closed."""
        raise NotImplementedError

    @rule(
        what=st.sampled_from(["terms", "price", "stock"]), which=WHICH, price=PRICES, fee_bps=FEES, split_bps=SPLITS,
        bears=BEARS, eases=st.booleans(), days=DAYS,
    )  # fmt: skip
    def change(
        self, what: str, which: int, price: int, fee_bps: int, split_bps: int, bears: Bears, eases: bool,
        days: int | None,
    ) -> None:  # fmt: skip
        """One of the three: Hypothesis plays each history with some of its rules alone."""
        if what == "terms":
            told = {"fee_bps": fee_bps, "minutes": 1 + which, "bears": bears}
            longer = 7 + which % 2
            other = {} if eases else {"split_bps": split_bps, "window_days": longer, "notice_days": longer}
            self.set_terms(self.terms._replace(**told, **other), days)
        elif what == "price":
            self.reprice(which, price)
        else:
            self.restock(which, 1 + price % 3)

    def set_terms(self, new: Terms, days: int | None = None) -> None:
        """As early as can be, or in so many days."""
        wanted = None if days is None else self.shop.now + timedelta(days=days)
        begins_at = self.timetable.announce(self.shop.now, wanted, new)
        told = {
            "platform_fee_bps": new.fee_bps, "return_window_days": new.window_days, "reservation_minutes": new.minutes,
            "member_share_bps": new.split_bps, "notice_days": new.notice_days, "seller_threshold": None,
            "platform_fee_on_refund": "kept" if new.bears.keeps_fee else "returned",
            "dispute_fee_borne_by": "seller" if new.bears.seller_pays else "platform",
        }  # fmt: skip
        made = self.carry(OPERATOR, lambda mall: mall.set_terms(wanted, **told), begins_at is not None)
        assert made.get("begins_at") == begins_at

    @rule(seller=st.integers(0, 2), price=PRICES, pool=POOLS, stock=st.integers(0, 6), tags=TAGS)
    def list_goods(self, seller: int, price: int, pool: int, stock: int, tags: tuple[str, ...]) -> None:
        if len(self.goods) < MOST:
            self.goods.append(put_on_sale(self.carry, SELLERS[seller], price, pool, stock, tags))

    def reprice(self, which: int, price: int) -> None:
        if goods := pick(self.goods, which):
            self.carry(goods.person_id, lambda mall: mall.reprice(goods.listing_id, price))
            goods.price = price

    def restock(self, which: int, quantity: int) -> None:
        if goods := pick(self.goods, which):
            self.carry(goods.person_id, lambda mall: mall.restock(goods.listing_id, quantity))
            goods.free += quantity
