"""A small HTTP server on a free port that takes in callbacks and confirms them, or not."""

from collections import deque
from queue import Empty, Queue

from tests.support.http_server import Asked, HttpServer

WAIT_SECONDS = 15.0


class CallbackReceiver(HttpServer):
    """``with CallbackReceiver() as receiver: ... receiver.url ... receiver.next()``.

    ``answers`` holds the statuses for the next requests; when it is empty every request gets 204.
    """

    def __init__(self) -> None:
        super().__init__(self._answered)
        self.url += "/callbacks"
        self.answers: deque[int] = deque()
        self._received: Queue[Asked] = Queue()

    def next(self) -> Asked:
        """The next callback, waited for; an assertion fails when none comes within 15 seconds."""
        try:
            return self._received.get(timeout=WAIT_SECONDS)
        except Empty:
            raise AssertionError(f"no callback came within {WAIT_SECONDS} seconds") from None

    def waiting(self) -> int:
        """How many have come that ``next`` has not handed out."""
        return self._received.qsize()

    def _answered(self, asked: Asked) -> tuple[int, bytes]:
        status = self.answers.popleft() if self.answers else 204
        self._received.put(asked)
        return status, b""
