"""Where the pieces of a listing lie, and which of them a checkout takes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from services.kernel.domain import derived_id

from .listing import Listing
from .refusals import SoldOut
from .stock_bucket import StockBucket
from .stocked import Stocked

Stock = TypeVar("Stock", bound=Stocked)


def stock_ids(listing: Listing, process_id: UUID) -> Iterator[UUID]:
    """The listing and all its buckets, in the order in which they are looked at.

    That begins with a bucket which follows from the process, so that each sells from one of its own for as long as it
    has enough. Buckets that are not sold from any more come last: what was reserved there may be free again.
    """
    sold_from = listing.buckets if listing.buckets > 1 else 0
    first = derived_id("first bucket", listing.id, process_id).int
    if not sold_from:
        yield listing.id
    for step in range(sold_from):
        yield StockBucket.create_id(listing.id, 1 + (first + step) % sold_from)
    if sold_from:
        yield listing.id
    for number in range(sold_from, listing.opened_buckets):
        yield StockBucket.create_id(listing.id, 1 + number)


def chosen(stocks: Iterable[Stock], quantity: int) -> list[tuple[Stock, int]]:
    """Of which to take how many: the first that has all of them, else as many as each has, in their order.

    Raises ``SoldOut`` when all together have fewer.
    """
    lacking: list[Stock] = []
    for stock in stocks:
        if stock.suffices_for(quantity):
            return [(stock, quantity)]
        lacking.append(stock)
    parts, wanted = list[tuple[Stock, int]](), quantity
    for stock in lacking:
        part = min(wanted, stock.available)
        parts += [(stock, part)] if part else []
        wanted -= part
    if wanted:
        raise SoldOut(left=quantity - wanted, listing_id=lacking[0].of_listing_id)
    return parts


def moves(free: Sequence[int], buckets: int) -> list[int]:
    """How many come to the listing itself, which is the first, and to each of its buckets, so that so many buckets hold
    what is free in equal parts; less than 0 go. One bucket is the listing itself. Nothing moves where it is so."""
    whole, more = divmod(sum(free), buckets)
    parts = range(1, buckets + 1) if buckets > 1 else range(1)
    fullest = sorted(parts, key=lambda part: -free[part])[:more]
    return [(whole if part in parts else 0) + (part in fullest) - here for part, here in enumerate(free)]
