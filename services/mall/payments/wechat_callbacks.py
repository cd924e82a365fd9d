"""WeChat Pay's callbacks: signed with its key, sealed under the merchant's, read as events of the port."""

import json
from collections.abc import Mapping
from typing import Any

from services.mall.payments import wechat_reading as reading
from services.mall.payments.outcomes import is_final
from services.mall.payments.port import BadSignature, CallbackEvent, CallbackIncomplete, CallbackNotJson, Outcome
from services.mall.payments.wechat_client import WechatApi

NUMBERS = {"TRANSACTION": "out_trade_no", "REFUND": "out_refund_no", "MCHTRANSFER": "out_bill_no"}
KINDS = {"TRANSACTION": "payment", "REFUND": "refund", "MCHTRANSFER": "transfer"}


class WechatCallbacks:
    """What WeChat Pay calls back to the address that each request has named."""

    def __init__(self, api: WechatApi) -> None:
        self._api = api

    def read(self, headers: Mapping[str, str], body: bytes) -> CallbackEvent | None:
        """The event; None for one that decides nothing here, or is about a number that is none of ours.

        Raises BadSignature, also when it was signed over five minutes ago, CallbackNotJson, CallbackIncomplete.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        try:
            is_true = self._api.is_true(lowered, body.decode())
        except ValueError:  # the body is no text at all
            is_true = False
        if not is_true:
            raise BadSignature()
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            raise CallbackNotJson() from None
        try:
            return self._event(event)
        except (AttributeError, LookupError, TypeError):
            raise CallbackIncomplete(why="id, event_type or resource is missing") from None
        except ValueError as wrong:
            raise CallbackIncomplete(why=str(wrong)) from None

    def _event(self, event: Any) -> CallbackEvent | None:
        about = str(event["event_type"]).partition(".")[0]
        if about not in KINDS:
            return None
        told = self._api.opened(event["resource"])
        if not reading.is_ours(told.get(NUMBERS[about])):
            return None
        outcome = _outcome(about, told)
        said: Any = f"{KINDS[about]}.{outcome.status}"
        return CallbackEvent(str(event["id"]), said, outcome) if is_final(outcome) else None


def _outcome(about: str, told: dict[str, Any]) -> Outcome:
    if about == "TRANSACTION":
        return reading.payment_read(told)
    return reading.refund_read(told) if about == "REFUND" else reading.transfer_read(told)
