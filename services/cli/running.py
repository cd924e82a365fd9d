"""``agora up``: the whole platform in one process."""

import base64
import errno
import json
import os
import signal
import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.markup import escape

from services.cli.listening import BoundedProtocol
from services.cli.options import DataOption
from services.embedded import DirectoryLock, Platform
from services.kernel import logs
from services.kernel.refusals import Conflicting, Malformed, Unready
from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import can_verify
from services.serving import face
from services.settings import Settings, read, without_credentials
from services.speaking import console
from simulators.payments.running import Running

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""Longer than clients and proxies keep an idle connection, so that it is they who close it, not we under a request."""


class PortTaken(Conflicting):
    """Another program listens there, or nobody may, or it is elsewhere."""

    sentence = (
        "Agora cannot listen on {host}, port {port}: it may be in use by another program, need more rights, or be no "
        "address of this machine; choose others with --port and --host."
    )


class BadPaymentsSecret(Malformed):
    """A provider is named, and not how to know its callbacks."""

    sentence = "AGORA_PAYMENTS_URL names a provider; set AGORA_PAYMENTS_SECRET to the whsec_... that it signs with."


class ProviderNotStarted(Unready):
    """The simulated provider ended before it was ready."""

    sentence = "The simulated payment provider did not start, with its book {book}; what it said stands above."


class AnnounceNotWritable(Malformed):
    """The file that --announce names cannot be written."""

    sentence = "The file {path} of --announce cannot be written ({why}); name one that you may write."


@dataclass(frozen=True, slots=True)
class Payments:
    """The provider that money moves at, and how it proves its callbacks."""

    url: str
    secret: str
    is_simulated: bool


def up(
    data: DataOption = None,
    port: Annotated[int | None, typer.Option(help="Where to listen; 0 takes a free port.", show_default="8080")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1")] = None,
    sandbox: Annotated[
        bool | None, typer.Option("--sandbox", help="Let an operator move the clock forward. Never for real people.")
    ] = None,
    announce: Annotated[
        Path | None, typer.Option("--announce", help="Once it serves, write its url and pid there, as JSON.")
    ] = None,
) -> None:
    """Run all services in this process: HTTP on one port, files in one directory, no other server.

    Payments go to a simulated provider (no real money) unless AGORA_PAYMENTS_URL names a real one.
    Make yourself an operator first: [bold]agora operator create[/bold].
    How to run it for real, and what to back up: docs/running.md.
    """
    settings = read(data=data, port=port, host=host, sandbox=sandbox)
    logs.set_up(settings.log_level)
    if announce is not None:
        _ensure_writable(announce)
    with ExitStack() as held:
        DirectoryLock(settings.data).close()  # refused before a provider is started over it
        listening = held.enter_context(_listen(settings))
        address = f"http://{settings.host}:{listening.getsockname()[1]}"
        payments = _payments(settings, held)
        provider = HttpProvider(payments.url)
        held.callback(provider.close)
        public_url = settings.public_url or address
        platform = held.enter_context(
            Platform(
                settings,
                provider=provider,
                callback_secret=payments.secret,
                callback_url=f"{public_url}/mall/payments/callback",
            )
        )
        platform.start()
        _serve(platform, listening, address, payments, announce)


def _serve(
    platform: Platform, listening: socket.socket, address: str, payments: Payments, announce: Path | None
) -> None:
    configured = uvicorn.Config(
        face(platform), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False, proxy_headers=False, http=BoundedProtocol, timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )  # fmt: skip
    server = _Announcing(configured, platform, address, payments, announce)
    server.run(sockets=[listening])


class _Announcing(uvicorn.Server):
    """Says where it is once it serves."""

    def __init__(
        self, config: uvicorn.Config, platform: Platform, address: str, payments: Payments, announce: Path | None
    ) -> None:
        super().__init__(config)
        self._said = (platform, address, payments)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        platform, address, payments = self._said
        console.print(f"[bold green]Agora is ready[/bold green] at {address}   (try it: {address}/try)", soft_wrap=True)
        files, paid = escape(str(platform.settings.data)), escape(_called(payments))
        console.print(f"Files: {files}   Payments: {paid}   Stop: Ctrl-C", soft_wrap=True)
        if platform.settings.sandbox:
            console.print("[yellow]Sandbox:[/yellow] an operator can move the clock; not for real people.")
        if self._announce:
            _write_whole(self._announce, json.dumps({"url": address, "pid": os.getpid()}))

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # uvicorn's own raises the signal again when it is done, before the platform could close its files
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _write_whole(path: Path, text: str) -> None:
    """Nobody ever reads half of it."""
    fresh = _beside(path)
    fresh.write_text(text)
    fresh.replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _ensure_writable(path: Path) -> None:
    """Raises AnnounceNotWritable now, and not when everything else runs."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        fresh = _beside(path)
        fresh.touch()
        fresh.unlink()
    except OSError as cause:
        raise AnnounceNotWritable(path=str(path), why=cause.strerror) from cause


def _called(payments: Payments) -> str:
    return f"simulated, no real money ({payments.url})" if payments.is_simulated else without_credentials(payments.url)


def _listen(settings: Settings) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except (OSError, UnicodeError) as cause:  # the second: a name that no machine can have
        listening.close()
        raise PortTaken(port=settings.port, host=settings.host) from cause
    listening.listen(1024)
    return listening


def _payments(settings: Settings, held: ExitStack) -> Payments:
    if settings.payments_url:
        if not can_verify(settings.payments_secret):
            raise BadPaymentsSecret()
        return Payments(settings.payments_url, settings.payments_secret, is_simulated=False)
    secret = f"whsec_{base64.b64encode(settings.derived_secret('payment callbacks')).decode()}"
    book = settings.data / "payments.jsonl"
    try:
        simulated = held.enter_context(Running(secret, book))
    except RuntimeError as cause:
        raise ProviderNotStarted(book=str(book)) from cause
    return Payments(simulated.url, secret, is_simulated=True)
