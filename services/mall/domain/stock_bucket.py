"""Some of the stock of a listing, kept apart from the rest so that many may sell of it at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import derived_id, event

from . import bucket_facts as facts
from .form import check_quantity
from .stocked import Stocked

__all__ = ["StockBucket"]


class StockBucket(Stocked):
    """The rules of its pieces are those of a listing's. What is asked of the listing alone, such as whether it is still
    offered, is asked of the listing, before. A bucket is never closed: one that is needed no longer is empty."""

    TOPIC = "mall:StockBucket"
    Opened = facts.Opened
    Filled = facts.Filled
    Drained = facts.Drained
    Restocked = facts.Restocked
    Reserved = facts.Reserved
    ReservationReleased = facts.ReservationReleased
    Sold = facts.Sold

    @staticmethod
    def create_id(listing_id: UUID, number: int) -> UUID:
        """The same for the same bucket of a listing, always."""
        return derived_id("stock bucket", listing_id, number)

    @event(Opened)
    def __init__(self, listing_id: UUID, number: int) -> None:
        self.listing_id = listing_id
        self.number = number
        self._begin_stock(0)

    @property
    def of_listing_id(self) -> UUID:
        return self.listing_id

    @property
    def _told(self) -> dict[str, Any]:
        return {"listing_id": self.listing_id}

    def fill(self, spread_id: UUID, quantity: int) -> None:
        """So many come here from elsewhere in the stock. Raises ``QuantityNotPositive``."""
        check_quantity(quantity)
        self._filled(spread_id=spread_id, quantity=quantity, **self._told)

    @event(Filled)
    def _filled(self, listing_id: UUID, spread_id: UUID, quantity: int) -> None:
        self.on_hand += quantity

    def drain(self, spread_id: UUID, quantity: int) -> None:
        """So many that nobody has reserved go elsewhere in the stock. Raises ``QuantityNotPositive``, ``SoldOut``."""
        check_quantity(quantity)
        self.check_left(quantity)
        self._drained(spread_id=spread_id, quantity=quantity, **self._told)

    @event(Drained)
    def _drained(self, listing_id: UUID, spread_id: UUID, quantity: int) -> None:
        self.on_hand -= quantity

    @event(Restocked)
    def _restocked(self, listing_id: UUID, quantity: int) -> None:
        self.on_hand += quantity

    @event(Reserved)
    def _reserved(self, listing_id: UUID, checkout_id: UUID, quantity: int, expires_at: datetime) -> None:
        self._note_reserved(checkout_id, quantity, expires_at)

    @event(ReservationReleased)
    def _reservation_released(self, listing_id: UUID, checkout_id: UUID, quantity: int, reason: str) -> None:
        self._note_ended(checkout_id, quantity)

    @event(Sold)
    def _sold(self, listing_id: UUID, checkout_id: UUID, quantity: int) -> None:
        self._note_sold(checkout_id, quantity)
