"""``agora serve | entrance``: the processes that answer by HTTP, one command each."""

from contextlib import ExitStack
from typing import Annotated

import httpx
import typer

from services.apart.entrance import describe_apart
from services.apart.entrance import entrance as entrance_of
from services.apart.face import face
from services.apart.opening import open_in, verifier_in
from services.cli import announcing, http_serving
from services.cli.announcing import AnnounceOption
from services.cli.apart import HostOption, ServiceArgument, prepared, say
from services.cli.ports import listen
from services.kernel import logs
from services.settings import read

SERVE_PORT = 8000


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
        listening = held.enter_context(listen(settings.host, port))
        url = f"http://{settings.host}:{listening.getsockname()[1]}"
        opened = open_in(held, service, settings, serves=True)
        app = face(opened, *verifier_in(held, opened, settings), settings.rate)
        http_serving.serve(app, listening, lambda: say(f"{service} serves", url, announce), settings.trusted_proxies)


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
    described = describe_apart()
    with listen(settings.host, port) as listening:
        url = f"http://{settings.host}:{listening.getsockname()[1]}"
        app = entrance_of(described, settings.processes.split(), httpx.AsyncClient())
        http_serving.serve(app, listening, lambda: say("the entrance is open", url, announce))
