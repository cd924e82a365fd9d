"""The book of the simulated provider, shown as WeChat Pay's orders, refunds and transfers."""

from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from simulators.payments.book import Book
from simulators.payments.transactions import Transaction

Document = dict[str, Any]
BEIJING = timezone(timedelta(hours=8))
PAYMENTS = {"processing": "NOTPAY", "captured": "SUCCESS"}
REFUNDS = {"processing": "PROCESSING", "succeeded": "SUCCESS", "failed": "CLOSED", "returned": "ABNORMAL"}
TRANSFERS = {"pending": "PROCESSING", "paid": "SUCCESS", "failed": "FAIL"}
NUMBERS = {"payment": "42", "refund": "50", "transfer": "13", "split": "30", "return": "31"}


def number_of(kind: str, transaction_id: str) -> str:
    """WeChat Pay's own number of it."""
    return f"{NUMBERS[kind]}{int(sha256(transaction_id.encode()).hexdigest(), 16) % 10**26:026d}"


def payment_document(one: Transaction, book: Book, mchid: str, appid: str) -> Document:
    """An order; until it is paid it has neither number nor amount. A payer whom nobody named pays this one alone."""
    state = PAYMENTS.get(one.status) or ("CLOSED" if one.reason == "voided" else "PAYERROR")
    went = [each.status for each in book.all_of("refund") if each.payment_id == one.transaction_id]
    if "succeeded" in went or "returned" in went:
        state = "REFUND"
    known = {"mchid": mchid, "appid": appid, "out_trade_no": one.transaction_id, "trade_state": state,
             "trade_state_desc": state, "attach": one.method}  # fmt: skip
    if one.status != "captured":
        return known
    amount = {"total": one.amount_minor, "payer_total": one.amount_minor, "currency": "CNY", "payer_currency": "CNY"}
    number = number_of("payment", one.transaction_id)
    payer = {"openid": one.paid_with or f"o{number}"}
    return known | {"transaction_id": number, "trade_type": "NATIVE", "amount": amount, "payer": payer,
                    "success_time": datetime.fromisoformat(one.settled_at).astimezone(BEIJING).isoformat()}  # fmt: skip


def refund_document(one: Transaction, book: Book, is_callback: bool) -> Document:
    """A refund, as it is answered or called back."""
    total_minor = book.find("payment", one.payment_id).amount_minor
    amount = {"refund": one.amount_minor, "total": total_minor, "payer_refund": one.amount_minor}
    known = {
        "out_refund_no": one.transaction_id, "out_trade_no": one.payment_id,
        "refund_id": number_of("refund", one.transaction_id), "transaction_id": number_of("payment", one.payment_id),
        "amount": amount,
    }  # fmt: skip
    if is_callback:
        return known | {"refund_status": REFUNDS[one.status]}
    return known | {"status": REFUNDS[one.status], "amount": amount | {"currency": "CNY"}}


def transfer_document(one: Transaction, mchid: str, appid: str) -> Document:
    """A transfer as it stands now."""
    state = TRANSFERS[one.status]
    return {
        "mch_id": mchid, "appid": appid, "out_bill_no": one.transaction_id, "state": state,
        "transfer_bill_no": number_of("transfer", one.transaction_id), "transfer_amount": one.amount_minor,
        "openid": one.destination.removeprefix("acct_"), "transfer_remark": "结算",
    } | ({"fail_reason": one.reason.upper()} if state == "FAIL" else {})  # fmt: skip
