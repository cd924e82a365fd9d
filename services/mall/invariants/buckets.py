"""Buckets: pieces that are moved between a listing and its buckets get neither more nor fewer."""

from collections import defaultdict
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import bucket_facts as buckets
from services.mall.domain import listing_facts as listings
from services.mall.domain.stock_bucket import StockBucket

Move = tuple[UUID, UUID]
"""Listing, and what its facts name in common."""


class StockMovesWhole(Invariant):
    """Invariant I-06: a listing and its buckets are streams of their own, and one stock. Each adds up by itself ("I-06
    stock"), so all of them do when nothing is lost or made between them: sold, reserved and available are what was put
    in."""

    name = "I-06 buckets"
    sentence = "What leaves a listing or a bucket of its stock arrives in the others, once and as a whole."

    def __init__(self) -> None:
        super().__init__()
        self._listing_of: dict[UUID, UUID] = {}
        self._on_the_way: dict[Move, int] = defaultdict(int)
        self._latest: dict[UUID, UUID] = {}

    @when(buckets.Opened)
    def opened(self, _position: int, fact: buckets.Opened) -> None:
        if fact.originator_id != StockBucket.create_id(fact.listing_id, fact.number):
            raise Broken(f"it is not bucket {fact.number} of listing {fact.listing_id}")
        self._listing_of[fact.originator_id] = fact.listing_id

    @when(listings.StockSpread)
    def spread(self, _position: int, fact: listings.StockSpread) -> None:
        self._move(fact.originator_id, fact.originator_id, fact.spread_id, -fact.quantity)

    @when(buckets.Drained)
    def drained(self, position: int, fact: buckets.Drained) -> None:
        self.named(position, fact)
        self._move(fact.originator_id, fact.listing_id, fact.spread_id, -fact.quantity)

    @when(buckets.Filled)
    def filled(self, position: int, fact: buckets.Filled) -> None:
        self.named(position, fact)
        self._move(fact.originator_id, fact.listing_id, fact.spread_id, fact.quantity)

    @when(buckets.Restocked, buckets.Reserved, buckets.ReservationReleased, buckets.Sold)
    def named(
        self, _position: int,
        fact: buckets.Drained | buckets.Filled | buckets.Restocked | buckets.Reserved | buckets.ReservationReleased
        | buckets.Sold,
    ) -> None:  # fmt: skip
        """A view counts for the listing what a fact of a bucket says."""
        if self._listing_of.get(fact.originator_id) != fact.listing_id:
            raise Broken(f"the bucket is not of listing {fact.listing_id}")

    def finish(self) -> None:
        for (listing_id, spread_id), quantity in self._on_the_way.items():
            if quantity:
                wrong = f"{abs(quantity)} more arrived than left" if quantity > 0 else f"{-quantity} never arrived"
                raise Broken(f"of what {spread_id} moved, {wrong}", stream=str(listing_id))

    def _move(self, stock_id: UUID, listing_id: UUID, spread_id: UUID, quantity: int) -> None:
        if self._latest.get(stock_id) == spread_id:
            raise Broken(f"{spread_id} moved something of it before")
        self._latest[stock_id] = spread_id
        self._on_the_way[listing_id, spread_id] += quantity
