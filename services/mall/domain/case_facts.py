"""What is recorded of a case; use them as ``Case.Opened`` and so on.

Whatever moves it names the ``stage`` in which it is from then on, and the ``deadline`` of that. What people wrote is
sealed under the key of who wrote it. ``side`` is buyer, seller or platform.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """The buyer, or the platform by itself, has opened it about an order, or about one line of it.

    ``hours`` are ``{"seller_hours", "buyer_hours", "operator_hours"}`` as they hold for this case for ever.
    ``dispute_id`` is the dispute that it hangs on. ``text`` is the buyer's, None when the platform opened it.
    """

    TOPIC = "mall:Case.Opened"
    personal = {"text": "buyer_id"}
    case_id: UUID
    order_id: UUID
    line_id: str | None
    dispute_id: UUID | None
    buyer_id: UUID
    seller_id: UUID
    seller_person_id: UUID
    currency: str
    side: str
    reason: str
    text: str | None
    hours: dict[str, Any]
    stage: str
    deadline: datetime


class Answered(Fact):
    """The seller says what is to be said to it."""

    TOPIC = "mall:Case.Answered"
    personal = {"text": "person_id"}
    person_id: UUID
    text: str
    stage: str
    deadline: datetime


class Said(Fact):
    """Somebody adds something: words, or what was shown elsewhere, by the digest of its bytes."""

    TOPIC = "mall:Case.Said"
    personal = {"text": "person_id"}
    person_id: UUID
    side: str
    text: str
    sha256: str | None


class Escalated(Fact):
    """The platform or the bank is to decide: the buyer does not accept. When the seller was silent ``side`` is
    platform, and nobody said anything."""

    TOPIC = "mall:Case.Escalated"
    personal = {"text": "person_id"}
    person_id: UUID | None
    side: str
    text: str | None
    stage: str
    deadline: datetime


class Overdue(Fact):
    """A deadline of the platform has passed and nothing was decided; ``times`` so often by now."""

    TOPIC = "mall:Case.Overdue"
    times: int
    stage: str
    deadline: datetime


class Decided(Fact):
    """An operator has decided. ``amount_minor`` goes back to the buyer, ``reason`` is a code, ``text`` says more."""

    TOPIC = "mall:Case.Decided"
    personal = {"text": "decided_by"}
    decided_by: UUID
    decision: str
    amount_minor: int
    reason: str
    text: str


class Closed(Fact):
    """It is over; ``outcome`` says how, ``amount_minor`` what of it went back by a decision."""

    TOPIC = "mall:Case.Closed"
    order_id: UUID
    seller_id: UUID
    outcome: str
    amount_minor: int
