"""What is recorded of what may be paid out to a party; use them as ``Payable.Credited`` and so on.

They book nothing: the fact that books stands beside each in the same append. ``balance_minor`` is what is there after
it, below zero a debt. ``payday_at`` is when it is looked at next, where this fact makes that new, else None.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """Something is owed to the party, or by it, for the first time in this currency."""

    TOPIC = "mall:Payable.Opened"
    role: str
    party_id: UUID
    currency: str


class Credited(Fact):
    """An order's shares were released. ``netted`` are the debts that it paid, the oldest first:
    ``{"order_id", "amount_minor"}``."""

    TOPIC = "mall:Payable.Credited"
    order_id: UUID
    amount_minor: int
    netted: list[dict[str, Any]]
    balance_minor: int
    payday_at: datetime | None


class Charged(Fact):
    """Taken back after release; ``owed_minor`` of it was no longer there and is a debt of this order."""

    TOPIC = "mall:Payable.Charged"
    order_id: UUID
    amount_minor: int
    owed_minor: int
    balance_minor: int


class Drawn(Fact):
    """It is paid out by this payout. ``day_minor`` was drawn on ``day`` (of UTC) in all."""

    TOPIC = "mall:Payable.Drawn"
    payout_id: UUID
    amount_minor: int
    day: str
    day_minor: int
    balance_minor: int


class Restored(Fact):
    """A payout did not arrive: it is there again, and pays debts as a credit does."""

    TOPIC = "mall:Payable.Restored"
    payout_id: UUID
    amount_minor: int
    netted: list[dict[str, Any]]
    balance_minor: int
    payday_at: datetime | None


class PulledBack(Fact):
    """Some of what a split had brought was pulled back: it is there again, and pays debts as a credit does."""

    TOPIC = "mall:Payable.PulledBack"
    payout_id: UUID
    pull_back_id: UUID
    amount_minor: int
    netted: list[dict[str, Any]]
    balance_minor: int
    payday_at: datetime | None


class Reserved(Fact):
    """An open dispute may take so much of what was released for the order: it stays there, and nobody draws it."""

    TOPIC = "mall:Payable.Reserved"
    dispute_id: UUID
    order_id: UUID
    amount_minor: int


class Freed(Fact):
    """The dispute has ended; what it took of this is charged beside it."""

    TOPIC = "mall:Payable.Freed"
    dispute_id: UUID
    order_id: UUID
    amount_minor: int


class Passed(Fact):
    """A payday passed and nothing was paid, or not all of it; ``reason`` is a code. It is said once for each reason in
    a row."""

    TOPIC = "mall:Payable.Passed"
    reason: str
    payday_at: datetime
