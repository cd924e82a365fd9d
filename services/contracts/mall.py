"""What the mall says: what is offered, on whose shelf it stands, what was sold. Amounts in minor units."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from .message import Message


@dataclass(frozen=True, kw_only=True)
class SellerOpened(Message):
    """A person sells in the mall."""

    NAME: ClassVar[str] = "seller_opened"
    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "seller_id"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    seller_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class ListingMessage(Message):
    """A message about a listing."""

    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "listing_id"

    listing_id: UUID


@dataclass(frozen=True, kw_only=True)
class ListingListed(ListingMessage):
    """A seller offers something at a price."""

    NAME: ClassVar[str] = "listing_listed"

    seller_id: UUID
    price_minor: int
    currency: str
    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class ListingRepriced(ListingMessage):
    """It costs this from now on."""

    NAME: ClassVar[str] = "listing_repriced"

    price_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ListingWithdrawn(ListingMessage):
    """It is no longer offered."""

    NAME: ClassVar[str] = "listing_withdrawn"


@dataclass(frozen=True, kw_only=True)
class ListingPicked(ListingMessage):
    """A group put it on its shelf."""

    NAME: ClassVar[str] = "listing_picked"

    group_id: UUID


@dataclass(frozen=True, kw_only=True)
class ListingDropped(ListingMessage):
    """A group took it off its shelf."""

    NAME: ClassVar[str] = "listing_dropped"

    group_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrderMessage(Message):
    """A message about an order: one seller's part of a checkout."""

    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "order_id"

    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderMessage):
    """A buyer ordered; the stock is reserved."""

    NAME: ClassVar[str] = "order_placed"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"buyer_id"})

    checkout_id: UUID
    buyer_id: UUID
    seller_id: UUID
    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderPaid(OrderMessage):
    """The money was captured.

    Each line is ``{line_id, listing_id, quantity, price_minor, freight_minor, group_id}``: ids as text,
    the price of one piece, ``group_id`` of the shelf it was bought from or None.
    """

    NAME: ClassVar[str] = "order_paid"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"buyer_id"})

    checkout_id: UUID
    buyer_id: UUID
    seller_id: UUID
    currency: str
    lines: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(OrderMessage):
    """It arrived; the return window has opened."""

    NAME: ClassVar[str] = "order_delivered"


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderMessage):
    """It is off. With ``was_paid`` it had been paid: all that was not refunded before is taken back."""

    NAME: ClassVar[str] = "order_cancelled"

    was_paid: bool


@dataclass(frozen=True, kw_only=True)
class LineRefunded(OrderMessage):
    """So many pieces of a line were refunded; every share was taken back in proportion."""

    NAME: ClassVar[str] = "line_refunded"

    line_id: UUID
    listing_id: UUID
    quantity: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class CommissionReleased(OrderMessage):
    """The return window has closed and the held shares are due.

    ``groups`` has one ``{group_id, amount_minor}`` for each community with a share; ids as text.
    """

    NAME: ClassVar[str] = "commission_released"

    seller_id: UUID
    currency: str
    seller_minor: int
    platform_minor: int
    groups: list[dict[str, Any]]


MESSAGES: tuple[type[Message], ...] = (
    SellerOpened,
    ListingListed,
    ListingRepriced,
    ListingWithdrawn,
    ListingPicked,
    ListingDropped,
    OrderPlaced,
    OrderPaid,
    OrderDelivered,
    OrderCancelled,
    LineRefunded,
    CommissionReleased,
)
