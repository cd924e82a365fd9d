"""What WeChat Pay says, as outcomes of the port: ValueError names the field that is missing or wrong.

Our ids are the merchant's numbers there, without their hyphens. Amounts are in fen, which are our minor units.
"""

from typing import Any
from uuid import UUID

from services.mall.payments.port import PaymentOutcome, PaymentStatus, RefundOutcome, RefundStatus
from services.mall.payments.reading import field
from services.mall.payments.transfers import TransferOutcome, TransferStatus

CURRENCY = "CNY"
DESTINATION = "acct_"
"""What stands before an openid in the name of an account."""
_PAYMENTS: dict[str, PaymentStatus] = {
    "SUCCESS": "captured", "REFUND": "captured", "CLOSED": "declined", "REVOKED": "declined", "PAYERROR": "declined",
}  # fmt: skip
_REFUNDS: dict[str, RefundStatus] = {"SUCCESS": "succeeded", "CLOSED": "failed", "ABNORMAL": "returned"}
_TRANSFERS: dict[str, TransferStatus] = {"SUCCESS": "paid", "FAIL": "failed", "CANCELLED": "failed"}


def is_ours(number: Any) -> bool:
    """Whether a merchant's number is an id of ours: 32 hexadecimal digits."""
    return isinstance(number, str) and len(number) == 32 and set(number) <= set("0123456789abcdef")


def our_id(document: Any, name: str) -> UUID:
    """The id of ours in a merchant's number."""
    number = field(document, name, str)
    if not is_ours(number):
        raise ValueError(f"{name} is none of ours")
    return UUID(number)


def payment_read(told: Any) -> PaymentOutcome:
    """An order. One that was refunded was captured before; one that nobody has paid has no amount yet. What it was paid
    with is the openid of who did."""
    state, payment_id = field(told, "trade_state", str), our_id(told, "out_trade_no")
    status = _PAYMENTS.get(state, "processing")
    reason = state.lower() if status == "declined" else ""
    amount = told.get("amount") or {}
    if status != "captured" and "total" not in amount:
        return PaymentOutcome(payment_id, status, reason=reason)
    currency = amount.get("currency") or CURRENCY
    method = field(told, "attach", str)
    said = PaymentOutcome(payment_id, status, field(amount, "total", int), str(currency), method, reason)
    return said.paid_by((told.get("payer") or {}).get("openid"))


def refund_read(told: Any) -> RefundOutcome:
    """A refund, asked for or called back. ``ABNORMAL`` is one that the bank of the buyer has sent back: WeChat Pay
    keeps it apart until the merchant sends it another way, by hand, and tells of that under the same number."""
    state = told.get("refund_status") or field(told, "status", str)
    status = _REFUNDS.get(str(state), "processing")
    return RefundOutcome(
        our_id(told, "out_refund_no"), status, our_id(told, "out_trade_no"), field(told.get("amount"), "refund", int),
        CURRENCY, reason=str(state).lower() if status in ("failed", "returned") else "",
    )  # fmt: skip


def transfer_read(told: Any) -> TransferOutcome:
    """A transfer to a person, who may have to accept it; what is not accepted in a day comes back and has failed."""
    state = field(told, "state", str)
    status = _TRANSFERS.get(state, "pending")
    why = str(told.get("fail_reason") or state).lower() if status == "failed" else ""
    return TransferOutcome(
        our_id(told, "out_bill_no"), status, DESTINATION + field(told, "openid", str),
        field(told, "transfer_amount", int), CURRENCY, why,
    )  # fmt: skip
