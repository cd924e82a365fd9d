"""Webhooks as Stripe sends them: to one endpoint, an event around the object, signed by ``Stripe-Signature``."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulators.payments.callbacks import Courier
from simulators.payments.script import Script
from simulators.stripe.forms import VERSION

TYPES = {
    "payment.captured": "payment_intent.succeeded", "payment.declined": "payment_intent.payment_failed",
    "payment.authorised": "payment_intent.amount_capturable_updated", "refund.succeeded": "refund.updated",
    "refund.failed": "refund.failed", "refund.returned": "refund.failed", "transfer.paid": "transfer.created",
    "transfer.returned": "transfer.reversed",
    "dispute.opened": "charge.dispute.created", "dispute.won": "charge.dispute.closed",
    "dispute.lost": "charge.dispute.closed",
}  # fmt: skip


class StripeCourier(Courier):
    """Sends what the book tells as Stripe would tell it; until there is an endpoint, nothing is sent."""

    def __init__(self, secret: str, script: Script) -> None:
        super().__init__(secret, script)
        self._secret, self.endpoint = secret, ""
        self.shown: Callable[[dict[str, Any]], dict[str, Any]] = lambda event: event

    async def deliver(self, url: str, event_id: str, event: dict[str, Any], times: int = 1) -> bool:
        """Delivers it, until it is confirmed, to the endpoint, whatever address the book knows."""
        del url
        told = self.shown(event)
        kind = "payment_intent.canceled" if told.get("status") == "canceled" else TYPES[event["type"]]
        around = {
            "id": event_id, "object": "event", "api_version": VERSION, "type": kind, "livemode": False,
            "data": {"object": told},
        }  # fmt: skip
        return await super().deliver(self.endpoint, event_id, around, times) if self.endpoint else True

    def headers(self, event_id: str, body: str, sent_at: datetime, is_true: bool) -> dict[str, str]:
        """HMAC-SHA256 of the seconds, a dot and the body."""
        del event_id  # the event says it itself
        seconds, secret = int(sent_at.timestamp()), self._secret if is_true else "whsec_another"
        signature = hmac.digest(secret.encode(), f"{seconds}.{body}".encode(), "sha256").hex()
        return {"stripe-signature": f"t={seconds},v1={signature}"}
