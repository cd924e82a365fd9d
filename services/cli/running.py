"""``agora up``: the whole platform in one process."""

import base64
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from services.cli import announcing, http_serving
from services.cli.announcing import AnnounceOption
from services.cli.options import DataOption
from services.cli.ports import listen
from services.embedded import DirectoryLock, Platform
from services.kernel import logs
from services.kernel.refusals import Malformed, Unready
from services.mall.payments.http_provider import HttpProvider
from services.paying import called, provider_in
from services.serving import face
from services.settings import Settings, read
from services.speaking import console
from simulators.payments.running import Running


class NotEmbedded(Malformed):
    """The settings describe services that run apart."""

    sentence = (
        "AGORA_DATABASE_URL is set, so this platform runs apart: start 'agora serve', 'agora work' and 'agora rpc' for "
        "each service, or unset it to run everything in this process."
    )


class ProviderNotStarted(Unready):
    """The simulated provider ended before it was ready."""

    sentence = "The simulated payment provider did not start, with its book {book}; what it said stands above."


@dataclass(frozen=True, slots=True)
class Payments:
    """The provider that money moves at, and what the mall needs of it."""

    called: str
    extras: dict[str, Any]


def up(
    data: DataOption = None,
    port: Annotated[int | None, typer.Option(help="Where to listen; 0 takes a free port.", show_default="8080")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1")] = None,
    sandbox: Annotated[
        bool | None, typer.Option("--sandbox", help="Let an operator move the clock forward. Never for real people.")
    ] = None,
    announce: AnnounceOption = None,
) -> None:
    """Run all services in this process: HTTP on one port, files in one directory, no other server.

    Payments go to a simulated provider (no real money) unless AGORA_PAYMENTS or AGORA_PAYMENTS_URL names a real one.
    Make yourself an operator first: [bold]agora operator create[/bold].
    How to run it for real, and what to back up: docs/running.md.
    """
    settings = _prepared(read(data=data, port=port, host=host, sandbox=sandbox), announce)
    with ExitStack() as held:
        DirectoryLock(settings.data).close()  # refused before a provider is started over it
        listening = held.enter_context(listen(settings.host, settings.port))
        address = f"http://{settings.host}:{listening.getsockname()[1]}"
        payments = _payments(settings, held)
        platform = _platform(settings, payments, address, held)
        platform.start()

        def say() -> None:
            _say_ready(platform, address, payments)
            announcing.announce(announce, address)

        http_serving.serve(face(platform), listening, say, settings.trusted_proxies)


def _prepared(settings: Settings, announce: Path | None) -> Settings:
    """Raises what is wrong before anything is started."""
    if settings.is_apart:
        raise NotEmbedded()
    logs.set_up(settings.log_level)
    announcing.ensure_writable(announce)
    return settings


def _platform(settings: Settings, payments: Payments, address: str, held: ExitStack) -> Platform:
    callback_url = f"{settings.public_url or address}/mall/payments/callback"
    opened = Platform(
        settings, **payments.extras, callback_url=callback_url, reset_url=settings.reset_page(address)
    )
    return held.enter_context(opened)


def _say_ready(platform: Platform, address: str, payments: Payments) -> None:
    console.print(f"[bold green]Agora is ready[/bold green] at {address}   (try it: {address}/try)", soft_wrap=True)
    files, paid = escape(str(platform.settings.data)), escape(payments.called)
    console.print(f"Files: {files}   Payments: {paid}   Stop: Ctrl-C", soft_wrap=True)
    if platform.settings.sandbox:
        console.print("[yellow]Sandbox:[/yellow] an operator can move the clock; not for real people.")


def _payments(settings: Settings, held: ExitStack) -> Payments:
    if extras := provider_in(held, settings):
        return Payments(called(settings), extras)
    secret = f"whsec_{base64.b64encode(settings.derived_secret('payment callbacks')).decode()}"
    book = settings.data / "payments.jsonl"
    try:
        simulated = held.enter_context(Running(secret, book))
    except RuntimeError as cause:
        raise ProviderNotStarted(book=str(book)) from cause
    provider = HttpProvider(simulated.url)
    held.callback(provider.close)
    extras = {"provider": provider, "callback_secret": secret, "payments_capture": settings.payments_capture}
    return Payments(f"simulated, no real money ({simulated.url})", extras)
