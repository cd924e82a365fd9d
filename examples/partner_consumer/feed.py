"""Asking the platform: pages of the feed, again and again until there is an answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0


class Refused(Exception):
    """The platform said no, in a sentence that says what to do; asking again would not help."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events in order, and what stands in the headers beside them."""

    events: list[dict[str, Any]]
    cursor: str
    through: int
    digest: str
    head: int


class Feed:
    """The feed of one platform, for the partner whose key this is."""

    def __init__(self, url: str, key: str, pause: Callable[[float], None] = time.sleep) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=f"{url.rstrip('/')}/partners", headers=headers, timeout=TIMEOUT_SECONDS)
        self._pause = pause

    def page(self, cursor: str | None, limit: int, wait: int) -> Page:
        """What comes after a cursor, from the beginning without one. Raises Refused."""
        answer = self._ask("/feed", limit=limit, wait=wait, **({} if cursor is None else {"cursor": cursor}))
        told = answer.headers
        through, head = int(told["Agora-Through"]), int(told["Agora-Head"])
        return Page(answer.json(), told["Agora-Cursor"], through, told.get("Agora-Digest", ""), head)

    def count(self, through: int) -> int:
        """How many events the platform says there are up to a position. Raises Refused."""
        return int(self._ask("/feed/count", through=through).json()["count"])

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _ask(self, path: str, **parameters: str | int) -> httpx.Response:
        tries = 0
        while True:
            try:
                answer = self._client.get(path, params=parameters)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.OK:
                return answer
            if answer is not None and answer.status_code < 500 and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                raise Refused(_sentence(answer))
            tries += 1
            self._pause(_pause_seconds(answer, tries))


def _pause_seconds(answer: httpx.Response | None, tries: int) -> float:
    asked_for = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(asked_for) if asked_for.isdecimal() else min(LONGEST_PAUSE_SECONDS, 0.1 * 2.0**tries)


def _sentence(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        return f"{told['code']}: {told['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"the platform answered {answer.status_code}"
