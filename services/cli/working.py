"""``agora work``: everything that a service does without being asked."""

import signal
import threading
from contextlib import ExitStack
from typing import Annotated

import typer

from services.apart.opening import open_in
from services.apart.readiness import store_obstacles
from services.cli.announcing import AnnounceOption
from services.cli.apart import HostOption, ServiceArgument, prepared, probes, say
from services.kernel.doors.health import Health
from services.kernel.metrics import Metrics

WORK_PORT = 8001
ASK_SECONDS = 2.0


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


def _until_ended() -> None:
    """Until SIGTERM or Ctrl-C."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    ended.wait()
