"""Callbacks, signed by Standard Webhooks (https://www.standardwebhooks.com), tried until they are confirmed."""

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from standardwebhooks import Webhook

from simulators.payments.script import Fault, Script

LONGEST_WAIT_SECONDS = 30.0
AT_ONCE = 32


class Courier:
    """Delivers callbacks: any 2xx confirms, anything else is tried again with the same webhook-id.

    The waits double from ``first_wait_seconds`` to 30 s; after ``tries`` the receiver has to ask.
    """

    def __init__(self, secret: str, script: Script, tries: int = 16, first_wait_seconds: float = 0.05) -> None:
        self._webhook = Webhook(secret)
        self._another = Webhook(base64.b64encode(b"not the secret that was agreed on").decode())
        self._script, self._tries, self._first_wait_seconds = script, tries, first_wait_seconds
        # Callbacks go to the neighbour that asked: a proxy from the environment has no business between.
        self._client = httpx.AsyncClient(timeout=5.0, trust_env=False)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def deliver(self, url: str, event_id: str, event: dict[str, Any], times: int = 1) -> bool:
        """Delivers the event so many times side by side; True when every one was confirmed."""
        if times == 0:
            return True
        match self._script.next_for("callback"):
            case Fault("lose_callback"):
                return True
            case Fault("double_callback"):
                times += 1
        body = json.dumps(event, separators=(",", ":"))
        confirmed = await asyncio.gather(*(self._deliver_once(url, event_id, body) for _ in range(times)))
        return all(confirmed)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _deliver_once(self, url: str, event_id: str, body: str) -> bool:
        for wait_seconds in self._waits():
            if await self._try(url, event_id, body):
                return True
            await asyncio.sleep(wait_seconds)
        return False

    async def _try(self, url: str, event_id: str, body: str) -> bool:
        async with self._turns:
            try:
                response = await self._client.post(url, content=body, headers=self._signed(event_id, body))
            except httpx.HTTPError:
                return False
        return response.is_success

    def _signed(self, event_id: str, body: str) -> dict[str, str]:
        is_true, sent_at = True, datetime.now(UTC)
        match self._script.next_for("attempt"):
            case Fault("wrong_signature"):
                is_true = False
            case Fault("old_timestamp"):
                sent_at -= timedelta(minutes=10)
        return {"content-type": "application/json"} | self.headers(event_id, body, sent_at, is_true)

    def headers(self, event_id: str, body: str, sent_at: datetime, is_true: bool) -> dict[str, str]:
        """What proves the callback; not with the secret that was agreed on when it is not to be true."""
        webhook = self._webhook if is_true else self._another
        return {
            "webhook-id": event_id,
            "webhook-timestamp": str(int(sent_at.timestamp())),
            "webhook-signature": webhook.sign(event_id, sent_at, body),
        }

    def _waits(self) -> Iterator[float]:
        for number in range(self._tries):
            yield min(self._first_wait_seconds * 2**number, LONGEST_WAIT_SECONDS)
