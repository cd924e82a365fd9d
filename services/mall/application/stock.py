"""The stock of a listing, wherever its pieces lie: kept for checkouts, sold, let go, spread over buckets.

Whoever reserves or sells pieces does it here. What is kept for a checkout lies where the checkout says, so that its end
touches nothing else; a listing that was never spread is its own stock, and the checkout says nothing of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.mall.domain.checkout import Checkout
from services.mall.domain.listing import Listing
from services.mall.domain.refusals import NoSuchListing, SoldOut
from services.mall.domain.spreading import chosen, moves, stock_ids
from services.mall.domain.stock_bucket import StockBucket
from services.mall.domain.stocked import Stocked

from .loading import Loading

Chosen = list[tuple[Stocked, int]]


def first_bucket(process_id: UUID, root: object) -> list[UUID]:
    """Where a checkout that a process opens looks first for what it wants of a listing in buckets."""
    return [next(stock_ids(root, process_id))] if isinstance(root, Listing) and root.buckets > 1 else []


class Stock(Loading):
    """Pieces of listings."""

    def keep_stock(
        self, listing_id: str, checkout_id: UUID, quantity: int, expires_at: datetime
    ) -> dict[str, list[dict[str, Any]]]:
        """Keeps so many for a checkout; says where, as ``Checkout.keep_stock`` takes it.

        Raises NoSuchListing, ListingWithdrawn, SoldOut, and what Stocked.reserve raises.
        """
        listing = self.listing(listing_id)
        listing.check_offered()
        parts = self._chosen(listing, quantity)
        for stock, part in parts:
            stock.reserve(checkout_id, part, expires_at, self.now)
        if not listing.opened_buckets:
            return {}
        return {listing_id: [{"stock_id": str(stock.id), "quantity": part} for stock, part in parts]}

    def check_stock(self, listing_id: str, quantity: int) -> None:
        """Whether a new checkout could have so many kept; keeps nothing. Raises what ``keep_stock`` raises for it."""
        listing = self.listing(listing_id)
        listing.check_offered()
        self._chosen(listing, quantity)

    def kept_for(self, checkout: Checkout, listing_id: str) -> list[Stocked]:
        """Where what is kept of a listing for a checkout lies. Raises NoSuchListing."""
        where = checkout.stocks.get(listing_id)
        if where is None:
            return [self.listing(listing_id)]
        return [self._stock(UUID(listing_id), UUID(one["stock_id"])) for one in where]

    def can_take(self, listing_id: str, quantity: int) -> bool:
        """Whether so many could be sold to a checkout that has ended. Raises NoSuchListing."""
        listing = self.listing(listing_id)
        if listing.is_withdrawn:
            return False
        try:
            self._chosen(listing, quantity)
        except SoldOut:
            return False
        return True

    def take_stock(self, checkout: Checkout, listing_id: str, quantity: int) -> None:
        """Sells so many to a checkout whose reservation has ended. Raises what Stocked.take raises."""
        for stock, part in self._chosen(self.listing(listing_id), quantity):
            stock.take(checkout.id, part, self.now)

    def restock_listing(self, listing: Listing, quantity: int) -> None:
        """More on hand, in one of the buckets where there are any. Raises what Listing.restock raises."""
        first = next(stock_ids(listing, self.unit.process_id))
        listing.check_stockable()
        self._stock(listing.id, first).restock(quantity)

    def spread(self, listing: Listing, buckets: int) -> None:
        """What is free of a listing lies in so many buckets from now on, in equal parts; one is the listing itself.

        What is reserved stays where it is. Where it is so already, nothing is recorded. Raises what Listing.spread
        raises.
        """
        listing.check_spread(buckets)
        opened, spread_id = listing.opened_buckets, self.unit.new_id("spread")
        numbers = range(1, max(opened, buckets if buckets > 1 else 0) + 1)
        found = [self._bucket(listing.id, number, is_new=number > opened) for number in numbers]
        moved = moves([listing.available, *(one.available for one in found)], buckets)
        if any(moved) or buckets != listing.buckets:
            listing.spread(spread_id, buckets, -moved[0])
        for bucket, quantity in zip(found, moved[1:], strict=True):
            if quantity > 0:
                bucket.fill(spread_id, quantity)
            elif quantity < 0:
                bucket.drain(spread_id, -quantity)

    def _chosen(self, listing: Listing, quantity: int) -> Chosen:
        """Of which to take how many. Whoever is told that nothing is left has been told so of all at one position."""
        looked_at: list[UUID] = []

        def each(stock_id: UUID) -> Stocked:
            looked_at.append(stock_id)
            return self._stock(listing.id, stock_id)

        try:
            return chosen(map(each, stock_ids(listing, self.unit.process_id)), quantity)
        except SoldOut:
            self.unit.rest_on(looked_at)
            raise

    def _stock(self, listing_id: UUID, stock_id: UUID) -> Stocked:
        if stock_id == listing_id:
            return self.listing(listing_id)
        return self.unit.get(StockBucket, stock_id, NoSuchListing())

    def _bucket(self, listing_id: UUID, number: int, *, is_new: bool) -> StockBucket:
        if is_new:
            bucket = StockBucket(listing_id, number)
            self.unit.add(bucket)
            return bucket
        return self.unit.get(StockBucket, StockBucket.create_id(listing_id, number), NoSuchListing())
