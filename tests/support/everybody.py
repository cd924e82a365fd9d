"""A platform with everybody on it: anybody can be made up, and asks in their own name."""

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import httpx
from standardwebhooks import Webhook

from services.embedded import Platform
from services.identity.tokens import TokenIssuer
from tests.support.ground import Embedded, Ground
from tests.support.still_provider import StillProvider

SECRET = "whsec_c2VjcmV0LW9mLWV2ZXJ5Ym9keS1hbmQtbm9ib2R5LWVsc2U="
LONG_AGO = "2025-03-02T12:00:00+00:00"
PASSWORD = "a quiet river at noon"
NEWCOMERS = 20
"""So many are recorded at once: all others hear of them together."""
Answer = dict[str, Any]


@contextmanager
def everybody_somewhere() -> Iterator["Everybody"]:
    """Everybody over a directory of their own; in memory where that is possible, since nothing here is about disks."""
    memory = Path("/dev/shm")
    with (
        TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        closing(Embedded(Path(folder), SECRET)) as ground,
    ):
        yield Everybody(ground)


class Everybody:
    """Everybody on a platform. ``operator`` and ``certifier`` hold that role alone."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._issuer = TokenIssuer(ground.token_key)
        self.roles: dict[UUID, tuple[str, ...]] = {}
        self._newcomers: list[UUID] = []
        self._numbers = itertools.count(uuid4().int % 10**9)  # others are on the same platform
        self.operator = uuid4()
        self.roles[self.operator] = ("operator",)
        self._record(self.operator)
        self.certifier = self.person("certifier")
        self.anybody_may_sell()

    @property
    def platform(self) -> Platform:
        """The platform in this process, worked off; an assertion fails where it runs in others."""
        assert isinstance(self.ground, Embedded)
        self.settle()
        return self.ground.platform

    @property
    def provider(self) -> StillProvider:
        """Who was asked for money."""
        return self.ground.provider

    def settle(self) -> None:
        """Work off, or wait for, all that follows from what requests have stored."""
        self.ground.settle()

    def ask(
        self, method: str, path: str, by: UUID | None = None, *, token: str | None = None,
        headers: Mapping[str, str] | None = None, **more: Any,
    ) -> httpx.Response:  # fmt: skip
        """One request in the name of a person, or with a token as it is."""
        signed = {"Authorization": f"Bearer {token or self.token(by)}"} if token or by else {}
        return self.ground.request(method, path, headers={**signed, **(headers or {})}, **more)

    def do(self, by: UUID | None, path: str, **fields: Any) -> Answer:
        """A command that succeeds."""
        answer = self.ask("POST", path, by, json=fields)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        done: Answer = answer.json()
        return done

    def token(self, person_id: UUID | None) -> str:
        """Signed in, with the roles that were made up."""
        assert person_id is not None
        return self._issuer.issue(person_id, self.roles.get(person_id, ()), uuid4())[0]

    def person(self, *roles: str) -> UUID:
        """Somebody new, known everywhere, with these roles."""
        if not self._newcomers:
            self._newcomers = [uuid4() for _ in range(NEWCOMERS)]
            for newcomer in self._newcomers:
                self._record(newcomer)
        person_id = self._newcomers.pop()
        self.roles[person_id] = roles
        return person_id

    def number(self) -> int:
        """Another number each time, for what must be unique."""
        return next(self._numbers)

    def now(self) -> datetime:
        """What time it is on the platform."""
        return self.ground.now()

    def written(self) -> list[Any]:
        """What every store is at: equal as long as no request has written anything."""
        return self.ground.written()

    def last_written(self) -> list[Any]:
        """What every store was at when it was last looked into; what it is at once a request was accepted since."""
        return self.ground.last_written()

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
        signature = Webhook(self.ground.secret).sign(event_id, sent_at, body)
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
