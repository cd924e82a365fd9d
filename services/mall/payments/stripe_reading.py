"""Stripe's objects, as outcomes of the port: ValueError names the field that is missing or wrong.

Our ids stand in the metadata of what we asked for. Amounts are in the smallest unit, as ours are.
"""

from typing import Any
from uuid import UUID

from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import PaymentOutcome, PaymentStatus, RefundOutcome, RefundStatus
from services.mall.payments.reading import field
from services.mall.payments.transfers import TransferOutcome

OTHER_UNITS = frozenset({"ISK", "UGX"})
"""Stripe writes them with two decimals, which ISO 4217 does not have: nobody is charged a hundredth or hundredfold."""
_PAYMENTS: dict[str, PaymentStatus] = {
    "succeeded": "captured", "requires_capture": "authorised", "canceled": "declined", "processing": "processing",
    "requires_action": "processing", "requires_confirmation": "processing",
}  # fmt: skip
_REFUNDS: dict[str, RefundStatus] = {
    "succeeded": "succeeded", "failed": "failed", "canceled": "failed", "pending": "processing",
    "requires_action": "processing",
}  # fmt: skip
_DISPUTES = {"needs_response": "opened", "under_review": "opened", "won": "won", "lost": "lost"}


def our_id(document: Any, name: str) -> UUID:
    """An id of ours in the metadata. ValueError when there is none: somebody else made it."""
    return UUID(field(document.get("metadata"), name, str))


def payment_read(intent: Any) -> PaymentOutcome:
    """A PaymentIntent. One that waits for another card after a decline is declined: nobody is asked for one, and it is
    canceled."""
    status, failure = field(intent, "status", str), intent.get("last_payment_error") or {}
    said: PaymentStatus = _PAYMENTS.get(status, "processing")
    reason = ""
    if status == "requires_payment_method" and failure:
        said, reason = "declined", str(failure.get("decline_code") or failure.get("code") or "declined")
    elif said == "declined":
        reason = str(intent.get("cancellation_reason") or "voided")
    amount_minor = field(intent, "amount_received" if said == "captured" else "amount", int)
    method = field(intent.get("metadata"), "method", str)
    reference, payment_id = field(intent, "id", str), our_id(intent, "payment_id")
    return PaymentOutcome(payment_id, said, amount_minor, _currency(intent), method, reason, reference)


def fingerprint_in(charge: Any) -> Any:
    """What Stripe calls the card of a Charge, in every payment with it; None where it does not say."""
    details = (charge or {}).get("payment_method_details") or {}
    return (details.get("card") or {}).get("fingerprint")


def refund_read(refund: Any) -> RefundOutcome:
    """A Refund of ours."""
    status = _REFUNDS.get(field(refund, "status", str), "processing")
    reason = str(refund.get("failure_reason") or "unstated") if status == "failed" else ""
    return RefundOutcome(
        our_id(refund, "refund_id"), status, our_id(refund, "payment_id"), field(refund, "amount", int),
        _currency(refund), field(refund.get("metadata"), "method", str), reason,
    )  # fmt: skip


def transfer_read(transfer: Any) -> TransferOutcome:
    """A Transfer: made is paid. One that was reversed as a whole has come back; in part, it has not."""
    returned = transfer.get("reversed") is True
    return TransferOutcome(
        our_id(transfer, "transfer_id"), "returned" if returned else "paid", field(transfer, "destination", str),
        field(transfer, "amount", int), _currency(transfer), "reversed" if returned else "",
    )  # fmt: skip


def dispute_read(dispute: Any, payment_id: UUID) -> DisputeOutcome | None:
    """A Dispute; None for an inquiry, which takes no money. The fee is what Stripe keeps by now."""
    status = _DISPUTES.get(field(dispute, "status", str))
    if status is None:
        return None
    taken = sum(int(one.get("fee") or 0) for one in dispute.get("balance_transactions") or ())
    return DisputeOutcome.read({
        "dispute_id": dispute.get("id"), "payment_id": str(payment_id), "status": status, "fee_minor": max(0, taken),
        "amount_minor": dispute.get("amount"), "currency": _currency(dispute), "reason": dispute.get("reason"),
    })  # fmt: skip


def _currency(document: Any) -> str:
    return field(document, "currency", str).upper()
