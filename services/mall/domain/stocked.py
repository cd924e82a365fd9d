"""What has pieces in stock: the rules of reserving and selling them, for a listing and for a bucket of its stock."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.kernel.domain import AggregateRoot

from .form import check_quantity
from .refusals import AlreadyReserved, NoSuchReservation, ReservationTooShort, SoldOut

__all__ = ["Stocked"]


class Stocked(AggregateRoot):
    """What is on hand is either available or reserved for a checkout; a reservation ends exactly once.

    ``reservations`` maps a checkout's id to ``{"quantity", "expires_at"}``. A reservation ends as a sale or by being
    released; it never ends by itself, however late it is. Whoever is stocked has a method for each fact that is
    recorded here, which assigns by one of the ``_note`` methods, and says with ``_told`` what else the fact tells.
    """

    on_hand: int
    sold: int
    reserved: int
    reservations: dict[str, dict[str, Any]]
    _restocked: Any
    _reserved: Any
    _reservation_released: Any
    _sold: Any

    @property
    def of_listing_id(self) -> UUID:
        """The listing whose pieces they are."""
        raise NotImplementedError

    @property
    def _told(self) -> dict[str, Any]:
        """What every fact of stock tells besides."""
        return {}

    @property
    def available(self) -> int:
        """How many can still be reserved."""
        return self.on_hand - self.reserved

    def suffices_for(self, quantity: int) -> bool:
        """Whether so many can be reserved here."""
        return self._has(quantity)

    def has_reservation(self, checkout_id: UUID) -> bool:
        """Whether the checkout holds a reservation that has not ended."""
        return str(checkout_id) in self.reservations

    def check_stockable(self) -> None:
        """Raises what keeps anybody from changing by hand how many there are."""

    def check_offered(self) -> None:
        """Raises what keeps it from being sold."""

    def restock(self, quantity: int) -> None:
        """More on hand. Raises ``QuantityNotPositive``, and what ``check_stockable`` raises."""
        check_quantity(quantity)
        self.check_stockable()
        self._restocked(quantity=quantity, **self._told)

    def reserve(self, checkout_id: UUID, quantity: int, expires_at: datetime, now: datetime) -> None:
        """Keeps so many for the checkout.

        Raises ``SoldOut``, ``ListingWithdrawn``, ``AlreadyReserved``, ``QuantityNotPositive`` and
        ``ReservationTooShort``. Whether it is the seller who buys is for the caller to refuse.
        """
        if expires_at <= now:
            raise ReservationTooShort(expires_at=expires_at.isoformat())
        self._check_can_reserve(checkout_id, quantity)
        self._reserved(checkout_id=checkout_id, quantity=quantity, expires_at=expires_at, **self._told)

    def take(self, checkout_id: UUID, quantity: int, now: datetime) -> None:
        """Reserves and sells at once: for a payment that came after the reservation had ended.

        Raises what ``reserve`` raises; a reservation that is still there is sold with ``sell``.
        """
        self._check_can_reserve(checkout_id, quantity)
        self._reserved(checkout_id=checkout_id, quantity=quantity, expires_at=now, **self._told)
        self._sold(checkout_id=checkout_id, quantity=quantity, **self._told)

    def release(self, checkout_id: UUID, reason: Literal["expired", "cancelled"]) -> None:
        """The checkout does not take what it reserved. Raises ``NoSuchReservation``."""
        quantity = self._reserved_by(checkout_id)
        self._reservation_released(checkout_id=checkout_id, quantity=quantity, reason=reason, **self._told)

    def sell(self, checkout_id: UUID) -> None:
        """The checkout was paid, its reservation becomes a sale. Raises ``NoSuchReservation``."""
        self._sold(checkout_id=checkout_id, quantity=self._reserved_by(checkout_id), **self._told)

    def check_left(self, quantity: int) -> None:
        """Raises ``SoldOut`` when fewer are available."""
        if not self._has(quantity):
            raise SoldOut(left=self.available, listing_id=self.of_listing_id)

    def _begin_stock(self, on_hand: int) -> None:
        self.on_hand = on_hand
        self.sold = 0
        self.reservations = {}
        self.reserved = 0

    def _note_reserved(self, checkout_id: UUID, quantity: int, expires_at: datetime) -> None:
        self.reservations[str(checkout_id)] = {"quantity": quantity, "expires_at": expires_at}
        self.reserved += quantity

    def _note_ended(self, checkout_id: UUID, quantity: int) -> None:
        del self.reservations[str(checkout_id)]
        self.reserved -= quantity

    def _note_sold(self, checkout_id: UUID, quantity: int) -> None:
        self._note_ended(checkout_id, quantity)
        self.on_hand -= quantity
        self.sold += quantity

    def _check_can_reserve(self, checkout_id: UUID, quantity: int) -> None:
        check_quantity(quantity)
        self.check_offered()
        if self.has_reservation(checkout_id):
            raise AlreadyReserved(listing_id=self.of_listing_id, checkout_id=checkout_id)
        self.check_left(quantity)

    def _has(self, quantity: int) -> bool:
        """The guard against overselling; tests switch it off to see that they need it."""
        return quantity <= self.available

    def _reserved_by(self, checkout_id: UUID) -> int:
        if not self.has_reservation(checkout_id):
            raise NoSuchReservation(listing_id=self.of_listing_id, checkout_id=checkout_id)
        quantity: int = self.reservations[str(checkout_id)]["quantity"]
        return quantity
