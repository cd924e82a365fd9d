"""Terms, goods and their prices."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.support.scenario import OPERATOR

from .furnishing import put_on_sale
from .goods import Bears
from .machine import Base, pick
from .shop import SELLERS

WHICH, MOST = st.integers(0, 5), 4
PRICES = st.integers(1, 9_999)
POOLS = st.sampled_from([0, 1, 777, 1_000, 3_333, 5_000])
FEES = st.sampled_from([0, 333, 500, 3_000])
BEARS = st.builds(Bears, st.booleans(), st.booleans())
TAGS = st.sampled_from([(), ("rods",), ("rods", "sea")])
SPLITS = st.sampled_from([0, 3_333, 5_000, 10_000])


class Selling(Base):
    """Everything stands on the shelf of the group, Fred has a link from there, and Gil one from nowhere."""

    @initialize(first=PRICES, second=PRICES, bears=BEARS, lives=st.integers(0, 2))
    def begin(self, first: int, second: int, bears: Bears, lives: int) -> None:
        """Most histories have seen a sale or two that are over, so that there is something to pay out."""
        if any(bears):
            self.set_terms(500, 5_000, 7, 15, bears)
        for which, price in enumerate((second, first)):
            self.reprice(which, price)
        for buyer in range(lives):
            self.sold_and_released(buyer)

    def sold_and_released(self, buyer: int) -> None:
        """Bought, paid, delivered, and its window has closed."""
        raise NotImplementedError

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
        """For orders to come; a fee that was announced as a rule is not raised beside the rules."""
        values = {"platform_fee_bps": fee_bps, "return_window_days": days, "reservation_minutes": minutes}
        told = {
            **values, "member_share_bps": split_bps, "notice_days": days,
            "platform_fee_on_refund": "kept" if bears.keeps_fee else "returned",
            "dispute_fee_borne_by": "seller" if bears.seller_pays else "platform",
        }  # fmt: skip
        accepts = not (self.has_fee_rules() and fee_bps > self.terms["platform_fee_bps"])
        self.carry(OPERATOR, lambda mall: mall.set_terms(**told, seller_threshold=None), accepts)
        if accepts:
            self.terms, self.member_share_bps, self.bears, self.notice_days = values, split_bps, bears, days

    def has_fee_rules(self) -> bool:
        """Whether a fee was ever announced."""
        raise NotImplementedError

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
