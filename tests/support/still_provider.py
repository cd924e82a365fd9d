"""A payment provider that takes in everything and settles nothing: tests call back themselves."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import PaymentOutcome, PaymentRequest, RefundOutcome, RefundRequest
from tests.support.http_server import Asked, HttpServer


class StillProvider:
    """Within the process."""

    def __init__(self) -> None:
        self.payments: dict[UUID, PaymentRequest] = {}
        self.refunds: dict[UUID, RefundRequest] = {}

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        self.payments[request.payment_id] = request
        return PaymentOutcome(request.payment_id, "processing")

    def payment(self, payment_id: UUID) -> PaymentOutcome:
        return PaymentOutcome(payment_id, "processing" if payment_id in self.payments else "absent")

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        self.refunds[request.refund_id] = request
        return RefundOutcome(request.refund_id, "processing")

    def refund(self, refund_id: UUID) -> RefundOutcome:
        return RefundOutcome(refund_id, "processing" if refund_id in self.refunds else "absent")

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        return DisputeOutcome(dispute_id, "absent")

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        return []


class StillProviderServer(HttpServer, StillProvider):
    """The same over HTTP, as the mall of another process reaches it."""

    def __init__(self) -> None:
        StillProvider.__init__(self)
        HttpServer.__init__(self, self._answered)

    def document(self, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        """The document of a payment or a refund, made anew with a body; None when there is none."""
        kind, _, told = path.strip("/").partition("/")
        if body is not None:
            self._take_in(kind, body)
        if kind.startswith("disputes"):
            return None
        found: Any = {"payments": self.payments, "refunds": self.refunds}[kind]
        id_name = "payment_id" if kind == "payments" else "refund_id"
        asked = found.get(UUID(told or (body or {})[id_name]))
        if asked is None:
            return None
        paid = self.payments[asked.payment_id]
        document = asdict(asked) | {"status": "processing", "currency": paid.currency, "method": paid.method}
        return document | {"reason": ""}

    def _take_in(self, kind: str, body: dict[str, Any]) -> None:
        known = {name: UUID(value) if name.endswith("_id") else value for name, value in body.items()}
        if kind == "payments":
            self.request_payment(PaymentRequest(**known))
        else:
            self.request_refund(RefundRequest(**known))

    def _answered(self, asked: Asked) -> tuple[int, bytes]:
        found = self.document(asked.path, json.loads(asked.body) if asked.method == "POST" else None)
        told = json.dumps(found or {"code": "not_found"}, default=str).encode()
        return (404 if found is None else 200), told
