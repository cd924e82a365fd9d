"""Goods or a service offered in the mall, and how many of it there are."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.kernel.domain import derived_id, event

from . import listing_facts as facts
from .exclusivity import Promisable, with_notices
from .form import check_buckets, check_commission, check_currency, check_price, check_reason, check_title
from .refusals import ListingWithdrawn, StockNegative, TicketFixedByGathering, TicketNotShelved
from .stocked import Stocked

__all__ = ["GOODS", "SERVICE", "TICKET", "Listing", "OfferKind"]

GOODS, SERVICE, TICKET = "goods", "service", "ticket"
OfferKind = Literal["goods", "service"]


class Listing(Stocked, Promisable):
    """Its pieces are reserved and sold by the rules of ``stocked``, and so are those that lie in buckets of its stock:
    ``buckets`` says how many it is sold from, 1 when from itself alone, ``opened_buckets`` how many there ever were,
    and ``spreading`` where to look for pieces. Tickets have no stock: their gathering counts the seats, and ``Seat``
    says by which order they are bought. To whom it is promised alone: ``exclusivity``.
    """

    TOPIC = "mall:Listing"
    snapshot_version = 4
    Listed = facts.Listed
    Repriced = facts.Repriced
    Restocked = facts.Restocked
    StockSpread = facts.StockSpread
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
        self._begin_stock(stock)
        self.buckets = 1
        self.opened_buckets = 0
        self.is_withdrawn = False
        self.promised_to = None
        self.promised_times = []

    @property
    def is_ticket(self) -> bool:
        """Whether it is sold against a seat that a gathering keeps."""
        return self.kind == TICKET

    @property
    def of_listing_id(self) -> UUID:
        return self.id

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

    def spread(self, spread_id: UUID, buckets: int, quantity: int) -> None:
        """From now on it is sold from so many buckets, or from itself alone if from one; so many that nobody has
        reserved leave it for them, or come back when less than 0. What the buckets get, they record.

        Raises ``BucketsOutOfBounds``, ``ListingWithdrawn``, ``TicketFixedByGathering``, ``SoldOut``.
        """
        self.check_spread(buckets)
        self.check_left(quantity)
        self._stock_spread(spread_id=spread_id, buckets=buckets, quantity=quantity)

    @event(StockSpread)
    def _stock_spread(self, spread_id: UUID, buckets: int, quantity: int) -> None:
        self.buckets = buckets
        self.opened_buckets = max(self.opened_buckets, buckets if buckets > 1 else 0)
        self.on_hand -= quantity

    @event(Reserved)
    def _reserved(self, checkout_id: UUID, quantity: int, expires_at: datetime) -> None:
        self._note_reserved(checkout_id, quantity, expires_at)

    @event(ReservationReleased)
    def _reservation_released(self, checkout_id: UUID, quantity: int, reason: str) -> None:
        self._note_ended(checkout_id, quantity)

    @event(Sold)
    def _sold(self, checkout_id: UUID, quantity: int) -> None:
        self._note_sold(checkout_id, quantity)

    @event(Promised)
    def _promised(
        self, group_id: UUID, agreement_id: UUID, times: list[dict[str, Any]], notices: list[dict[str, Any]]
    ) -> None:
        self.promised_to = str(group_id) if times else None
        self.promised_times = with_notices(times, notices)

    def _check_not_ticket(self) -> None:
        """The guard of what its gathering decides; tests switch it off to see that they need it."""
        if self.is_ticket:
            raise TicketFixedByGathering(listing_id=self.id, gathering_id=self.gathering_id)

    def check_stockable(self) -> None:
        """Raises ``TicketFixedByGathering``, ``ListingWithdrawn``."""
        self._check_not_ticket()
        self.check_offered()

    def check_spread(self, buckets: int) -> None:
        """Raises ``BucketsOutOfBounds``, ``TicketFixedByGathering``, ``ListingWithdrawn``."""
        check_buckets(buckets)
        self.check_stockable()

    def check_shelvable(self) -> None:
        """Raises ``ListingWithdrawn``, and ``TicketNotShelved``: a ticket is shown by its gathering."""
        self.check_offered()
        if self.is_ticket:
            raise TicketNotShelved(listing_id=self.id)

    def check_offered(self) -> None:
        """Raises ``ListingWithdrawn``."""
        if self.is_withdrawn:
            raise ListingWithdrawn(listing_id=self.id)
