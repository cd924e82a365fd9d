"""Whether a process is alive, whether it is ready, and its figures: the same three pages in every process."""

from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

Obstacles = Callable[[], Sequence[str]]
"""What keeps a process from being ready, in words without secrets; empty when nothing does."""


class Health:
    """Answers ``/healthz`` (asks nobody), ``/readyz`` and ``/metrics`` with a status, a media type and a body."""

    PATHS = ("/healthz", "/readyz", "/metrics")

    def __init__(self, obstacles: Obstacles, registry: CollectorRegistry) -> None:
        self._obstacles, self._registry = obstacles, registry

    def page(self, path: str) -> tuple[int, str, Any]:
        """The answer to one of PATHS; a body that is not bytes is to be sent as JSON."""
        if path == "/healthz":
            return 200, "application/json", {"status": "alive"}
        if path == "/readyz":
            obstacles = list(self._obstacles())
            body = {"status": "waiting" if obstacles else "ready", "obstacles": obstacles}
            return (503 if obstacles else 200), "application/json", body
        return 200, CONTENT_TYPE_LATEST, generate_latest(self._registry)
