"""Callers who do the same thing again and again, each time under another key, as long as they are answered."""

import threading
from typing import Any, Self

import httpx

CALLERS = 6


class Load:
    """``answered`` are the keys of what was carried out, ``unanswered`` of what nobody knows; ``wrong`` anything else.

    A caller ends with its first call that is not answered. Use it as a context.
    """

    def __init__(self, url: str, token: str, path: str, body: dict[str, Any]) -> None:
        self._url, self._path, self._body = url, path, body
        self._token = token
        self.answered: list[str] = []
        self.unanswered: list[str] = []
        self.wrong: list[str] = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._live, args=[number]) for number in range(CALLERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def repeat(self, key: str) -> None:
        """Make a call once more that was not answered; it is carried out now, if it was not."""
        with self._client() as client:
            answer = self._call(client, key)
            assert answer.is_success, answer.text

    def _live(self, caller: int) -> None:
        with self._client() as client:
            for number in range(1_000_000):
                key = f"{id(self)}-{caller}-{number}"
                if self._stopping.is_set() or not self._is_answered(client, key):
                    return

    def _is_answered(self, client: httpx.Client, key: str) -> bool:
        try:
            answer = self._call(client, key)
        except httpx.TransportError:
            self.unanswered.append(key)
            return False
        (self.answered if answer.is_success else self.wrong).append(key if answer.is_success else answer.text)
        return True

    def _call(self, client: httpx.Client, key: str) -> httpx.Response:
        return client.post(self._path, json=self._body, headers={"Idempotency-Key": key})

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._token}"}
        return httpx.Client(base_url=self._url, headers=headers, timeout=30, trust_env=False)
