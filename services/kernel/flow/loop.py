"""One thread around some steps: runs them until there is nothing to do, then waits to be woken."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger()
LONGEST_PAUSE_SECONDS = 5.0
LONGEST_REST_SECONDS = 0.02
RESTS = 2.0
"""So many times as long as it worked a loop rests, so that the next step finds more at once: what a step costs,
whatever it finds, is many times what one fact more costs."""
PLENTY = 200
"""Whoever found so much does not rest: there is more."""


class Loop:
    """Drives ``steps``; each returns how much it moved. One that fails is tried again, with growing pauses,
    and keeps none of the others back.

    ``idle_seconds`` bounds how long a wake-up from elsewhere may be missed.
    """

    def __init__(self, name: str, steps: Sequence[Callable[[], int]], idle_seconds: float = 0.25) -> None:
        self.name, self._steps, self._idle_seconds = name, steps, idle_seconds
        self.stuck: str | None = None
        self._failures = 0
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def finish(self) -> None:
        """Begin no further step; ``stop`` waits for the one under way."""
        self._stopping.set()
        self._woken.set()

    def stop(self) -> None:
        """End after the step that is under way."""
        self.finish()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            since = time.monotonic()
            moved = self._step()
            if moved == 0:
                self._woken.wait(self._pause())
            elif moved < PLENTY:
                self._stopping.wait(min(RESTS * (time.monotonic() - since), LONGEST_REST_SECONDS))

    def _step(self) -> int:
        moved, stuck = 0, None
        for step in self._steps:
            try:
                moved += step()
            except Exception as failure:
                stuck = repr(failure)
                log.exception("step failed", loop=self.name, failures=self._failures + 1)
        self._failures, self.stuck = self._failures + 1 if stuck else 0, stuck
        return moved

    def _pause(self) -> float:
        if self._failures == 0:
            return self._idle_seconds
        return float(min(LONGEST_PAUSE_SECONDS, 0.1 * 2 ** min(self._failures, 10)))
