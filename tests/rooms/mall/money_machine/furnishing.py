"""What stands there before each history begins, made once: two goods on the shelf, and where parties are paid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from services.kernel.domain import Fact
from services.mall.domain.seller import Seller
from tests.support.scenario import ANNA, CHEN, DORA, OPERATOR

from .goods import Goods
from .shop import CURRENCIES, ELLA, FRED, GIL, GROUP, Shop, prepared

Carry = Callable[..., Any]
REST_HOURS = 72
PAYOUT_TERMS = {
    "schedule": "daily",
    "least_minor": 100,
    "approval_above_minor": 2_000,
    "account_rest_hours": REST_HOURS,
}


class Party(NamedTuple):
    """Somebody who is paid, and who acts for it."""

    role: str
    party_id: UUID
    person_id: UUID

    @property
    def gets_it_herself(self) -> bool:
        """A community is nobody's own."""
        return self.role != "community"


PARTIES = (
    Party("seller", Seller.create_id(ANNA), ANNA), Party("seller", Seller.create_id(DORA), DORA),
    Party("community", GROUP, CHEN), Party("member", FRED, FRED), Party("seller", Seller.create_id(ELLA), ELLA),
    Party("member", GIL, GIL),
)  # fmt: skip
WITH_ACCOUNT = PARTIES[:4]


@dataclass(frozen=True, slots=True)
class Furnished:
    """A shop that histories copy, the goods in it, and all that was told of it."""

    shop: Shop
    goods: Sequence[Goods]
    told: Sequence[tuple[int, Fact]]

    def copies(self) -> list[Goods]:
        """The goods, for one history."""
        return [replace(one) for one in self.goods]


@cache
def furnished() -> Furnished:
    """Rods of Anna and of Dora, accounts of four parties, and payouts on every day."""
    shop = Shop(prepared())
    goods = [put_on_sale(shop.carry, ANNA, 1_000, 1_000, 9, ("rods",)), put_on_sale(shop.carry, DORA, 1, 3_333, 9, ())]
    shop.carry(OPERATOR, lambda mall: mall.set_payout_terms(**PAYOUT_TERMS))
    for party in WITH_ACCOUNT:
        shop.carry(party.person_id, lambda mall, one=party: mall.set_payout_account(one.party_id, "acct_first", True))
    return Furnished(shop, goods, shop.facts(0))


def put_on_sale(carry: Carry, person_id: UUID, price: int, pool_bps: int, stock: int, tags: tuple[str, ...]) -> Goods:
    """Listed, on the shelf of the group, with a link of Fred's from there and one of Gil's from nowhere."""
    currency = CURRENCIES[person_id]
    listing_id = carry(person_id, lambda mall: mall.list_goods(
        title="Rod", description="", price_minor=price, currency=currency, tags=list(tags), commission_bps=pool_bps,
        stock=stock, kind="goods",
    ))["listing_id"]  # fmt: skip
    carry(CHEN, lambda mall: mall.pick(GROUP, listing_id, ""))
    shelf_link, free_link = (
        carry(owner_id, lambda mall, through=group_id: mall.make_link(listing_id, through))["link_id"]
        for owner_id, group_id in ((FRED, GROUP), (GIL, None))
    )
    seller_id = Seller.create_id(person_id)
    return Goods(listing_id, seller_id, person_id, currency, price, pool_bps, stock, shelf_link, free_link, tags)
