"""Asks one source for pages in a thread of its own, so that one that does not answer keeps nobody waiting."""

import threading
from queue import Empty, SimpleQueue

from . import intake
from .intake import Source
from .outbox import Page


class Asking:
    """One question at a time: ``ask``, then look for the ``answer`` now and again."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._questions: SimpleQueue[int | None] = SimpleQueue()
        self._answers: SimpleQueue[Page | Exception] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def ask(self, after: int) -> None:
        """Ask for the messages after a position."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"asking-{self._source.source}", daemon=True)
            self._thread.start()
        self._questions.put(after)

    def answer(self) -> Page | Exception | None:
        """A page, or what went wrong; None while there is no answer yet."""
        try:
            return self._answers.get_nowait()
        except Empty:
            return None

    def close(self, patience_seconds: float = 0.5) -> None:
        """End after the question under way, which may take long: it is not waited for beyond the patience."""
        self._questions.put(None)
        if self._thread is not None:
            self._thread.join(patience_seconds)

    def _run(self) -> None:
        while (after := self._questions.get()) is not None:
            try:
                self._answers.put(self._source.messages(after, intake.BATCH))
            except Exception as failure:  # noqa: BLE001  handed to whoever asked
                self._answers.put(failure)
