"""``agora serve | work | rpc | entrance``: the processes of a platform that runs apart, one command each."""

import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.markup import escape

from services.apart.entrance import entrance as entrance_of
from services.apart.face import face, store_obstacles
from services.apart.opening import ensure_apart, open_in, verifier_in
from services.cli import announcing, http_serving
from services.cli.announcing import AnnounceOption
from services.kernel import logs
from services.kernel.doors.health import Health
from services.kernel.doors.probes import Probes
from services.kernel.metrics import Metrics
from services.settings import Settings, read
from services.speaking import console

SERVE_PORT, WORK_PORT = 8000, 8001
ASK_SECONDS = 2.0
ServiceArgument = Annotated[str, typer.Argument(help="identity, groups, mall, events or partners.", metavar="SERVICE")]
HostOption = Annotated[str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1")]


def serve(
    service: ServiceArgument,
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free port.")] = SERVE_PORT,
    host: HostOption = None,
    announce: AnnounceOption = None,
) -> None:
    """Serve the HTTP operations of one service, over its database.

    As many of these as you like run side by side. They store and answer;
    'agora work' of the same service does everything else. What each process
    needs to be told: docs/running.md.
    """
    settings = prepared(service, host, announce)
    with ExitStack() as held:
        listening = held.enter_context(http_serving.listen(settings.host, port))
        url = f"http://{settings.host}:{listening.getsockname()[1]}"
        opened = open_in(held, service, settings, serves=True)
        app = face(opened, *verifier_in(held, opened, settings), settings.rate)
        http_serving.serve(app, listening, lambda: say(f"{service} serves", url, announce), settings.trusted_proxies)


def work(
    service: ServiceArgument,
    port: Annotated[int, typer.Option(help="Where /readyz and /metrics are; 0 takes a free port.")] = WORK_PORT,
    host: HostOption = None,
    announce: AnnounceOption = None,
) -> None:
    """Work for one service: tell others what happened, hear what they tell, keep views, do what is due.

    One of these works at a time; others of the same service stand by and
    take over when it ends.
    """
    # The broker's libraries are loaded by who speaks with it.
    from services.apart.telling import tell
    from services.apart.working import Worker
    from services.kernel.flow.rpc_client import RpcClient

    settings = prepared(service, host, announce)
    with ExitStack() as held:
        metrics = Metrics(service)
        opened = open_in(held, service, settings)
        opened.executor.commits.on_append = metrics.appended
        broker = settings.broker_of(service)
        worker = held.enter_context(Worker(opened, broker))
        asking = RpcClient(broker, f"{service}-figures", call_seconds=ASK_SECONDS)
        held.callback(asking.close)
        tell(metrics, worker, asking)
        health = Health(lambda: [*store_obstacles(opened), *worker.obstacles()], metrics.registry)
        probing = held.enter_context(probes(health, settings.host, port))
        say(f"{service} works", probing.url, announce)
        _until_ended()


def entrance(
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free port.")] = SERVE_PORT,
    host: HostOption = None,
    announce: AnnounceOption = None,
) -> None:
    """Serve what belongs to no service: the first page, the one document of all operations, and /readyz of it all.

    /readyz asks every process that AGORA_PROCESSES names.
    """
    settings = read(host=host)
    logs.set_up(settings.log_level)
    announcing.ensure_writable(announce)
    with http_serving.listen(settings.host, port) as listening:
        url = f"http://{settings.host}:{listening.getsockname()[1]}"
        app = entrance_of(settings.processes.split(), httpx.AsyncClient())
        http_serving.serve(app, listening, lambda: say("the entrance is open", url, announce))


def prepared(service: str, host: str | None, announce: Path | None) -> Settings:
    """The settings of this process. Raises what they raise, before anything is opened."""
    settings = read(host=host)
    logs.set_up(settings.log_level)
    ensure_apart(settings, service)
    announcing.ensure_writable(announce)
    return settings


def probes(health: Health, host: str, port: int) -> Probes:
    """The pages of a process without an HTTP door. Raises PortTaken."""
    try:
        return Probes(health, host, port)
    except OSError as cause:
        raise http_serving.PortTaken(port=port, host=host) from cause


def say(what: str, url: str, announce: Path | None) -> None:
    """Tell that a process is ready, and write where it is for who waits."""
    console.print(f"[bold green]Agora: {escape(what)}[/bold green] at {url}", soft_wrap=True)
    announcing.announce(announce, url)


def _until_ended() -> None:
    """Until SIGTERM or Ctrl-C."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    ended.wait()
