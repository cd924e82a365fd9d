"""A payment provider that takes in everything and settles nothing: tests call back themselves."""

import json
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from uuid import UUID

from services.mall.payments.port import PaymentOutcome, PaymentRequest, RefundOutcome, RefundRequest


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


class StillProviderServer(StillProvider):
    """The same over HTTP, as the mall of another process reaches it: ``with StillProviderServer() as it: it.url``."""

    def __init__(self) -> None:
        super().__init__()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        """The document of a payment or a refund, made anew with a body; None when there is none."""
        kind, _, told = path.strip("/").partition("/")
        if body is not None:
            self._take_in(kind, body)
        found: Any = {"payments": self.payments, "refunds": self.refunds}[kind]
        id_name = "payment_id" if kind == "payments" else "refund_id"
        asked = found.get(UUID(told or (body or {})[id_name]))
        if asked is None:
            return None
        paid = self.payments[asked.payment_id]
        document = asdict(asked) | {"status": "processing", "currency": paid.currency, "method": paid.method}
        return document | {"reason": ""}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take_in(self, kind: str, body: dict[str, Any]) -> None:
        known = {name: UUID(value) if name.endswith("_id") else value for name, value in body.items()}
        if kind == "payments":
            self.request_payment(PaymentRequest(**known))
        else:
            self.request_refund(RefundRequest(**known))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._say(provider.answer(self.path, None))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self._say(provider.answer(self.path, body))

            def _say(self, document: dict[str, Any] | None) -> None:
                told = json.dumps(document or {"code": "not_found"}, default=str).encode()
                self.send_response(404 if document is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler
