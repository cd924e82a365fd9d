"""An ASGI application on a port, until somebody ends the process."""

import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from services.cli.listening import BoundedProtocol
from services.kernel.refusals import Conflicting

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""Longer than clients and proxies keep an idle connection, so that it is they who close it, not we under a request."""


class PortTaken(Conflicting):
    """Another program listens there, or nobody may, or it is elsewhere."""

    sentence = (
        "Agora cannot listen on {host}, port {port}: it may be in use by another program, need more rights, or be no "
        "address of this machine; choose others with --port and --host."
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises PortTaken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, UnicodeError) as cause:  # the second: a name that no machine can have
        listening.close()
        raise PortTaken(port=port, host=host) from cause
    listening.listen(1024)
    return listening


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
