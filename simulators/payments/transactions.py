"""One payment, refund or transfer, as the provider knows it."""

from dataclasses import dataclass
from typing import Any

from simulators.payments.destinations import behaviour_at
from simulators.payments.script import Behaviour, Kind, behaviour_of, means_of


@dataclass
class Transaction:
    """A payment, a refund or a transfer. ``answered_status`` is what the first answer said: a repeat says it again.

    A payment whose ``capture`` is manual is authorised first; ``captured_minor`` is what was captured of it then.
    ``payment_id`` and ``method`` are empty for a transfer, ``destination`` for the others. What books of former
    versions do not hold has a default.
    """

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
    destination: str = ""
    requested_at: str = ""
    settled_at: str = ""
    capture: str = "automatic"
    captured_minor: int = 0

    @property
    def behaviour(self) -> Behaviour:
        """What becomes of it, by its destination or its method."""
        return behaviour_at(self.destination) if self.kind == "transfer" else behaviour_of(self.method)

    @property
    def is_open(self) -> bool:
        """Asked for, and nothing has become of it so far."""
        return self.status in ("processing", "pending")

    @property
    def taken_minor(self) -> int:
        """What is captured of it, or sent: all, unless less was captured than authorised."""
        return self.captured_minor or self.amount_minor

    @property
    def paid_with(self) -> str:
        """What is told of the card when the payment is captured."""
        return means_of(self.method) if self.status == "captured" else ""

    @property
    def comes_back(self) -> bool:
        """Paid or given back, and the bank is going to return it."""
        return self.status in ("paid", "succeeded") and self.behaviour.returned_after_seconds is not None

    @property
    def event_id(self) -> str:
        """The webhook-id of the outcome: derived, so that a restart sends the same one."""
        return f"evt_{self.kind}_{self.transaction_id}_{self.status}"

    def next_outcome(self) -> tuple[str, str]:
        """The status that it has next, with its reason when it did not go well."""
        status, reason = self.behaviour.outcome(self.kind)
        if self.comes_back:
            return "returned", self.behaviour.reason
        return ("authorised", "") if status == "captured" and self.capture == "manual" else (status, reason)

    def document(self) -> dict[str, Any]:
        """The transaction as it stands now, as the API shows it."""
        money = {"amount_minor": self.taken_minor, "currency": self.currency}
        standing = {"status": self.status, "reason": self.reason}
        if self.kind == "transfer":
            return {"transfer_id": self.transaction_id, "destination": self.destination} | money | standing
        of_method = {"payment_id": self.payment_id} | money | {"method": self.method} | standing
        if self.kind == "refund":
            return {"refund_id": self.transaction_id} | of_method
        return of_method | ({"paid_with": self.paid_with} if self.paid_with else {})

    def first_answer(self) -> dict[str, Any]:
        """The answer to the request that made it, and to every repeat of that request."""
        reason = self.reason if self.answered_status == self.status else ""
        return self.document() | {"status": self.answered_status, "reason": reason}

    def same_request(self, other: "Transaction") -> bool:
        """Whether the other one was asked for with the same body."""
        fields = ("payment_id", "amount_minor", "currency", "method", "destination", "callback_url", "capture")
        return all(getattr(self, field) == getattr(other, field) for field in fields)
