"""The disputes of the payment provider in memory: they begin and end when the test says so."""

from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from services.mall.payments.disputes import DisputeOutcome


class DisputesDouble:
    """By the provider's id. ``is_away``: it gives no usable answer."""

    def __init__(self) -> None:
        self.known: dict[str, DisputeOutcome] = {}
        self.is_away = False

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        if self.is_away:
            return DisputeOutcome(dispute_id, "unknown", reason="no answer: ReadTimeout")
        return self.known.get(dispute_id) or DisputeOutcome(dispute_id, "absent")

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        return None if self.is_away else [one for one in self.known.values() if one.payment_id == payment_id]

    def open(self, dispute_id: str, payment_id: object, amount_minor: int, fee_minor: int = 1_500) -> None:
        self.known[dispute_id] = DisputeOutcome(
            dispute_id, "opened", UUID(str(payment_id)), amount_minor, fee_minor, "EUR", "fraudulent"
        )

    def end(self, dispute_id: str, status: Literal["won", "lost"], **changed: int) -> None:
        self.known[dispute_id] = replace(self.known[dispute_id], status=status, **changed)

    def document(self, dispute_id: str) -> dict[str, Any]:
        known = self.known[dispute_id]
        return {
            "dispute_id": dispute_id, "payment_id": str(known.payment_id), "amount_minor": known.amount_minor,
            "fee_minor": known.fee_minor, "currency": known.currency, "reason": known.reason, "status": known.status,
        }  # fmt: skip

    @property
    def taken_minor(self) -> int:
        """What it has given to banks, or kept as fees."""
        taken = sum(one.amount_minor for one in self.known.values() if one.status != "won")
        return taken + sum(one.fee_minor for one in self.known.values() if one.status == "lost")
