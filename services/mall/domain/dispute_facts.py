"""What is recorded of a dispute; use them as ``Dispute.Opened`` and so on."""

from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """The provider has taken ``amount_minor`` for the buyer's bank: provider to disputed.

    ``reference`` is the provider's own id, ``reason`` its code, ``fee_minor`` what it takes if the dispute is lost.
    ``parts`` are ``{"order_id", "seller_id", "seller_person_id", "amount_minor"}``; together they are at most the
    amount.
    """

    TOPIC = "mall:Dispute.Opened"
    dispute_id: UUID
    reference: str
    checkout_id: UUID
    payment_id: UUID
    amount_minor: int
    fee_minor: int
    currency: str
    reason: str
    parts: list[dict[str, Any]]
    entries: list[dict[str, Any]]


class Won(Fact):
    """The provider has given it back: disputed to provider."""

    TOPIC = "mall:Dispute.Won"
    checkout_id: UUID
    amount_minor: int
    currency: str
    entries: list[dict[str, Any]]


class Lost(Fact):
    """The orders bore ``amount_minor`` less ``unborne_minor``, which is a loss of the platform.

    ``fees`` are ``{"seller_id", "fee_minor"}``: who bears what the provider takes for it, None is the platform.
    """

    TOPIC = "mall:Dispute.Lost"
    checkout_id: UUID
    amount_minor: int
    unborne_minor: int
    currency: str
    fees: list[dict[str, Any]]
    entries: list[dict[str, Any]]


class SettlementProposed(Fact):
    """An operator says by hand how it ends: ``outcome`` is won or lost, ``reason`` a code. It holds when another
    operator says the same."""

    TOPIC = "mall:Dispute.SettlementProposed"
    outcome: str
    reason: str
    proposed_by: UUID


class SettledByHand(Fact):
    """Two operators have said how it ends: what the provider tells of it from now on changes nothing."""

    TOPIC = "mall:Dispute.SettledByHand"
    outcome: str
    reason: str
    confirmed_by: UUID
