"""How a simulator serves: it prints one line of JSON when it is ready, and ends on SIGTERM with exit code 0."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

STANDARD_INPUT = 0


class AnnouncedServer(uvicorn.Server):
    """A uvicorn that says where it listens and leaves the signals to this program."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            host, port = sockets[0].getsockname()[:2]
            print(json.dumps({"port": port, "url": f"http://{host}:{port}"}), flush=True)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # uvicorn's own raises the signal once more when it is done, which makes a clean end look like a kill
        yield


def kept_in_file(variable: str) -> str | None:
    """What the environment says under this name, or the file that it names with _FILE; None when there is none."""
    if os.environ.get(variable):
        return os.environ[variable]
    try:
        return Path(os.environ[f"{variable}_FILE"]).read_text().strip()
    except (KeyError, OSError, UnicodeError):
        return None


def options(program: str, description: str | None) -> argparse.ArgumentParser:
    """The command line that all simulators have."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument("--settle-ms", type=int, default=5, help="until a payment is settled (default: %(default)s)")
    parser.add_argument("--parent-pipe", action="store_true", help="end also when standard input ends")
    return parser


def run(make_app: Callable[[], Starlette], given: argparse.Namespace) -> None:
    """Serves what is made once the port is there, until SIGTERM, SIGINT or the end of the parent."""
    try:
        listening = socket.create_server((given.host, given.port))
    except OSError as taken:
        sys.exit(f"Cannot listen on {given.host}:{given.port}: {taken.strerror}. Take another --port, or 0.")
    config = uvicorn.Config(make_app(), log_level="error", access_log=False, timeout_graceful_shutdown=1)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(AnnouncedServer(config), listening, given.parent_pipe))


async def _serve(server: AnnouncedServer, listening: socket.socket, parent_pipe: bool) -> None:
    def end() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    if parent_pipe:
        threading.Thread(target=_watch_parent, args=(loop, end), daemon=True).start()
    await server.serve([listening])


def _watch_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    while os.read(STANDARD_INPUT, 4096):
        pass
    loop.call_soon_threadsafe(end)
