"""What everybody stands on: a platform that can be asked, worked off, and looked into."""

import asyncio
import sqlite3
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx

from services.embedded import Platform
from services.serving import face
from services.settings import Settings
from tests.support.still_provider import StillProvider


class Ground(Protocol):
    """A platform. ``token_key`` is the file of the key with which identity signs, ``secret`` the provider's."""

    token_key: Path
    secret: str

    @property
    def provider(self) -> StillProvider:
        """Who was asked for money."""

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request over HTTP."""

    def stored(self) -> None:
        """A command was carried out: whoever asks next is to meet what follows from it."""

    def settle(self) -> None:
        """Until nothing is left to do."""

    def written(self) -> list[Any]:
        """What every store is at: equal as long as no request has written anything."""

    def now(self) -> datetime:
        """What time it is there."""

    def close(self) -> None:
        """Let go of it."""


class Embedded:
    """A platform in this process, over a directory, worked off step by step."""

    def __init__(self, directory: Path, secret: str) -> None:
        self.secret, self.provider = secret, StillProvider()
        self.platform = Platform(
            Settings(data=directory, rate="", sandbox=True), provider=self.provider, callback_secret=secret,
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

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Nothing is worked off after it."""
        return self._loop.run_until_complete(self._client.request(method, path, **more))

    def stored(self) -> None:
        """Nobody else does the work."""
        self.settle()

    def settle(self) -> None:
        """See Ground."""
        self.platform.settle()

    def written(self) -> list[Any]:
        """Of every store its position, and a number that changes with anything written to it."""
        positions = [service.recorder.position() for service in self.platform.services.values()]
        changes = [int(store.execute("PRAGMA data_version").fetchone()[0]) for store in self._stores]
        return list(zip(positions, changes, strict=True))

    def now(self) -> datetime:
        """See Ground."""
        return self.platform.clock.now()

    def close(self) -> None:
        """See Ground."""
        self._held.close()
