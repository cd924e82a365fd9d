"""Asking the platform for something until there is an answer, and writing down all that becomes of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from .ground import Ground
from .journal import Journal

PATIENCE_SECONDS, PAUSE_SECONDS, CALL_SECONDS = 180.0, 0.25, 30.0
UNEXPECTED, TOO_MANY, SERVER_ERRORS = 500, 429, 500
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A command that somebody wants carried out, once; ``known`` gets the answer, ``refused`` the code of a refusal."""

    service: str
    operation: str
    path: str
    person: UUID
    body: dict[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    known: Callable[[Answer], object] = lambda _answer: None
    refused: Callable[[str], object] = lambda _code: None
    key: str = field(default_factory=lambda: str(uuid4()))


class Caller:
    """Asks under the key of a wish, again and again as long as nobody knows whether it was done.

    ``codes`` counts refusals, ``unexpected`` holds what the platform calls errors of its own.
    """

    def __init__(self, ground: Ground, journal: Journal) -> None:
        self._ground, self.journal = ground, journal
        self._local = threading.local()
        self.codes: Counter[str] = Counter()
        self.unexpected: list[str] = []

    def ask(self, wish: Wish) -> Answer | None:
        """What was answered; None when it was refused, or nobody answered for minutes, which the journal tells."""
        key, deadline = wish.key, time.monotonic() + PATIENCE_SECONDS
        self.journal.sent(key, wish.service, wish.operation, wish.person)
        while time.monotonic() < deadline:
            answer = self._post(wish, key)
            if isinstance(answer, str):
                self.journal.unknown(key, answer)
                time.sleep(PAUSE_SECONDS)
                continue
            told: Answer = answer.json()
            if answer.is_success:
                self.journal.answered(key, told["position"])
                wish.known(told)
                return told
            self.codes[f"{wish.operation}: {told['code']}"] += 1
            self.journal.refused(key, told["code"])
            wish.refused(told["code"])
            return None
        return None

    def _post(self, wish: Wish, key: str) -> httpx.Response | str:
        """The answer, or why nobody knows."""
        headers = {"Authorization": f"Bearer {self._ground.token(wish.person, *wish.roles)}", "Idempotency-Key": key}
        try:
            answer = self._client().post(f"/{wish.service}{wish.path}", json=wish.body, headers=headers)
        except httpx.TransportError as failure:
            return repr(failure)
        if answer.status_code == UNEXPECTED:
            self.unexpected.append(f"{wish.operation}: {answer.text}")
        is_unknown = answer.status_code >= SERVER_ERRORS or answer.status_code == TOO_MANY
        return f"{answer.status_code} {answer.text}" if is_unknown else answer

    def _client(self) -> httpx.Client:
        """One for each thread."""
        if not hasattr(self._local, "client"):
            self._local.client = httpx.Client(base_url=self._ground.url, timeout=CALL_SECONDS, trust_env=False)
        client: httpx.Client = self._local.client
        return client
