"""A simulated payment provider over HTTP: prints one line of JSON when ready, ends on SIGTERM with exit code 0."""

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
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook
from starlette.applications import Starlette

from simulators.payments.app import Provider
from simulators.payments.book import Book
from simulators.payments.callbacks import Courier
from simulators.payments.script import Script

SECRET_VARIABLE = "PAYMENT_SIMULATOR_SECRET"
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


def _kept_secret() -> str | None:
    """What the file holds that the environment names; None when there is none to be read."""
    try:
        return Path(os.environ[f"{SECRET_VARIABLE}_FILE"]).read_text().strip()
    except (KeyError, OSError, UnicodeError):
        return None


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m simulators.payments", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument(
        "--secret", default=os.environ.get(SECRET_VARIABLE) or _kept_secret(),
        help=f"whsec_... in base64, which signs the callbacks; better set as {SECRET_VARIABLE}, "
        f"or {SECRET_VARIABLE}_FILE with the path of a file that holds it",
    )  # fmt: skip
    parser.add_argument("--book", type=Path, help="file that remembers everything over a restart (default: none)")
    parser.add_argument("--settle-ms", type=int, default=5, help="until a payment is settled (default: %(default)s)")
    parser.add_argument("--parent-pipe", action="store_true", help="end also when standard input ends")
    given = parser.parse_args()
    if not _secret_holds(given.secret):
        parser.error(f"the secret is missing or is not base64; give --secret whsec_... or set {SECRET_VARIABLE}.")
    return given


async def serve(server: AnnouncedServer, listening: socket.socket, parent_pipe: bool) -> None:
    """Serves until SIGTERM, SIGINT or, with ``parent_pipe``, the end of the parent."""

    def end() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    if parent_pipe:
        threading.Thread(target=_watch_parent, args=(loop, end), daemon=True).start()
    await server.serve([listening])


def main() -> None:
    """Runs the program."""
    given = arguments()
    try:
        listening = socket.create_server((given.host, given.port))
    except OSError as taken:
        sys.exit(f"Cannot listen on {given.host}:{given.port}: {taken.strerror}. Take another --port, or 0.")
    config = uvicorn.Config(_app(given), log_level="error", access_log=False, timeout_graceful_shutdown=1)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve(AnnouncedServer(config), listening, given.parent_pipe))


def _app(given: argparse.Namespace) -> Starlette:
    script = Script()
    courier = Courier(given.secret, script)
    try:
        book = Book(given.book)
    except (OSError, ValueError, LookupError, TypeError) as cause:
        sys.exit(f"The book {given.book} cannot be used ({cause}). Mend it, or name another with --book.")
    return Provider(book, courier, script, given.settle_ms / 1000).app()


def _watch_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    while os.read(STANDARD_INPUT, 4096):
        pass
    loop.call_soon_threadsafe(end)


def _secret_holds(secret: str | None) -> bool:
    try:
        return secret is not None and bool(Webhook(secret))
    except (ValueError, EmptyWebhookSecretError):
        return False


if __name__ == "__main__":
    main()
