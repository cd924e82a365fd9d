"""Lives of stocks that lie in buckets."""

from datetime import timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.checkout import Checkout
from services.mall.domain.listing import Listing
from services.mall.domain.stock_bucket import StockBucket
from tests.support.scenario import ANNA, BORIS, NOON

LISTING, SELLER, CHECKOUT = UUID(int=0x11), UUID(int=0x5E), UUID(int=0xC1)
SPREAD, LATER = UUID(int=0x5A), NOON + timedelta(minutes=15)


def _listing() -> list[AggregateRoot]:
    listing = Listing.list_for_sale(LISTING, SELLER, ANNA, "Rod", "Two parts", 12_000, "EUR", ["fishing"], 1_000, 5)
    listing.spread(SPREAD, 2, 5)
    return [listing]


def _bucket() -> list[AggregateRoot]:
    bucket = StockBucket(LISTING, 1)
    bucket.fill(SPREAD, 3)
    bucket.restock(2)
    bucket.reserve(CHECKOUT, 2, LATER, NOON)
    bucket.release(CHECKOUT, "expired")
    bucket.reserve(CHECKOUT, 1, LATER, NOON)
    bucket.sell(CHECKOUT)
    bucket.drain(SPREAD, 3)
    return [bucket]


def _checkout() -> list[AggregateRoot]:
    order = {"order_id": str(UUID(int=0x0D)), "seller_id": str(SELLER), "total_minor": 12_000}
    checkout = Checkout.open(CHECKOUT, BORIS, [order], "EUR", LATER, UUID(int=0xA1), "card")
    stock_id = str(StockBucket.create_id(LISTING, 1))
    checkout.keep_stock({str(LISTING): [{"stock_id": stock_id, "quantity": 1}]})
    return [checkout]


LIVES = [_listing, _bucket, _checkout]
