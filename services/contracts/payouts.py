"""What the mall says of payouts: that money has left for a party, or has come back. No account, no name."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from .message import Message


@dataclass(frozen=True, kw_only=True)
class PayoutMessage(Message):
    """A message about money for one party: a seller, a group or a person, as ``role`` says; the others are None."""

    SERVICE: ClassVar[str] = "mall"
    SUBJECT: ClassVar[str] = "payout_id"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    payout_id: UUID
    role: str
    seller_id: UUID | None
    group_id: UUID | None
    person_id: UUID | None
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PayoutPaid(PayoutMessage):
    """The payment provider has paid out what was available to a party."""

    NAME: ClassVar[str] = "payout_paid"


@dataclass(frozen=True, kw_only=True)
class PayoutReturned(PayoutMessage):
    """The bank of a party has sent back what was paid out, perhaps long after: it is available again."""

    NAME: ClassVar[str] = "payout_returned"


MESSAGES: tuple[type[Message], ...] = (PayoutPaid, PayoutReturned)
