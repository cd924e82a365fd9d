"""What the provider says of a dispute: the bank of a buyer takes back what was paid.

Disputes begin at the provider, under an id of its own. It takes the money at the beginning, and a fee when it is lost.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal, Self
from uuid import UUID

from services.mall.payments.reading import field, one_of

DisputeStatus = Literal["opened", "won", "lost", "unknown", "absent"]
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class DisputeOutcome:
    """Where a dispute stands, by the provider's id of it. ``won`` and ``lost`` are final.

    ``unknown``: no usable answer, ask again. ``absent``: the provider does not know it. ``fee_minor`` is what it takes
    if the dispute is lost.
    """

    dispute_id: str
    status: DisputeStatus
    payment_id: UUID | None = None
    amount_minor: int = 0
    fee_minor: int = 0
    currency: str = ""
    reason: str = ""

    @classmethod
    def read(cls, document: Any) -> Self:
        """The outcome as the provider writes it; ValueError names the field that is missing or wrong."""
        dispute_id, status = field(document, "dispute_id", str), one_of(document, "status", ("opened", "won", "lost"))
        if not REFERENCE.fullmatch(dispute_id):
            raise ValueError("dispute_id is not 1 to 64 letters, digits, '_' or '-'")
        return cls(
            dispute_id, status, UUID(field(document, "payment_id", str)), field(document, "amount_minor", int),
            field(document, "fee_minor", int), field(document, "currency", str), field(document, "reason", str),
        )  # fmt: skip


def dispute_outcome(dispute_id: str, kind: str, document: dict[str, Any] | None, reason: str) -> DisputeOutcome:
    """An answer about one dispute: its document, or of which kind an answer without one was, and why."""
    if document is None:
        return DisputeOutcome(dispute_id, "absent" if kind == "absent" else "unknown", reason=reason)
    try:
        outcome = DisputeOutcome.read(document)
    except ValueError as wrong:
        return DisputeOutcome(dispute_id, "unknown", reason=f"unreadable answer: {wrong}")
    other = DisputeOutcome(dispute_id, "unknown", reason="the answer is about another dispute")
    return outcome if outcome.dispute_id == dispute_id else other


def disputes_of_payment(payment_id: UUID, kind: str, document: dict[str, Any] | None) -> list[DisputeOutcome] | None:
    """An answer about a payment: all of its disputes; None when there is no usable one."""
    if document is None:
        return [] if kind == "absent" else None
    listed = document.get("disputes")
    try:
        outcomes = [DisputeOutcome.read(one) for one in listed] if isinstance(listed, list) else None
    except ValueError:
        return None
    return None if outcomes is None or any(one.payment_id != payment_id for one in outcomes) else outcomes
