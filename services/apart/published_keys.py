"""The keys that identity publishes, kept at hand: no request waits for another service."""

import threading
from collections.abc import Mapping
from typing import Any, Self

import httpx
import structlog

FETCH_SECONDS = 2.0
AGAIN_SECONDS = 0.5
EVERY_SECONDS = 60.0
log = structlog.get_logger()


class PublishedKeys:
    """Fetches a JWK set in a thread of its own: at once, once a minute, and soon after somebody has asked for it.

    Call it for the set as last fetched. Use it as a context.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._latest: Mapping[str, Any] = {"keys": []}
        self._wanted, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="published-keys", daemon=True)

    def __call__(self) -> Mapping[str, Any]:
        """The keys known now. Whoever asks has met one that is not among them: they are fetched again."""
        self._wanted.set()
        return self._latest

    @property
    def are_known(self) -> bool:
        """Whether any key was fetched yet."""
        return bool(self._latest["keys"])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        needs_certificates = httpx.URL(self._url).scheme != "http"  # they are megabytes
        with httpx.Client(timeout=FETCH_SECONDS, verify=needs_certificates) as client:
            while not self._stopping.is_set():
                self._fetch(client)
                if self._stopping.wait(AGAIN_SECONDS):
                    return
                if self.are_known:
                    self._wanted.wait(EVERY_SECONDS)
                    self._wanted.clear()

    def _fetch(self, client: httpx.Client) -> None:
        try:
            found = client.get(self._url).raise_for_status().json()
            self._latest = found if found["keys"] else self._latest
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as failure:
            log.warning("the keys of identity were not fetched", error=type(failure).__name__)
