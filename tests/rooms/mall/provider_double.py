"""A payment provider in memory that does what it is told, and its signed callbacks."""

import json
from collections import deque
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook
from starlette.requests import Request

from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import PaymentOutcome, PaymentRequest, RefundOutcome, RefundRequest

from .disputes_double import DisputesDouble

SECRET = "whsec_c2VjcmV0LW9mLXRoZS1wYXltZW50LXByb3ZpZGVy"


class ProviderDouble:
    """Takes in payments and refunds; they stay ``processing`` until the test settles them.

    ``faults`` holds what goes wrong with the next requests: "lost" (booked, no answer), "dropped" (not booked,
    no answer), or "" for nothing. ``requests`` counts what came in by id.
    """

    def __init__(self) -> None:
        self.faults: deque[str] = deque()
        self.payments: dict[UUID, dict[str, Any]] = {}
        self.refunds: dict[UUID, dict[str, Any]] = {}
        self.requests: list[UUID] = []
        self.instantly: str | None = None
        self.disputed = DisputesDouble()

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        fault = self.faults.popleft() if self.faults else ""
        self.requests.append(request.payment_id)
        if fault == "dropped":
            return PaymentOutcome(request.payment_id, "unknown", reason="no answer: ConnectError")
        fields = {"amount_minor": request.amount_minor, "currency": request.currency, "method": request.method}
        status = self.instantly or "processing"
        self.payments.setdefault(request.payment_id, fields | {"status": status, "reason": ""})
        if fault == "lost":
            return PaymentOutcome(request.payment_id, "unknown", reason="no answer: ReadTimeout")
        return PaymentOutcome(request.payment_id, **self.payments[request.payment_id])

    def payment(self, payment_id: UUID) -> PaymentOutcome:
        known = self.payments.get(payment_id)
        return PaymentOutcome(payment_id, **known) if known else PaymentOutcome(payment_id, "absent")

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        fault = self.faults.popleft() if self.faults else ""
        self.requests.append(request.refund_id)
        payment = self.payments.get(request.payment_id)
        if fault == "dropped":
            return RefundOutcome(request.refund_id, "unknown")
        if payment is None:
            return RefundOutcome(request.refund_id, "failed", reason="no_such_payment")
        status = {"captured": "succeeded"}.get(self.instantly or "", "processing")
        fields = {
            "payment_id": request.payment_id,
            "amount_minor": request.amount_minor,
            "status": status,
            "reason": "",
        }
        inherited = {"currency": payment["currency"], "method": payment["method"]}
        self.refunds.setdefault(request.refund_id, fields | inherited)
        if fault == "lost":
            return RefundOutcome(request.refund_id, "unknown")
        return RefundOutcome(request.refund_id, **self.refunds[request.refund_id])

    def refund(self, refund_id: UUID) -> RefundOutcome:
        known = self.refunds.get(refund_id)
        return RefundOutcome(refund_id, **known) if known else RefundOutcome(refund_id, "absent")

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        return self.disputed.dispute(dispute_id)

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        return self.disputed.disputes_of(payment_id)

    def capture(self, payment_id: object, **changes: Any) -> None:
        self.payments[UUID(str(payment_id))].update({"status": "captured"} | changes)

    def decline(self, payment_id: object, reason: str = "insufficient_funds") -> None:
        self.payments[UUID(str(payment_id))].update(status="declined", reason=reason)

    def end_refund(self, refund_id: object, status: str = "succeeded", reason: str = "") -> None:
        self.refunds[UUID(str(refund_id))].update(status=status, reason=reason)

    def document(self, payment_id: UUID) -> dict[str, Any]:
        return {"payment_id": str(payment_id)} | self.payments[payment_id]

    def refund_document(self, refund_id: UUID) -> dict[str, Any]:
        refund = self.refunds[refund_id]
        return refund | {"refund_id": str(refund_id), "payment_id": str(refund["payment_id"])}

    @property
    def balance_minor(self) -> int:
        """What lies at the provider."""
        captured = sum(one["amount_minor"] for one in self.payments.values() if one["status"] == "captured")
        refunded = sum(one["amount_minor"] for one in self.refunds.values() if one["status"] == "succeeded")
        return captured - refunded - self.disputed.taken_minor


def callback_request(event_id: str, kind: str, document: dict[str, Any], secret: str = SECRET) -> Request:
    """A signed callback as the HTTP door hands it on."""
    body = json.dumps({"type": kind, "id": event_id, "data": document})
    sent_at = datetime.now(UTC)
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, sent_at, body),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/payments/callback", "headers": raw}, receive)
