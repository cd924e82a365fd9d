"""The model of what is sold: listings, checkouts, orders and lines, as anybody would write them down."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.mall.domain.dispute import Disputed

from .books import Party, Shares


@dataclass
class Goods:
    """Something on sale; ``free`` is what nobody has reserved."""

    listing_id: UUID
    seller_id: UUID
    person_id: UUID
    currency: str
    price: int
    pool_bps: int
    free: int
    shelf_link: UUID | None = None
    free_link: UUID | None = None


class Bears(NamedTuple):
    """Whether the platform keeps its fee of a refund, and whether sellers pay what a lost dispute costs."""

    keeps_fee: bool = False
    seller_pays: bool = False


@dataclass
class Line:
    """What is left of it, and of everybody's share; so many are on their way back."""

    line_id: str
    goods: Goods
    quantity: int
    price: int
    freight: int
    shares: Shares
    parties: dict[str, Party]
    returning: int = 0


@dataclass
class Order:
    """``status`` is placed, paid, delivered, released or cancelled; ``case_id`` is the buyer's case that is open, whose
    ``case_stage`` is answered or escalated; ``cases`` is how many there were, ``decided`` are lines that one was
    decided about. ``answer_by`` is when somebody looks at what is on its way back."""

    order_id: UUID
    checkout_id: UUID
    currency: str
    lines: list[Line]
    window_days: int
    bears: Bears
    status: str = "placed"
    window_ends: datetime | None = None
    short: int = 0
    open_disputes: list["Dispute"] = field(default_factory=list)
    case_id: UUID | None = None
    case_stage: str = "answered"
    cases: int = 0
    decided: set[str] = field(default_factory=set)
    answer_by: datetime | None = None

    @property
    def disputed(self) -> int:
        """How much of it."""
        return sum(part for one in self.open_disputes for order, part in one.parts if order is self)

    @property
    def returning(self) -> Line | None:
        """What somebody has to answer first: it is on its way back, and something of it is left."""
        return next((line for line in self.lines if line.returning and line.price + line.freight), None)

    def waits(self, now: datetime) -> bool:
        """Whether the seller has time to answer what is on its way back."""
        return self.returning is not None and self.answer_by is not None and self.answer_by > now

    @property
    def total(self) -> int:
        """Of what is left."""
        return sum(line.price + line.freight for line in self.lines)


@dataclass
class Back:
    """Money that goes back: ``status`` is demanded, refunded, failed or set_off."""

    refund_id: UUID
    checkout_id: UUID
    amount: int
    status: str = "demanded"
    is_retried: bool = False


@dataclass(eq=False)
class Dispute:
    """What the bank of a buyer takes back, and of which orders; ``status`` is open, won or lost."""

    told: Disputed
    checkout_id: UUID
    parts: list[tuple[Order, int]]
    status: str = "open"


@dataclass
class Cart:
    """A checkout; ``status`` is open, paid, expired, declined or cancelled. ``over`` is what banks took beyond what was
    left of its orders."""

    checkout_id: UUID
    payment_id: UUID
    buyer_id: UUID
    currency: str
    orders: list[Order]
    total: int
    expires_at: datetime | None
    status: str = "open"
    captured: int | None = None
    over: int = 0
    backs: list[Back] = field(default_factory=list)

    @property
    def unreturned(self) -> int:
        """Captured, and neither gone back nor on its way."""
        return (self.captured or 0) - sum(back.amount for back in self.backs if back.status != "failed")
