"""One payment or refund, as the provider knows it."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["payment", "refund"]


@dataclass
class Transaction:
    """A payment or a refund. ``answered_status`` is what the first answer said: a repeat says it again."""

    kind: Kind
    transaction_id: str
    payment_id: str
    amount_minor: int
    currency: str
    method: str
    callback_url: str
    answered_status: str = "processing"
    status: str = "processing"
    reason: str = ""

    @property
    def event_id(self) -> str:
        """The webhook-id of the outcome: derived, so that a restart sends the same one."""
        return f"evt_{self.kind}_{self.transaction_id}_{self.status}"

    def document(self) -> dict[str, Any]:
        """The transaction as it stands now, as the API shows it."""
        refund = {"refund_id": self.transaction_id} if self.kind == "refund" else {}
        return refund | {
            "payment_id": self.payment_id, "amount_minor": self.amount_minor, "currency": self.currency,
            "method": self.method, "status": self.status, "reason": self.reason,
        }  # fmt: skip

    def first_answer(self) -> dict[str, Any]:
        """The answer to the request that made it, and to every repeat of that request."""
        reason = self.reason if self.answered_status == self.status else ""
        return self.document() | {"status": self.answered_status, "reason": reason}

    def same_request(self, other: "Transaction") -> bool:
        """Whether the other one was asked for with the same body."""
        fields = ("payment_id", "amount_minor", "currency", "method", "callback_url")
        return all(getattr(self, field) == getattr(other, field) for field in fields)

    def movement(self, settled_at: str) -> dict[str, Any]:
        """The line of the statement: what was captured, or, negative, what was refunded."""
        refund = self.kind == "refund"
        return {
            "kind": "refund" if refund else "capture", "payment_id": self.payment_id,
            "refund_id": self.transaction_id if refund else None,
            "amount_minor": -self.amount_minor if refund else self.amount_minor,
            "currency": self.currency, "method": self.method, "settled_at": settled_at,
        }  # fmt: skip
