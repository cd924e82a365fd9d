"""A small HTTP server on a free port that takes in callbacks and confirms them, or not."""

from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Self

WAIT_SECONDS = 15.0


@dataclass(frozen=True)
class Received:
    """One request as it came in; header names in lower case."""

    headers: dict[str, str]
    body: bytes


class CallbackReceiver:
    """``with CallbackReceiver() as receiver: ... receiver.url ... receiver.next()``.

    ``answers`` holds the statuses for the next requests; when it is empty every request gets 204.
    """

    def __init__(self) -> None:
        self.answers: deque[int] = deque()
        self._received: Queue[Received] = Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """Where to call back."""
        return f"http://127.0.0.1:{self._server.server_port}/callbacks"

    def next(self) -> Received:
        """The next callback, waited for; an assertion fails when none comes within 15 seconds."""
        try:
            return self._received.get(timeout=WAIT_SECONDS)
        except Empty:
            raise AssertionError(f"no callback came within {WAIT_SECONDS} seconds") from None

    def waiting(self) -> int:
        """How many have come that ``next`` has not handed out."""
        return self._received.qsize()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        received, answers = self._received, self.answers

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = answers.popleft() if answers else 204
                received.put(Received({name.lower(): text for name, text in self.headers.items()}, body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler
