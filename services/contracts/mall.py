"""What the mall says: what is offered, on whose shelf it stands, what was sold. Amounts in minor units."""

from dataclasses import dataclass, field
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
    the price of one piece, ``group_id`` of the shelf it was bought from or None. Beside these it may have
    ``link_id`` and ``member_id`` of the share link it was bought through, ``post_id`` and ``gathering_id`` of where
    that was met, and ``registration_id`` when it is a ticket.
    """

    NAME: ClassVar[str] = "order_paid"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"buyer_id", "lines.member_id"})

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
    registration_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CommissionReleased(OrderMessage):
    """The return window has closed and the held shares are due.

    ``groups`` has one ``{group_id, amount_minor}`` for each community with a share, ``members`` one
    ``{person_id, amount_minor}`` for each member whose link earned one; ids as text.
    """

    NAME: ClassVar[str] = "commission_released"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"members.person_id"})

    seller_id: UUID
    currency: str
    seller_minor: int
    platform_minor: int
    groups: list[dict[str, Any]]
    members: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MemberPicked(ListingMessage):
    """A person put it on a shelf of her own."""

    NAME: ClassVar[str] = "member_picked"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberDropped(ListingMessage):
    """A person took it off her shelf."""

    NAME: ClassVar[str] = "member_dropped"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class ShareLinkMade(Message):
    """A person shares a listing by a link of her own, from the shelf of a group or from none."""

    NAME: ClassVar[str] = "share_link_made"
    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "link_id"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"owner_id"})

    link_id: UUID
    owner_id: UUID
    listing_id: UUID
    group_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ReviewWritten(Message):
    """A verified buyer judged what was bought: 1 to 5. A changed review says so again."""

    NAME: ClassVar[str] = "review_written"
    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "review_id"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"reviewer_id"})

    review_id: UUID
    listing_id: UUID
    seller_id: UUID
    order_id: UUID
    reviewer_id: UUID
    rating: int


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
    MemberPicked,
    MemberDropped,
    ShareLinkMade,
    ReviewWritten,
)
