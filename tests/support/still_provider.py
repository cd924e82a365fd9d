"""A payment provider that takes in everything and settles nothing: tests call back themselves."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.mall.payments.actions import PaymentAction
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import PaymentOutcome, PaymentRequest, RefundOutcome, RefundRequest
from services.mall.payments.splits import SplitsNothing
from services.mall.payments.statements import StatementPage
from services.mall.payments.transfers import TransferOutcome, TransferRequest
from tests.support.http_server import Asked, HttpServer


class StillProvider(SplitsNothing):
    """Within the process. ``lost_answers`` counts the next requests for transfers that are booked and not answered."""

    def __init__(self) -> None:
        self.payments: dict[UUID, PaymentRequest] = {}
        self.refunds: dict[UUID, RefundRequest] = {}
        self.transfers: dict[UUID, TransferRequest] = {}
        self.lost_answers = 0
        self.statements: dict[str, StatementPage] = {}

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        self.payments[request.payment_id] = request
        return PaymentOutcome(request.payment_id, "processing")

    def action(self, request: PaymentRequest) -> PaymentAction | None:
        return None

    def authorise(self, request: PaymentRequest) -> PaymentOutcome:
        return self.request_payment(request)

    def capture(self, payment_id: UUID, amount_minor: int) -> PaymentOutcome:
        return self.payment(payment_id)

    def void(self, payment_id: UUID) -> PaymentOutcome:
        return self.payment(payment_id)

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:
        return PaymentOutcome(payment_id, "processing" if payment_id in self.payments else "absent")

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        self.refunds[request.refund_id] = request
        return RefundOutcome(request.refund_id, "processing")

    def refund(self, refund_id: UUID, payment_id: UUID) -> RefundOutcome:
        return RefundOutcome(refund_id, "processing" if refund_id in self.refunds else "absent")

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        return DisputeOutcome(dispute_id, "absent")

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        return []

    def request_transfer(self, request: TransferRequest) -> TransferOutcome:
        self.transfers[request.transfer_id] = request
        return TransferOutcome(request.transfer_id, "unknown" if self._loses() else "pending")

    def transfer(self, transfer_id: UUID) -> TransferOutcome:
        return TransferOutcome(transfer_id, "pending" if transfer_id in self.transfers else "absent")

    def _loses(self) -> bool:
        self.lost_answers, loses = max(0, self.lost_answers - 1), self.lost_answers > 0
        return loses

    def statement(self, day: str, after: str | None = None) -> StatementPage:
        """Nothing was settled, and nothing lies here."""
        return self.statements.get(day, StatementPage("told"))


class StillProviderServer(HttpServer, StillProvider):
    """The same over HTTP, as the mall of another process reaches it."""

    def __init__(self) -> None:
        StillProvider.__init__(self)
        HttpServer.__init__(self, self._answered)

    def document(self, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        """The document of a payment, a refund or a transfer, made anew with a body; None when there is none."""
        kind, _, told = path.partition("?")[0].strip("/").partition("/")
        if kind == "statements":
            return self._stated(told.partition("?")[0])
        told = told.partition("/")[0]  # what ends a payment changes nothing here
        if body:
            self._take_in(kind, body)
        if kind.startswith("disputes"):
            return None
        found: Any = {"payments": self.payments, "refunds": self.refunds, "transfers": self.transfers}[kind]
        asked = found.get(UUID(told or (body or {})[f"{kind.removesuffix('s')}_id"]))
        if asked is None:
            return None
        if kind == "transfers":
            return asdict(asked) | {"status": "pending", "reason": ""}
        paid = self.payments[asked.payment_id]
        document = asdict(asked) | {"status": "processing", "currency": paid.currency, "method": paid.method}
        return document | {"reason": ""}

    def _stated(self, day: str) -> dict[str, Any]:
        page = self.statement(day)
        return {"day": day, "lines": [line.stored for line in page.lines], "balances": page.balances, "next": page.next}

    def _take_in(self, kind: str, body: dict[str, Any]) -> None:
        known = {name: UUID(value) if name.endswith("_id") else value for name, value in body.items()}
        if kind == "payments":
            self.request_payment(PaymentRequest(**known))
        elif kind == "refunds":
            self.request_refund(RefundRequest(**known))
        else:
            self.transfers[known["transfer_id"]] = TransferRequest(**known)

    def _answered(self, asked: Asked) -> tuple[int, bytes]:
        found = self.document(asked.path, json.loads(asked.body) if asked.method == "POST" else None)
        if asked.method == "POST" and asked.path == "/transfers" and self._loses():
            return 500, b""
        told = json.dumps(found or {"code": "not_found"}, default=str).encode()
        return (404 if found is None else 200), told
