"""What was paid out elsewhere: a fact of history, which asks no provider for anything and draws on no balance."""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, event

from .postings import PayoutPostings, Stored
from .refusals import AmountNotUsable

__all__ = ["PayoutElsewhere"]


class PayoutElsewhere(AggregateRoot):
    """What a party was paid on one payday of elsewhere, for orders that were released by then."""

    TOPIC = "mall:PayoutElsewhere"

    class Recorded(Begun):
        """Available to provider: ``amount_minor`` is what the party had earned by these orders."""

        TOPIC = "mall:PayoutElsewhere.Recorded"
        payout_id: UUID
        role: str
        party_id: UUID
        order_ids: list[str]
        amount_minor: int
        currency: str
        entries: list[dict[str, Any]]

    @staticmethod
    def create_id(payout_id: UUID) -> UUID:
        return payout_id

    @classmethod
    def record(
        cls, payout_id: UUID, role: str, party_id: UUID, order_ids: list[UUID], amount_minor: int, currency: str
    ) -> "PayoutElsewhere":  # fmt: skip
        """It was paid then, under the id that whoever records it gives it. Raises ``AmountNotUsable``."""
        if amount_minor <= 0:
            raise AmountNotUsable(amount_minor=amount_minor)
        entries = PayoutPostings(payout_id, role, party_id, amount_minor, currency).paid_elsewhere()
        return cls(payout_id, role, party_id, [str(one) for one in order_ids], amount_minor, currency, entries)

    @event(Recorded)
    def __init__(
        self, payout_id: UUID, role: str, party_id: UUID, order_ids: list[str], amount_minor: int, currency: str,
        entries: Stored,
    ) -> None:  # fmt: skip
        self.role = role
        self.party_id = party_id
        self.order_ids = order_ids
        self.amount_minor = amount_minor
        self.currency = currency
