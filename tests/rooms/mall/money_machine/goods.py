"""The model of what is sold: listings, checkouts, orders, lines and cases, as anybody would write them down."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
    tags: tuple[str, ...] = ()


class Bears(NamedTuple):
    """Whether the platform keeps its fee of a refund, and whether sellers pay what a lost dispute costs."""

    keeps_fee: bool = False
    seller_pays: bool = False


@dataclass
class Line:
    """What is left of it, and of everybody's share; ``returning`` is how many of it the buyer has asked to return, and
    ``answer_by`` until when the seller has to answer that."""

    line_id: str
    goods: Goods
    quantity: int
    price: int
    freight: int
    shares: Shares
    parties: dict[str, Party]
    returning: int = 0
    answer_by: datetime | None = None


@dataclass(eq=False)
class Case:
    """What is open between buyer and seller: whose turn it is (seller, buyer, operator, bank), and until when. One that
    hangs on a dispute ends with it; one about a ``line`` is about nothing else."""

    case_id: UUID
    turn: str
    until: datetime
    dispute: "Dispute | None" = None
    line: Line | None = None


@dataclass
class Order:
    """``status`` is placed, paid, delivered, released or cancelled; ``case`` is the one that is open, ``cases`` how
    many the buyer has opened, ``decided`` are lines that one was decided about. Somebody looks at its release again at
    ``put_off``."""

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
    case: Case | None = None
    cases: int = 0
    decided: set[str] = field(default_factory=set)
    put_off: datetime | None = None

    @property
    def seller_id(self) -> UUID:
        """Who sells it."""
        return self.lines[0].goods.seller_id

    @property
    def person_id(self) -> UUID:
        """The person behind the seller."""
        return self.lines[0].goods.person_id

    @property
    def delivered_at(self) -> datetime | None:
        """When its window began."""
        return self.window_ends and self.window_ends - timedelta(days=self.window_days)

    @property
    def returning(self) -> list[Line]:
        """What is on its way back, and of which something is left."""
        return [line for line in self.lines if line.returning and line.price + line.freight]

    @property
    def answer_by(self) -> datetime | None:
        """Until when all of that has to be answered."""
        return max((line.answer_by for line in self.returning if line.answer_by is not None), default=None)

    def is_mature(self, now: datetime) -> bool:
        """Whether what is held for it is to be given out by now, or becomes a case."""
        is_over = self.status == "delivered" and self.window_ends is not None and self.window_ends <= now
        return is_over and not self.open_disputes and self.case is None and not self.waits(now)

    def waits(self, now: datetime) -> bool:
        """Whether the seller has time to answer what is on its way back."""
        return self.answer_by is not None and self.answer_by > now

    @property
    def disputed(self) -> int:
        """How much of it."""
        return sum(part for one in self.open_disputes for order, part in one.parts if order is self)

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
    """What the bank of a buyer takes back, and of which orders; ``status`` is open, won or lost. ``says`` is who of the
    operators would have it end how, ``is_by_hand`` that two of them have ended it."""

    told: Disputed
    dispute_id: UUID
    checkout_id: UUID
    parts: list[tuple[Order, int]]
    status: str = "open"
    says: tuple[UUID, str] | None = None
    is_by_hand: bool = False


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
    def is_paid_here(self) -> bool:
        """What is recorded from elsewhere was paid there."""
        return self.expires_at is not None

    @property
    def unreturned(self) -> int:
        """Captured, and neither gone back nor on its way."""
        return (self.captured or 0) - sum(back.amount for back in self.backs if back.status != "failed")
