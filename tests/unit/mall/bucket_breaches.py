"""A stock that is spread over buckets and sold from them, and what breaks it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.listing import Listing
from services.mall.domain.stock_bucket import StockBucket
from tests.support.forging import forged
from tests.support.scenario import NOON, context

from .breaches import Breach, without
from .dispute_breaches import with_fields
from .samples import CHECKOUT, LISTING, OTHER_CHECKOUT, SOON, a_checkout, a_listing, capture

SPREAD, BACK, FORGED = UUID(int=0x5A), UUID(int=0x5B), UUID(int=0x5C)
FIRST = StockBucket.create_id(LISTING, 1)


def spread_story() -> list[Any]:
    """Five rods in two buckets; one of each is sold to a checkout, one given up; three are left, in the listing."""
    with acting(context()):
        listing, first, second = a_listing(stock=5), StockBucket(LISTING, 1), StockBucket(LISTING, 2)
        checkout, other = a_checkout(), a_checkout(checkout_id=OTHER_CHECKOUT)
        listing.spread(SPREAD, 2, 5)
        first.fill(SPREAD, 2)
        second.fill(SPREAD, 3)
        for bucket in (first, second):
            bucket.reserve(CHECKOUT, 1, SOON, NOON)
        second.reserve(OTHER_CHECKOUT, 1, SOON, NOON)
        capture(checkout)
        for bucket in (first, second):
            bucket.sell(CHECKOUT)
        other.cancel("by_buyer")
        second.release(OTHER_CHECKOUT, "cancelled")
        second.restock(1)
        listing.spread(BACK, 1, -4)
        first.drain(BACK, 1)
        second.drain(BACK, 3)
    roots = (checkout, other, listing, first, second)
    return [fact for root in roots for fact in root.collect_events()]


def filled(quantity: int, listing_id: UUID = LISTING) -> Any:
    """Pieces from nowhere."""
    return forged(StockBucket.Filled, FIRST, listing_id=listing_id, spread_id=FORGED, quantity=quantity)


def bucket_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    story = spread_story
    yield "I-06 stock", "on hand", with_fields(story(), StockBucket.Filled, quantity=1)
    yield "I-06 stock", "on hand", with_fields(story(), Listing.StockSpread, quantity=6)
    yield "I-06 stock", "on hand", [*story(), forged(StockBucket.Drained, FIRST, spread_id=SPREAD, quantity=1)]
    yield "I-06 stock", "has reserved none", without(story(), StockBucket.Reserved)
    yield "I-06 reservations", "not open", without(story(), StockBucket.Sold)
    yield "I-06 buckets", "more arrived than left", [*story(), filled(1)]
    yield "I-06 buckets", "never arrived", without(story(), StockBucket.Filled)
    yield "I-06 buckets", "before", [*story(), filled(1), filled(-1)]
    yield "I-06 buckets", "not of listing", [*story(), filled(1, listing_id=UUID(int=0x12))]
    yield "I-06 buckets", "not of listing", without(story(), StockBucket.Opened)
    yield "I-06 buckets", "is not bucket 3", with_fields(story(), StockBucket.Opened, number=3)
