"""What is offered in the mall."""

from typing import Any
from uuid import UUID

from services.mall.domain.listing import Listing, OfferKind
from services.mall.domain.seller import Seller

from .sellers import Sellers
from .stock import Stock

ITS_SELLER = "the seller of the listing"


class Listings(Sellers, Stock):
    """Listings of the actor's own."""

    def list_goods(
        self, title: str, price_minor: int, currency: str, stock: int, description: str, tags: list[str],
        commission_bps: int, kind: OfferKind,
    ) -> dict[str, Any]:  # fmt: skip
        """The actor offers something, if the claims asked of sellers hold now.

        Raises NoSuchSeller, SellerSuspended, SellerThresholdUnmet, and what Listing.list_for_sale raises.
        """
        seller = self.active_seller(Seller.create_id(self.actor_id))
        self.refuse_unmet(self.actor_id)
        listing_id = self.unit.new_id("listing")
        self.unit.add(
            Listing.list_for_sale(
                listing_id, seller.id, self.actor_id, title, description, price_minor, currency, tags,
                commission_bps, stock, kind,
            )
        )  # fmt: skip
        return {"listing_id": listing_id}

    def reprice(self, listing_id: UUID, price_minor: int) -> dict[str, Any]:
        """Its seller asks another price. Raises NoSuchListing, Forbidden, ListingWithdrawn, TicketFixedByGathering."""
        self._own(listing_id).reprice(price_minor)
        return {"listing_id": listing_id}

    def restock(self, listing_id: UUID, quantity: int) -> dict[str, Any]:
        """Its seller has more.

        Raises NoSuchListing, Forbidden, SellerSuspended, ListingWithdrawn, TicketFixedByGathering.
        """
        listing = self._own(listing_id)
        self.active_seller(listing.seller_id)
        self.restock_listing(listing, quantity)
        return {"listing_id": listing_id}

    def spread_stock(self, listing_id: UUID, buckets: int) -> dict[str, Any]:
        """Its seller has it sold from so many buckets at once, or from one again.

        Raises NoSuchListing, Forbidden, SellerSuspended, ListingWithdrawn, TicketFixedByGathering, BucketsOutOfBounds.
        """
        listing = self._own(listing_id)
        self.active_seller(listing.seller_id)
        self.spread(listing, buckets)
        return {"listing_id": listing_id, "buckets": buckets}

    def withdraw_listing(self, listing_id: UUID, reason: str) -> dict[str, Any]:
        """Its seller offers it no longer.

        Raises NoSuchListing, Forbidden, ListingWithdrawn, ReasonNotCode, TicketFixedByGathering.
        """
        self._own(listing_id).withdraw(reason)
        return {"listing_id": listing_id}

    def _own(self, listing_id: UUID) -> Listing:
        listing = self.listing(listing_id)
        self.refuse_unless(listing.person_id == self.actor_id, ITS_SELLER)
        return listing
