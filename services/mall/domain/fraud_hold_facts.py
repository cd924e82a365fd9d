"""What is recorded of a fraud hold; use them as ``FraudHold.Opened`` and so on.

They book nothing: the order's fact that books stands beside each in the same append. What people wrote is sealed under
the key of who wrote it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """A share was suspected when its order was released. ``evidence`` are what ``fraud_rules.suspicions`` found, under
    the terms of ``terms_version``; nothing is forfeited before ``appeal_until`` without an appeal, and at
    ``lets_go_at`` the share is let go, unless it was decided before."""

    TOPIC = "mall:FraudHold.Opened"
    hold_id: UUID
    order_id: UUID
    buyer_id: UUID
    seller_person_id: UUID
    role: str
    party_id: UUID
    amount_minor: int
    currency: str
    evidence: list[dict[str, Any]]
    terms_version: int
    appeal_until: datetime
    lets_go_at: datetime


class Appealed(Fact):
    """Who earns by it says why it should be let go. What was proposed before is proposed no longer."""

    TOPIC = "mall:FraudHold.Appealed"
    personal = {"text": "person_id"}
    person_id: UUID
    text: str


class ForfeitureProposed(Fact):
    """An operator would have it forfeited; it is, once another one says the same. ``reason`` is a code."""

    TOPIC = "mall:FraudHold.ForfeitureProposed"
    personal = {"text": "proposed_by"}
    proposed_by: UUID
    reason: str
    text: str


class Decided(Fact):
    """An operator has decided, or a second one has. ``reason`` is a code, ``text`` says more."""

    TOPIC = "mall:FraudHold.Decided"
    personal = {"text": "decided_by"}
    decided_by: UUID
    decision: str
    reason: str
    text: str


class Closed(Fact):
    """It is over: let_go, lapsed or forfeited; ``amount_minor`` is what was left of the share."""

    TOPIC = "mall:FraudHold.Closed"
    order_id: UUID
    role: str
    party_id: UUID
    outcome: str
    amount_minor: int
