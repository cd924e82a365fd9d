"""Stock: what is on hand, what of it is reserved, and for whom."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import bucket_facts as buckets
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import listing_facts as listings


@dataclass(slots=True)
class _Shelf:
    on_hand: int
    reserved: dict[UUID, int] = field(default_factory=dict)


class StockIsNeverOversold(Invariant):
    """Invariant I-06, of listings and of buckets, whose facts are made from those of listings."""

    name = "I-06 stock"
    sentence = "Stock is never negative, never less than what is reserved of it, and a reservation ends at most once."

    def __init__(self) -> None:
        super().__init__()
        self._listings: dict[UUID, _Shelf] = {}

    @when(listings.Listed)
    def listed(self, _position: int, fact: listings.Listed) -> None:
        self._listings[fact.originator_id] = self._checked(_Shelf(fact.stock))

    @when(buckets.Opened)
    def opened(self, _position: int, fact: buckets.Opened) -> None:
        self._listings[fact.originator_id] = _Shelf(0)

    @when(listings.StockSpread, buckets.Drained)
    def left(self, _position: int, fact: listings.StockSpread | buckets.Drained) -> None:
        self._listings[fact.originator_id].on_hand -= fact.quantity
        self._checked(self._listings[fact.originator_id])

    @when(buckets.Filled)
    def arrived(self, _position: int, fact: buckets.Filled) -> None:
        self._listings[fact.originator_id].on_hand += fact.quantity

    @when(listings.Restocked)
    def restocked(self, _position: int, fact: listings.Restocked) -> None:
        if fact.quantity <= 0:
            raise Broken(f"restocked with {fact.quantity}")
        self._listings[fact.originator_id].on_hand += fact.quantity

    @when(listings.Reserved)
    def reserved(self, _position: int, fact: listings.Reserved) -> None:
        listing = self._listings[fact.originator_id]
        if fact.checkout_id in listing.reserved or fact.quantity <= 0:
            raise Broken(f"{fact.quantity} reserved for checkout {fact.checkout_id}, which has a reservation")
        listing.reserved[fact.checkout_id] = fact.quantity
        self._checked(listing)

    @when(listings.Sold, listings.ReservationReleased)
    def ended(self, _position: int, fact: Any) -> None:
        listing = self._listings[fact.originator_id]
        quantity = listing.reserved.pop(fact.checkout_id, None)
        if quantity != fact.quantity:
            raise Broken(
                f"checkout {fact.checkout_id} has reserved {quantity or 'none'}, and {fact.quantity} of it ended"
            )
        if isinstance(fact, listings.Sold):
            listing.on_hand -= fact.quantity
        self._checked(listing)

    @staticmethod
    def _checked(listing: _Shelf) -> _Shelf:
        reserved = sum(listing.reserved.values())
        if not 0 <= reserved <= listing.on_hand:
            raise Broken(f"{listing.on_hand} are on hand, and {reserved} of them are reserved")
        return listing


class ReservationsHaveACheckout(Invariant):
    """Invariant I-06: what is reserved for nobody can never be sold again."""

    name = "I-06 reservations"
    sentence = "Whatever is reserved is reserved for a checkout that is open, until its end or later."

    def __init__(self) -> None:
        super().__init__()
        self._open: set[UUID] = set()
        self._reserved: dict[tuple[UUID, UUID], int] = {}

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        self._open.add(fact.originator_id)

    @when(checkouts.PaymentCaptured, checkouts.PaymentDeclined, checkouts.Expired, checkouts.Cancelled)
    def closed(self, _position: int, fact: Any) -> None:
        self._open.discard(fact.originator_id)

    @when(listings.Reserved)
    def reserved(self, position: int, fact: listings.Reserved) -> None:
        self._reserved[fact.originator_id, fact.checkout_id] = position

    @when(listings.Sold, listings.ReservationReleased)
    def ended(self, _position: int, fact: Any) -> None:
        self._reserved.pop((fact.originator_id, fact.checkout_id), None)

    def finish(self) -> None:
        for (listing_id, checkout_id), position in self._reserved.items():
            if checkout_id not in self._open:
                raise Broken(f"reserved for checkout {checkout_id}, which is not open", position, str(listing_id))
