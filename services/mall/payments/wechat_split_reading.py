"""What WeChat Pay says of profit sharing, as outcomes of the port: ValueError names the field that is missing or wrong.

A destination is ``acct_`` and the openid of a person, or ``acct_mch_`` and the number of a merchant.
"""

import re
from datetime import datetime
from typing import Any, Final, NamedTuple

from services.mall.payments.reading import field
from services.mall.payments.splits import PullBackOutcome, PullBackStatus
from services.mall.payments.transfers import TransferOutcome, TransferStatus
from services.mall.payments.wechat_reading import CURRENCY, DESTINATION, our_id

MERCHANT, PERSON = "MERCHANT_ID", "PERSONAL_OPENID"
_OF_MERCHANT: Final = re.compile(r"acct_mch_([0-9]{1,32})")
_SPLITS: dict[str, TransferStatus] = {"SUCCESS": "paid", "CLOSED": "failed"}
_BACK: dict[str, PullBackStatus] = {"SUCCESS": "succeeded", "FAILED": "failed", "FAIL": "failed"}


class Order(NamedTuple):
    """An order that was paid: ``number`` is WeChat Pay's own."""

    number: str
    amount_minor: int
    paid_at: datetime


class Received(NamedTuple):
    """Who got a split, and when."""

    kind: str
    account: str
    finished_at: datetime


def is_merchant(destination: str) -> bool:
    """Whether a destination is a merchant's, to whom WeChat Pay transfers nothing."""
    return _OF_MERCHANT.fullmatch(destination) is not None


def receiver_of(destination: str) -> tuple[str, str]:
    """Kind and account of a receiver."""
    named = _OF_MERCHANT.fullmatch(destination)
    return (PERSON, destination.removeprefix(DESTINATION)) if named is None else (MERCHANT, named[1])


def order_read(told: Any) -> Order | None:
    """An order; None unless it was paid."""
    if field(told, "trade_state", str) not in ("SUCCESS", "REFUND"):
        return None
    total_minor = field(told.get("amount"), "total", int)
    return Order(field(told, "transaction_id", str), total_minor, _moment(field(told, "success_time", str)))


def received(told: Any) -> Received:
    """Who got a split of ours, which has one receiver."""
    one = _receiver(told)
    finished_at = one.get("finish_time") or one.get("create_time")
    return Received(field(one, "type", str), field(one, "account", str), _moment(str(finished_at)))


def split_read(told: Any) -> TransferOutcome:
    """A split: what the one receiver got, or why it has got nothing."""
    one = _receiver(told)
    status = _SPLITS.get(field(one, "result", str), "pending")
    why = str(one.get("fail_reason") or "closed").lower() if status == "failed" else ""
    prefix = f"{DESTINATION}mch_" if field(one, "type", str) == MERCHANT else DESTINATION
    return TransferOutcome(
        our_id(told, "out_order_no"), status, prefix + field(one, "account", str), field(one, "amount", int),
        CURRENCY, why,
    )  # fmt: skip


def pull_back_read(told: Any) -> PullBackOutcome:
    """A pull-back."""
    status = _BACK.get(field(told, "result", str), "processing")
    why = str(told.get("fail_reason") or "closed").lower() if status == "failed" else ""
    return PullBackOutcome(our_id(told, "out_return_no"), status, field(told, "amount", int), why)


def _receiver(told: Any) -> dict[str, Any]:
    receivers = told.get("receivers") if isinstance(told, dict) else None
    if not isinstance(receivers, list) or len(receivers) != 1 or not isinstance(receivers[0], dict):
        raise ValueError("receivers is not one receiver")
    return dict(receivers[0])


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} says no time zone")
    return at
