"""One small platform in this process with its HTTP face: anybody can be made up, and asks in their own name."""

import asyncio
import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import UUID, uuid4

import httpx
from standardwebhooks import Webhook

from services.embedded import Platform
from services.mall.payments.port import PaymentOutcome, PaymentRequest, RefundOutcome, RefundRequest
from services.serving import face
from services.settings import Settings

SECRET = "whsec_c2VjcmV0LW9mLWV2ZXJ5Ym9keS1hbmQtbm9ib2R5LWVsc2U="
LONG_AGO = "2025-03-02T12:00:00+00:00"
PASSWORD = "a quiet river at noon"
Answer = dict[str, Any]


class StillProvider:
    """A payment provider that takes in everything and settles nothing: tests call back themselves."""

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


@contextmanager
def everybody_somewhere() -> Iterator["Everybody"]:
    """Everybody over a directory of their own; in memory where that is possible, since nothing here is about disks."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder, Everybody(Path(folder)) as made:
        yield made


class Everybody:
    """A platform over a directory, worked off step by step. ``operator`` and ``certifier`` hold that role alone."""

    def __init__(self, directory: Path) -> None:
        self.provider = StillProvider()
        self.platform = Platform(
            Settings(data=directory, rate="", sandbox=True), provider=self.provider, callback_secret=SECRET,
            callback_url="http://agora/mall/payments/callback",
        )  # fmt: skip
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app=face(self.platform))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://agora", trust_env=False)
        self._stores = [sqlite3.connect(directory / name / "facts.db") for name in self.platform.services]
        self.roles: dict[UUID, tuple[str, ...]] = {}
        self._numbers = itertools.count(1)
        self.operator = uuid4()
        self.roles[self.operator] = ("operator",)
        self._record(self.operator)
        self.certifier = self.person("certifier")
        if "mall" in self.platform.services:
            self.anybody_may_sell()

    def ask(
        self, method: str, path: str, by: UUID | None = None, *, token: str | None = None,
        headers: Mapping[str, str] | None = None, **more: Any,
    ) -> httpx.Response:  # fmt: skip
        """One request in the name of a person, or with a token as it is; nothing is worked off after it."""
        signed = {"Authorization": f"Bearer {token or self.token(by)}"} if token or by else {}
        request = self._client.request(method, path, headers={**signed, **(headers or {})}, **more)
        return self._loop.run_until_complete(request)

    def do(self, by: UUID | None, path: str, **fields: Any) -> Answer:
        """A command that succeeds; what follows from it is worked off."""
        answer = self.ask("POST", path, by, json=fields)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        self.platform.settle()
        done: Answer = answer.json()
        return done

    def token(self, person_id: UUID | None) -> str:
        """Signed in, with the roles that were made up."""
        assert person_id is not None
        return self.platform.issuer.issue(person_id, self.roles.get(person_id, ()), uuid4())[0]

    def person(self, *roles: str) -> UUID:
        """Somebody new, known everywhere, with these roles."""
        person_id = uuid4()
        self.roles[person_id] = roles
        self._record(person_id)
        return person_id

    def number(self) -> int:
        """Another number each time, for what must be unique."""
        return next(self._numbers)

    def now(self) -> datetime:
        """What time it is on the platform."""
        return self.platform.clock.now()

    def written(self) -> list[tuple[int, int]]:
        """What every store is at: its position, and a number that changes with anything written to it."""
        positions = [service.recorder.position() for service in self.platform.services.values()]
        changes = [int(store.execute("PRAGMA data_version").fetchone()[0]) for store in self._stores]
        return list(zip(positions, changes, strict=True))

    def anybody_may_sell(self) -> None:
        """Terms under which no claim is needed to sell."""
        self.do(
            self.operator, "/mall/terms", platform_fee_bps=500, return_window_days=7, reservation_minutes=60,
            seller_threshold=None,
        )  # fmt: skip

    def callback(self, kind: str, document: Answer) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a callback as the provider signs it."""
        event_id, sent_at = f"event-{self.number()}", datetime.now(UTC)
        body = json.dumps({"type": kind, "id": event_id, "data": document})
        signature = Webhook(SECRET).sign(event_id, sent_at, body)
        headers = {
            "webhook-id": event_id, "webhook-timestamp": str(int(sent_at.timestamp())), "webhook-signature": signature,
            "Content-Type": "application/json",
        }  # fmt: skip
        return body.encode(), headers

    def captured(self, payment_id: UUID) -> tuple[bytes, dict[str, str]]:
        """The callback by which the provider says that it has the money."""
        asked = self.provider.payments[payment_id]
        return self.callback(
            "payment.captured",
            {"payment_id": str(payment_id), "status": "captured", "amount_minor": asked.amount_minor,
             "currency": asked.currency, "method": asked.method, "reason": ""},
        )  # fmt: skip

    def _record(self, person_id: UUID) -> None:
        self.do(
            self.operator, "/identity/records/people", person_id=str(person_id), name=f"Person {self.number()}",
            happened_at=LONG_AGO,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of everything."""
        for store in self._stores:
            store.close()
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()
        self.platform.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
