"""Callbacks as WeChat Pay sends them: signed, and sealed under the key of the merchant."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulators.payments.callbacks import Courier
from simulators.payments.script import Script
from simulators.wechat.signing import Merchant

TYPES = {
    "payment.captured": ("TRANSACTION.SUCCESS", "transaction"), "refund.succeeded": ("REFUND.SUCCESS", "refund"),
    "refund.failed": ("REFUND.CLOSED", "refund"), "refund.returned": ("REFUND.ABNORMAL", "refund"),
    "transfer.paid": ("MCHTRANSFER.BILL.FINISHED", "mch_payment"),
    "transfer.failed": ("MCHTRANSFER.BILL.FINISHED", "mch_payment"),
}  # fmt: skip
"""What is called back; that an order was not paid has to be asked."""


class WechatCourier(Courier):
    """Sends what the book tells as WeChat Pay would."""

    def __init__(self, merchant: Merchant, script: Script) -> None:
        super().__init__("d2VjaGF0LXBheS1zaWducy1ieS1yc2E=", script)  # which nothing is signed with
        self._merchant = merchant
        self.shown: Callable[[dict[str, Any]], dict[str, Any]] = lambda event: event

    async def deliver(self, url: str, event_id: str, event: dict[str, Any], times: int = 1) -> bool:
        """Delivers it until it is confirmed."""
        if event["type"] not in TYPES:
            return True
        kind, original = TYPES[event["type"]]
        sealed = self._merchant.sealed(json.dumps(self.shown(event)), original)
        around = {
            "id": event_id, "create_time": datetime.now().astimezone().isoformat(), "event_type": kind,
            "resource_type": "encrypt-resource", "summary": kind, "resource": sealed,
        }  # fmt: skip
        return await super().deliver(url, event_id, around, times)

    def headers(self, event_id: str, body: str, sent_at: datetime, is_true: bool) -> dict[str, str]:
        """The signature of WeChat Pay."""
        del event_id  # the body says it
        return self._merchant.signed(body, int(sent_at.timestamp()), is_true)
