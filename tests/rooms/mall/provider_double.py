"""A payment provider in memory that does what it is told, and its signed callbacks."""

import json
from collections import deque
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook
from starlette.requests import Request

from services.mall.payments.actions import PaymentAction
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import (
    PaymentOutcome,
    PaymentRequest,
    ProviderHoldsAnother,
    RefundOutcome,
    RefundRequest,
)
from services.mall.payments.splits import SplitsNothing
from services.mall.payments.statements import StatementPage
from services.mall.payments.transfers import TransferOutcome, TransferRequest

from .disputes_double import DisputesDouble

SECRET = "whsec_c2VjcmV0LW9mLXRoZS1wYXltZW50LXByb3ZpZGVy"


class ProviderDouble(SplitsNothing):
    """Takes in payments, refunds and transfers; they stay ``processing``, or ``pending``, until the test settles them.

    ``faults`` holds what goes wrong with the next requests: "lost" (booked, no answer), "dropped" (not booked,
    no answer), or "" for nothing; a refund or a transfer is refused with any other word as the code. ``unanswered``
    counts the next inquiries about transfers that get no answer, ``unanswered_captures`` captures likewise.
    ``requests`` counts what came in by id. ``instantly`` is the outcome that payments already have in their answer, and
    refunds of what is captured; ``transferred`` that of transfers.
    """

    def __init__(self) -> None:
        self.faults: deque[str] = deque()
        self.payments: dict[UUID, dict[str, Any]] = {}
        self.refunds: dict[UUID, dict[str, Any]] = {}
        self.transfers: dict[UUID, dict[str, Any]] = {}
        self.requests: list[UUID] = []
        self.instantly: str | None = None
        self.disputed = DisputesDouble()
        self.transferred = "pending"
        self.unanswered = self.unanswered_captures = 0
        self.pages: dict[tuple[str, str | None], StatementPage] = {}

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
        return _told(request.payment_id, self.payments[request.payment_id])

    def action(self, request: PaymentRequest) -> PaymentAction | None:
        return None

    def authorise(self, request: PaymentRequest) -> PaymentOutcome:
        return self.request_payment(request)

    def void(self, payment_id: UUID) -> PaymentOutcome:
        known = self.payments[payment_id]
        if known["status"] == "authorised":
            known.update(status="declined", reason="voided")
        return self.payment(payment_id)

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:
        known = self.payments.get(payment_id)
        return _told(payment_id, known) if known else PaymentOutcome(payment_id, "absent")

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        fault = self.faults.popleft() if self.faults else ""
        self.requests.append(request.refund_id)
        payment = self.payments.get(request.payment_id)
        if fault == "dropped":
            return RefundOutcome(request.refund_id, "unknown")
        if fault not in ("", "lost"):
            return RefundOutcome(request.refund_id, "failed", reason=fault)
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

    def refund(self, refund_id: UUID, payment_id: UUID) -> RefundOutcome:
        known = self.refunds.get(refund_id)
        return RefundOutcome(refund_id, **known) if known else RefundOutcome(refund_id, "absent")

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        return self.disputed.dispute(dispute_id)

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        return self.disputed.disputes_of(payment_id)

    def request_transfer(self, request: TransferRequest) -> TransferOutcome:
        fault = self.faults.popleft() if self.faults else ""
        self.requests.append(request.transfer_id)
        if fault == "dropped":
            return TransferOutcome(request.transfer_id, "unknown", reason="no answer: ConnectError")
        if fault not in ("", "lost"):
            return TransferOutcome(request.transfer_id, "failed", reason=fault)
        asked = (request.destination, request.amount_minor, request.currency)
        fields = dict(zip(("destination", "amount_minor", "currency"), asked, strict=True))
        known = self.transfers.setdefault(request.transfer_id, fields | {"status": self.transferred, "reason": ""})
        if fault == "lost":
            return TransferOutcome(request.transfer_id, "unknown", reason="no answer: ReadTimeout")
        if asked != (known["destination"], known["amount_minor"], known["currency"]):
            raise ProviderHoldsAnother(subject_id=str(request.transfer_id))
        return TransferOutcome(request.transfer_id, **known)

    def transfer(self, transfer_id: UUID) -> TransferOutcome:
        if self.unanswered:
            self.unanswered -= 1
            return TransferOutcome(transfer_id, "unknown", reason="no answer: ReadTimeout")
        known = self.transfers.get(transfer_id)
        return TransferOutcome(transfer_id, **known) if known else TransferOutcome(transfer_id, "absent")

    def statement(self, day: str, after: str | None = None) -> StatementPage:
        return self.pages.get((day, after), StatementPage("unknown", reason="no answer: ReadTimeout"))

    def capture(self, payment_id: object, amount_minor: int | None = None, **changes: Any) -> PaymentOutcome:
        known = self.payments[UUID(str(payment_id))]
        if self.unanswered_captures:
            self.unanswered_captures -= 1
            return PaymentOutcome(UUID(str(payment_id)), "unknown", reason="no answer: ReadTimeout")
        known.update({"status": "captured", "amount_minor": amount_minor or known["amount_minor"]} | changes)
        return self.payment(UUID(str(payment_id)))

    def decline(self, payment_id: object, reason: str = "insufficient_funds") -> None:
        self.payments[UUID(str(payment_id))].update(status="declined", reason=reason)

    def end_refund(self, refund_id: object, status: str = "succeeded", reason: str = "") -> None:
        self.refunds[UUID(str(refund_id))].update(status=status, reason=reason)

    def end_transfer(self, transfer_id: object, status: str = "paid", reason: str = "", **changes: Any) -> None:
        self.transfers[UUID(str(transfer_id))].update({"status": status, "reason": reason} | changes)

    def document(self, payment_id: UUID) -> dict[str, Any]:
        return {"payment_id": str(payment_id)} | self.payments[payment_id]

    def refund_document(self, refund_id: UUID) -> dict[str, Any]:
        refund = self.refunds[refund_id]
        return refund | {"refund_id": str(refund_id), "payment_id": str(refund["payment_id"])}

    def transfer_document(self, transfer_id: UUID) -> dict[str, Any]:
        return {"transfer_id": str(transfer_id)} | self.transfers[transfer_id]

    @property
    def balance_minor(self) -> int:
        """What lies at the provider."""
        sent = _sum_of(self.refunds, "succeeded") + _sum_of(self.transfers, "paid") + self.disputed.taken_minor
        return _sum_of(self.payments, "captured") - sent


def _told(payment_id: UUID, known: dict[str, Any]) -> PaymentOutcome:
    """``paid_with`` is told when a test has set it."""
    said = {name: value for name, value in known.items() if name != "paid_with"}
    return PaymentOutcome(payment_id, **said).paid_by(known.get("paid_with"))


def _sum_of(held: dict[UUID, dict[str, Any]], status: str) -> int:
    return sum(one["amount_minor"] for one in held.values() if one["status"] == status)


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
