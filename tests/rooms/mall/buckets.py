"""A stock in buckets, as tests look at it: all of it, or bucket by bucket; and buyers who begin where a test says."""

from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from services.kernel.service import Service
from services.mall.domain.listing import Listing
from services.mall.domain.spreading import stock_ids
from services.mall.domain.stock_bucket import StockBucket
from services.mall.domain.stocked import Stocked

from .market import ANNA, BORIS, Market

Opened = dict[str, Any]


class Figures(NamedTuple):
    """Of a listing and all its buckets."""

    available: int
    reserved: int
    sold: int


def spread(market: Market, listing_id: str, buckets: int) -> int:
    """Its position."""
    answer = market.do("spread_stock", ANNA, listing_id=listing_id, buckets=buckets)
    assert (answer["listing_id"], answer["buckets"]) == (listing_id, buckets)
    return int(answer["position"].partition(":")[2])


def stocks(market: Market, listing_id: str) -> list[Stocked]:
    """The listing, then its buckets by their numbers."""
    listing = market.listing(listing_id)
    ids = [StockBucket.create_id(listing.id, number) for number in range(1, listing.opened_buckets + 1)]
    found = [market.service.store.load(StockBucket, one) for one in ids]
    return [listing, *(one for one in found if one is not None)]


def available(market: Market, listing_id: str) -> list[int]:
    """In the listing, then in each bucket."""
    return [one.available for one in stocks(market, listing_id)]


def figures(market: Market, listing_id: str) -> Figures:
    """The sums, which the view has to say, too."""
    found = stocks(market, listing_id)
    sums = Figures(*(sum(getattr(one, name) for one in found) for name in Figures._fields))
    market.settle()
    operation = market.service.by_name["listing"]
    shown = operation.does(market.service.blueprint.queries(market.service), None, listing_id=UUID(listing_id))
    assert (shown["available"], shown["version"]) == (sums.available, market.listing(listing_id).version)
    return sums


def begin_at(service: Service, listing: Listing, number: int) -> None:
    """The process of this service looks at this bucket first from now on."""
    wanted = StockBucket.create_id(listing.id, number)
    ids = (UUID(int=one) for one in count())
    service.executor.live.process_id = next(one for one in ids if next(stock_ids(listing, one)) == wanted)


def bought_at(market: Market, listing_id: str, number: int, quantity: int = 1, buyer_id: UUID = BORIS) -> Opened:
    """A checkout that looks at this bucket first."""
    begin_at(market.service, market.listing(listing_id), number)
    return market.bought(buyer_id=buyer_id, lines=[{"listing_id": listing_id, "quantity": quantity}])
