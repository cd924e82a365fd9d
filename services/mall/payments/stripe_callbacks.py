"""Stripe's webhooks: signed by ``Stripe-Signature``, verified by Stripe's library, read as events of the port."""

import json
from collections.abc import Mapping
from typing import Any

import stripe

from services.mall.payments import stripe_reading as reading
from services.mall.payments.port import BadSignature, CallbackEvent, CallbackIncomplete, CallbackNotJson, Outcome
from services.mall.payments.stripe_provider import StripeProvider

OLDEST_SECONDS = 300
TOLD = ("captured", "declined", "authorised", "succeeded", "failed", "paid", "returned", "opened", "won", "lost")


class StripeCallbacks:
    """What Stripe calls back to one endpoint, whose secret is ``whsec_...``."""

    def __init__(self, provider: StripeProvider, secret: str) -> None:
        self._provider, self._secret = provider, secret

    def read(self, headers: Mapping[str, str], body: bytes) -> CallbackEvent | None:
        """The event; None for one that decides nothing here, or is about what somebody else made at Stripe.

        Raises BadSignature, also when it was signed more than five minutes ago, CallbackNotJson, CallbackIncomplete.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        try:
            stripe.WebhookSignature.verify_header(body, lowered.get("stripe-signature"), self._secret, OLDEST_SECONDS)
        except (stripe.SignatureVerificationError, ValueError):  # ValueError: the body is no text at all
            raise BadSignature() from None
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            raise CallbackNotJson() from None
        return self._event(event)

    def _event(self, event: Any) -> CallbackEvent | None:
        try:
            event_id, kind, told = event["id"], event["type"], event["data"]["object"]
            kind = kind.removeprefix("charge.") if kind.startswith("charge.refund.") else kind
            kinds = (kind, kind.partition(".")[0], told.get("metadata") or {})
        except (AttributeError, LookupError, TypeError):
            raise CallbackIncomplete(why="id, type or data.object is missing") from None
        if kinds[1] in ("payment_intent", "refund", "transfer") and not _is_ours(kinds[1], kinds[2]):
            return None
        try:
            outcome = self._outcome(kind, told)
        except ValueError as wrong:
            raise CallbackIncomplete(why=str(wrong)) from None
        if outcome is None or outcome.status not in (*TOLD, "unknown"):
            return None
        named = {"payment_intent": "payment", "charge": "dispute"}.get(kinds[1], kinds[1])
        said: Any = f"{named}.{outcome.status}"
        return CallbackEvent(str(event_id), said, outcome)

    def _outcome(self, kind: str, told: dict[str, Any]) -> Outcome | None:
        if kind.startswith("payment_intent."):
            return self._provider.concluded(reading.payment_read(told), told)
        if kind.startswith("refund."):
            return reading.refund_read(told)
        if kind.startswith("transfer."):
            return reading.transfer_read(told)
        if kind.startswith("charge.dispute."):
            return self._provider.dispute_told(told)
        return None


def _is_ours(named: str, metadata: dict[str, Any]) -> bool:
    return {"payment_intent": "payment_id"}.get(named, f"{named}_id") in metadata
