"""``agora rpc``: the operations of one service for the platform's own nameko services."""

from contextlib import ExitStack
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import text

from services.apart import figures
from services.apart.opening import open_in, verifier_in
from services.apart.readiness import obstacles
from services.cli.announcing import AnnounceOption
from services.cli.apart import HostOption, ServiceArgument, prepared, probes, say
from services.kernel.doors.health import Health
from services.kernel.doors.limits import Rates
from services.kernel.metrics import Metrics
from services.kernel.service import Service

RPC_PORT = 8002


def rpc(
    service: ServiceArgument,
    port: Annotated[int, typer.Option(help="Where /readyz and /metrics are; 0 takes a free port.")] = RPC_PORT,
    host: HostOption = None,
    announce: AnnounceOption = None,
) -> None:
    """Answer calls by nameko's RPC: the operations of one service, and messages(after, limit) to catch up from.

    As many of these as you like run side by side. Readers of this service
    that missed something ask here.
    """
    # nameko and eventlet are loaded by this process alone; main() has made it ready for them.
    from services.kernel.doors.rpc_running import Hears, run

    settings = prepared(service, host, announce)
    with ExitStack() as held:
        opened = open_in(held, service, settings)
        verifier, keys = verifier_in(held, opened, settings)
        metrics = Metrics(service)
        opened.executor.commits.on_append = metrics.appended
        metrics.read(lambda: figures.of_store(opened))
        hears: list[Hears] = []

        def waiting() -> list[str]:
            has_broker = bool(hears) and hears[0]()
            return [*obstacles(opened, keys), *([] if has_broker else ["the broker does not answer"])]

        probing = held.enter_context(probes(Health(waiting, metrics.registry), settings.host, port))

        def on_ready(takes_calls: Hears) -> None:
            hears.append(takes_calls)
            say(f"{service} answers calls", probing.url, announce)

        run(
            opened, verifier, settings.broker_of(service), on_ready, rates=Rates(settings.rate),
            observe=metrics.requests("rpc"), trial=partial(_wait_for_database, opened),
        )  # fmt: skip


def _wait_for_database(service: Service) -> None:
    """Something that takes a third of a second in the database, and must not keep anything else waiting."""
    with service.views.reading() as connection:
        connection.execute(text("SELECT pg_sleep(0.3)"))
