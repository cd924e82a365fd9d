"""Goods or a service offered in the mall, and how many of it there are."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.kernel.domain import derived_id, event

from . import listing_facts as facts
from .exclusivity import Promisable, with_notices
from .form import check_commission, check_currency, check_price, check_quantity, check_reason, check_title
from .refusals import (
    AlreadyReserved,
    ListingWithdrawn,
    NoSuchReservation,
    ReservationTooShort,
    SoldOut,
    StockNegative,
    TicketFixedByGathering,
    TicketNotShelved,
)

__all__ = ["GOODS", "SERVICE", "TICKET", "Listing", "OfferKind"]

GOODS, SERVICE, TICKET = "goods", "service", "ticket"
OfferKind = Literal["goods", "service"]


class Listing(Promisable):
    """What is on hand is either available or reserved for a checkout; a reservation ends exactly once.

    ``reservations`` maps a checkout's id to ``{"quantity", "expires_at"}``. A reservation ends as a
    sale or by being released; it never ends by itself, however late it is. Tickets have no stock: their
    gathering counts the seats, and ``Seat`` says by which order they are bought.
    To whom it is promised alone: ``exclusivity``.
    """

    TOPIC = "mall:Listing"
    snapshot_version = 4
    Listed = facts.Listed
    Repriced = facts.Repriced
    Restocked = facts.Restocked
    Withdrawn = facts.Withdrawn
    Reserved = facts.Reserved
    ReservationReleased = facts.ReservationReleased
    Sold = facts.Sold
    Promised = facts.Promised

    @staticmethod
    def create_id(listing_id: UUID) -> UUID:
        return listing_id

    @classmethod
    def list_for_sale(
        cls, listing_id: UUID, seller_id: UUID, person_id: UUID, title: str, description: str, price_minor: int,
        currency: str, tags: list[str], commission_bps: int, stock: int, kind: OfferKind = "goods",
    ) -> "Listing":  # fmt: skip
        """A new listing; ``person_id`` is who sells. Raises the refusals of form of each field."""
        check_title(title)
        check_price(price_minor)
        check_currency(currency)
        check_commission(commission_bps)
        if stock < 0:
            raise StockNegative(stock=stock)
        return cls(
            listing_id, seller_id, person_id, title, description, price_minor, currency, tags, commission_bps, stock,
            kind, None,
        )  # fmt: skip

    @staticmethod
    def id_of_tickets(gathering_id: UUID) -> UUID:
        """The listing of the tickets of a gathering."""
        return derived_id("ticket", gathering_id)

    @classmethod
    def offer_tickets(
        cls, gathering_id: UUID, seller_id: UUID, person_id: UUID, price_minor: int, currency: str, tags: list[str]
    ) -> "Listing":
        """The tickets of a gathering, at the price of one seat. Raises ``PriceNotPositive``, ``CurrencyNotUsable``."""
        check_price(price_minor)
        check_currency(currency)
        listing_id = cls.id_of_tickets(gathering_id)
        return cls(
            listing_id, seller_id, person_id, "Ticket", "", price_minor, currency, tags, 0, 0, TICKET, gathering_id
        )

    @event(Listed)
    def __init__(
        self, listing_id: UUID, seller_id: UUID, person_id: UUID, title: str, description: str, price_minor: int,
        currency: str, tags: list[str], commission_bps: int, stock: int, kind: str, gathering_id: UUID | None,
    ) -> None:  # fmt: skip
        self.seller_id = seller_id
        self.person_id = person_id
        self.title = title
        self.description = description
        self.price_minor = price_minor
        self.currency = currency
        self.tags = tags
        self.commission_bps = commission_bps
        self.kind = kind
        self.gathering_id = gathering_id
        self.on_hand = stock
        self.sold = 0
        self.is_withdrawn = False
        self.reservations: dict[str, dict[str, Any]] = {}
        self.reserved = 0
        self.promised_to = None
        self.promised_times = []

    @property
    def is_ticket(self) -> bool:
        """Whether it is sold against a seat that a gathering keeps."""
        return self.kind == TICKET

    @property
    def available(self) -> int:
        """How many can still be reserved."""
        return self.on_hand - self.reserved

    def reprice(self, price_minor: int) -> None:
        """Another price; the same price records nothing.

        Raises ``PriceNotPositive``, ``ListingWithdrawn``, ``TicketFixedByGathering``.
        """
        check_price(price_minor)
        self._check_not_ticket()
        self.check_offered()
        if price_minor != self.price_minor:
            self._repriced(price_minor=price_minor, currency=self.currency)

    @event(Repriced)
    def _repriced(self, price_minor: int, currency: str) -> None:
        self.price_minor = price_minor

    def restock(self, quantity: int) -> None:
        """More on hand. Raises ``QuantityNotPositive``, ``ListingWithdrawn``, ``TicketFixedByGathering``."""
        check_quantity(quantity)
        self._check_not_ticket()
        self.check_offered()
        self._restocked(quantity=quantity)

    @event(Restocked)
    def _restocked(self, quantity: int) -> None:
        self.on_hand += quantity

    def withdraw(self, reason: str) -> None:
        """Raises ``ReasonNotCode``, ``TicketFixedByGathering``, ``ListingWithdrawn`` when it was withdrawn before."""
        check_reason(reason)
        self._check_not_ticket()
        self.check_offered()
        self._withdrawn(reason=reason)

    def withdraw_tickets(self, reason: str) -> None:
        """Its gathering does not take place; again records nothing."""
        if not self.is_withdrawn:
            self._withdrawn(reason=reason)

    @event(Withdrawn)
    def _withdrawn(self, reason: str) -> None:
        self.is_withdrawn = True

    def reserve(self, checkout_id: UUID, quantity: int, expires_at: datetime, now: datetime) -> None:
        """Keeps so many for the checkout.

        Raises ``SoldOut``, ``ListingWithdrawn``, ``AlreadyReserved``, ``QuantityNotPositive`` and
        ``ReservationTooShort``. Whether it is the seller who buys is for the caller to refuse.
        """
        if expires_at <= now:
            raise ReservationTooShort(expires_at=expires_at.isoformat())
        self.check_can_reserve(checkout_id, quantity)
        self._reserved(checkout_id=checkout_id, quantity=quantity, expires_at=expires_at)

    def take(self, checkout_id: UUID, quantity: int, now: datetime) -> None:
        """Reserves and sells at once: for a payment that came after the reservation had ended.

        Raises what ``reserve`` raises; a reservation that is still there is sold with ``sell``.
        """
        self.check_can_reserve(checkout_id, quantity)
        self._reserved(checkout_id=checkout_id, quantity=quantity, expires_at=now)
        self._sold(checkout_id=checkout_id, quantity=quantity)

    @event(Reserved)
    def _reserved(self, checkout_id: UUID, quantity: int, expires_at: datetime) -> None:
        self.reservations[str(checkout_id)] = {"quantity": quantity, "expires_at": expires_at}
        self.reserved += quantity

    def release(self, checkout_id: UUID, reason: Literal["expired", "cancelled"]) -> None:
        """The checkout does not take what it reserved. Raises ``NoSuchReservation``."""
        quantity = self._reserved_by(checkout_id)
        self._reservation_released(checkout_id=checkout_id, quantity=quantity, reason=reason)

    @event(ReservationReleased)
    def _reservation_released(self, checkout_id: UUID, quantity: int, reason: str) -> None:
        del self.reservations[str(checkout_id)]
        self.reserved -= quantity

    def sell(self, checkout_id: UUID) -> None:
        """The checkout was paid, its reservation becomes a sale. Raises ``NoSuchReservation``."""
        self._sold(checkout_id=checkout_id, quantity=self._reserved_by(checkout_id))

    @event(Sold)
    def _sold(self, checkout_id: UUID, quantity: int) -> None:
        del self.reservations[str(checkout_id)]
        self.reserved -= quantity
        self.on_hand -= quantity
        self.sold += quantity

    @event(Promised)
    def _promised(
        self, group_id: UUID, agreement_id: UUID, times: list[dict[str, Any]], notices: list[dict[str, Any]]
    ) -> None:
        self.promised_to = str(group_id) if times else None
        self.promised_times = with_notices(times, notices)

    def has_reservation(self, checkout_id: UUID) -> bool:
        """Whether the checkout holds a reservation that has not ended."""
        return str(checkout_id) in self.reservations

    def check_can_reserve(self, checkout_id: UUID, quantity: int) -> None:
        """Whether so many can be kept for the checkout now; records nothing. Raises what ``reserve`` raises for it."""
        check_quantity(quantity)
        self.check_offered()
        if self.has_reservation(checkout_id):
            raise AlreadyReserved(listing_id=self.id, checkout_id=checkout_id)
        if not self._has(quantity):
            raise SoldOut(left=self.available, listing_id=self.id)

    def _has(self, quantity: int) -> bool:
        """The guard against overselling; tests switch it off to see that they need it."""
        return quantity <= self.available

    def _reserved_by(self, checkout_id: UUID) -> int:
        if not self.has_reservation(checkout_id):
            raise NoSuchReservation(listing_id=self.id, checkout_id=checkout_id)
        quantity: int = self.reservations[str(checkout_id)]["quantity"]
        return quantity

    def _check_not_ticket(self) -> None:
        """The guard of what its gathering decides; tests switch it off to see that they need it."""
        if self.is_ticket:
            raise TicketFixedByGathering(listing_id=self.id, gathering_id=self.gathering_id)

    def check_shelvable(self) -> None:
        """Raises ``ListingWithdrawn``, and ``TicketNotShelved``: a ticket is shown by its gathering."""
        self.check_offered()
        if self.is_ticket:
            raise TicketNotShelved(listing_id=self.id)

    def check_offered(self) -> None:
        """Raises ``ListingWithdrawn``."""
        if self.is_withdrawn:
            raise ListingWithdrawn(listing_id=self.id)
