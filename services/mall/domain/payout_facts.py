"""What is recorded of a payout; use them as ``Payout.Requested`` and so on."""

from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Requested(Begun):
    """Available to payouts due. ``person_id`` is who gets it, None for a community; ``requested_by`` who asked for it,
    None on a payday. The destination is sealed under the key of ``holder_id``. ``split`` is of which payment it is a
    split, None where it is a transfer, as all were in version 1: see ``Payout``."""

    TOPIC = "mall:Payout.Requested"
    class_version = 2
    personal = {"destination": "holder_id"}
    payout_id: UUID
    role: str
    party_id: UUID
    person_id: UUID | None
    requested_by: UUID | None
    holder_id: UUID
    destination: str
    amount_minor: int
    currency: str
    needs_approval: bool
    split: dict[str, Any] | None
    entries: list[dict[str, Any]]

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """All went by transfer."""
        state["split"] = None


class Approved(Fact):
    """An operator has looked at it; ``is_last`` with the second one: it is sent."""

    TOPIC = "mall:Payout.Approved"
    operator_id: UUID
    is_last: bool


class Rejected(Fact):
    """An operator said no: payouts due to available. ``reason`` is a code."""

    TOPIC = "mall:Payout.Rejected"
    reason: str
    entries: list[dict[str, Any]]


class Cancelled(Fact):
    """Given up before it was sent, by the party or because of what happened since: payouts due to available."""

    TOPIC = "mall:Payout.Cancelled"
    reason: str
    entries: list[dict[str, Any]]


class Sent(Fact):
    """From now on the provider is asked for it, and it cannot be taken back."""

    TOPIC = "mall:Payout.Sent"


class Uncertain(Fact):
    """The provider's answer was lost; it must be asked what became of the transfer."""

    TOPIC = "mall:Payout.Uncertain"
    reason: str


class Paid(Fact):
    """It has left the provider: payouts due to provider."""

    TOPIC = "mall:Payout.Paid"
    role: str
    party_id: UUID
    amount_minor: int
    currency: str
    entries: list[dict[str, Any]]


class Failed(Fact):
    """The provider could not: payouts due to available. ``reason`` is its code."""

    TOPIC = "mall:Payout.Failed"
    reason: str
    entries: list[dict[str, Any]]


class Returned(Fact):
    """The bank sent back what was paid: provider to available. ``reason`` is its code."""

    TOPIC = "mall:Payout.Returned"
    role: str
    party_id: UUID
    amount_minor: int
    currency: str
    reason: str
    entries: list[dict[str, Any]]


class SettlementProposed(Fact):
    """An operator says what became of it, by hand: ``outcome`` is paid, failed or returned, ``reason`` a code. It holds
    when another operator says the same."""

    TOPIC = "mall:Payout.SettlementProposed"
    outcome: str
    reason: str
    proposed_by: UUID


class PullBackDemanded(Fact):
    """So much of what went out by a split is asked back of its receiver, who owes it. ``reason`` is a code."""

    TOPIC = "mall:Payout.PullBackDemanded"
    pull_back_id: UUID
    amount_minor: int
    reason: str


class PulledBack(Fact):
    """It lies at the provider again: provider to available."""

    TOPIC = "mall:Payout.PulledBack"
    pull_back_id: UUID
    role: str
    party_id: UUID
    amount_minor: int
    currency: str
    entries: list[dict[str, Any]]


class PullBackFailed(Fact):
    """The provider could not get it back: the party owes it still. ``reason`` is its code."""

    TOPIC = "mall:Payout.PullBackFailed"
    pull_back_id: UUID
    reason: str
