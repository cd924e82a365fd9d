"""What nobody gets of a payment that may be split is frozen at the provider until it is freed, or its days are over."""

from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .form import check_reason

__all__ = ["Unfreezing"]


class Unfreezing(AggregateRoot):
    """One a checkout, once all of its orders have ended and what is to be split of it is asked for.

    ``payout_ids`` are the splits that have to end before; ``status`` is demanded, unfrozen or failed.
    """

    TOPIC = "mall:Unfreezing"
    snapshot_version = 1

    class Demanded(Begun):
        """The rest of the payment is to be freed, once these payouts have ended."""

        TOPIC = "mall:Unfreezing.Demanded"
        checkout_id: UUID
        payment_id: UUID
        payout_ids: list[str]

    class Unfrozen(Fact):
        """Nothing of the payment is frozen any more."""

        TOPIC = "mall:Unfreezing.Unfrozen"

    class Failed(Fact):
        """The provider frees nothing of it: it is free when its days are over. ``reason`` is a code."""

        TOPIC = "mall:Unfreezing.Failed"
        reason: str

    @staticmethod
    def create_id(checkout_id: UUID) -> UUID:
        return derived_id("unfreezing", checkout_id)

    @event(Demanded)
    def __init__(self, checkout_id: UUID, payment_id: UUID, payout_ids: list[str]) -> None:
        self.payment_id = payment_id
        self.payout_ids = payout_ids
        self.status = "demanded"

    def confirm(self) -> None:
        """It is free; again records nothing."""
        if self.status == "demanded":
            self._unfrozen()

    @event(Unfrozen)
    def _unfrozen(self) -> None:
        self.status = "unfrozen"

    def fail(self, reason: str) -> None:
        """It is not freed; again records nothing. Raises ``ReasonNotCode``."""
        check_reason(reason)
        if self.status == "demanded":
            self._failed(reason)

    @event(Failed)
    def _failed(self, reason: str) -> None:
        self.status = "failed"
