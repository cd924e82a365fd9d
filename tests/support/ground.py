"""What everybody stands on: a platform that can be asked, worked off, and looked into."""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from services.embedded import Platform
from services.serving import face
from services.settings import Settings
from tests.support.still_provider import StillProvider


class Ground(ABC):
    """A platform. ``token_key`` is the file of the key with which identity signs, ``secret`` the provider's.

    What follows from a request is there when it can matter: before anything is read, before another service is asked,
    and before anybody looks into the stores. Commands of one service follow on one another: they decide on what is
    stored.
    """

    token_key: Path
    secret: str

    def __init__(self) -> None:
        self._unsettled: set[str] = set()
        self._last_seen: list[Any] | None = None
        """What the stores were at, as long as no request was accepted since they were looked into."""

    @property
    def provider(self) -> StillProvider:
        """Who was asked for money, by all that was stored so far."""
        self.settle()
        return self._provider()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request over HTTP."""
        service = path.strip("/").partition("/")[0]
        if method == "GET" or self._unsettled - {service}:
            self.settle()
        answer = self._send(method, path, **more)
        if answer.is_success:
            self._last_seen = None
        if method != "GET" and answer.is_success:
            self._unsettled.add(service)
        return answer

    def settle(self) -> None:
        """Until nothing is left to do about what was stored by requests, if anything was."""
        if self._unsettled:
            self._work_off()
            self._unsettled.clear()
            self._last_seen = None

    def written(self) -> list[Any]:
        """What every store is at: equal as long as no request has written anything."""
        self.settle()
        self._last_seen = self._stored()
        return self._last_seen

    def last_written(self) -> list[Any]:
        """What every store was at when it was last looked into, if all requests since were refused; else what it is at.

        Whatever a refused request has stored is so seen after it, or after the next one: one look each is enough.
        """
        return self.written() if self._last_seen is None else self._last_seen

    @abstractmethod
    def now(self) -> datetime:
        """What time it is there."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    @abstractmethod
    def _provider(self) -> StillProvider: ...

    @abstractmethod
    def _send(self, method: str, path: str, **more: Any) -> httpx.Response: ...

    @abstractmethod
    def _work_off(self) -> None: ...

    @abstractmethod
    def _stored(self) -> list[Any]: ...


class Embedded(Ground):
    """A platform in this process, over a directory, worked off step by step."""

    def __init__(self, directory: Path, secret: str) -> None:
        super().__init__()
        self.secret, self._asked = secret, StillProvider()
        self.platform = Platform(
            Settings(data=directory, rate="", sandbox=True), provider=self._asked, callback_secret=secret,
            callback_url="http://agora/mall/payments/callback",
        )  # fmt: skip
        self.token_key = directory / "identity" / "token.key"
        self._held = ExitStack()
        self._held.callback(self.platform.close)
        self._loop = asyncio.new_event_loop()
        self._held.callback(self._loop.close)
        transport = httpx.ASGITransport(app=face(self.platform))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://agora", trust_env=False)
        self._held.callback(lambda: self._loop.run_until_complete(self._client.aclose()))
        self._stores = [sqlite3.connect(directory / name / "facts.db") for name in self.platform.services]
        for store in self._stores:
            self._held.callback(store.close)

    def now(self) -> datetime:
        """See Ground."""
        return self.platform.clock.now()

    def close(self) -> None:
        """See Ground."""
        self._held.close()

    def _provider(self) -> StillProvider:
        return self._asked

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._loop.run_until_complete(self._client.request(method, path, **more))

    def _work_off(self) -> None:
        self.platform.settle()

    def _stored(self) -> list[Any]:
        """Of every service its position, and a number that changes with anything written to it."""
        positions = [service.recorder.position() for service in self.platform.services.values()]
        changes = [int(store.execute("PRAGMA data_version").fetchone()[0]) for store in self._stores]
        return list(zip(positions, changes, strict=True))
