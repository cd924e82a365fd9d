"""How far views have come that another process moves: as their tracking rows say."""

import threading
from collections import Counter
from collections.abc import Callable

import structlog

from .progress import Progress
from .views import Views

PAUSE_SECONDS = 0.02
log = structlog.get_logger()


class StoredProgress(Progress):
    """A ``Progress`` that looks at the tracking rows while somebody waits, in a thread of its own: one for all who
    wait. While nobody does, nothing is read.

    ``without_view`` says how far a source has come that no view of the service hears: what the service's reactions
    have taken in of it, or its own log.
    """

    def __init__(self, views: Views, without_view: Callable[[str], int]) -> None:
        super().__init__()
        self._views, self._without_view = views, without_view
        self._waited_for: Counter[str] = Counter()
        self._wanted = threading.Condition(self._lock)
        self._watcher: threading.Thread | None = None
        self._is_failing = False

    def look(self, source: str) -> int:
        """See Progress."""
        self._look([source])
        return self.reached(source)

    def close(self) -> None:
        """Let everybody go who waits, and end the thread."""
        super().close()
        with self._lock:
            self._wanted.notify_all()
        if self._watcher is not None:
            self._watcher.join()

    def _begin_waiting(self, source: str) -> None:
        self._waited_for[source] += 1
        if self._watcher is None and not self._is_closed:
            self._watcher = threading.Thread(target=self._watch, name="stored-progress", daemon=True)
            self._watcher.start()
        self._wanted.notify_all()

    def _end_waiting(self, source: str) -> None:
        self._waited_for[source] -= 1
        if not self._waited_for[source]:
            del self._waited_for[source]

    def _watch(self) -> None:
        while sources := self._sources_waited_for():
            try:
                self._look(sources)
                self._is_failing = False
            except Exception as failure:  # noqa: BLE001  whatever it was: those who wait are told when it is too late
                if not self._is_failing:
                    log.warning("positions of the views cannot be read", error=repr(failure))
                self._is_failing = True
            self._pause()

    def _sources_waited_for(self) -> list[str]:
        """Blocks until there are some; none when it is to end."""
        with self._lock:
            self._wanted.wait_for(lambda: self._is_closed or self._waited_for)
            return [] if self._is_closed else list(self._waited_for)

    def _look(self, sources: list[str]) -> None:
        with self._views.glancing() as connection:
            positions = self._views.all_positions_in(connection, sources)
        for source, of_views in positions.items():
            self.advance(source, min(of_views.values()) if of_views else self._without_view(source))

    def _pause(self) -> None:
        with self._lock:
            self._moved.wait_for(lambda: self._is_closed, PAUSE_SECONDS)
