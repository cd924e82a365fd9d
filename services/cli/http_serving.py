"""An ASGI application on a port, until somebody ends the process."""

import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from services.cli.listening import BoundedProtocol

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""Longer than clients and proxies keep an idle connection, so that it is they who close it, not we under a request."""


def serve(app: Starlette, listening: socket.socket, on_ready: Callable[[], None], trusted_proxies: str = "") -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are answered first.

    ``on_ready`` is called once it serves; ``trusted_proxies`` are addresses whose X-Forwarded-For is believed.
    """
    configured = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False, proxy_headers=bool(trusted_proxies), forwarded_allow_ips=trusted_proxies or None,
        http=BoundedProtocol, timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )  # fmt: skip
    _Saying(configured, on_ready, app).run(sockets=[listening])


class _Saying(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], app: Starlette) -> None:
        super().__init__(config)
        self._on_ready, self._app = on_ready, app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.is_ending = True  # who waits for something to happen (a long poll) is answered now
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # uvicorn's own raises the signal again when it is done, before the platform could close its files
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
