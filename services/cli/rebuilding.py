"""``agora rebuild``: every view once more from the facts, and compared with the running one."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from services.auditing import ensure_stores
from services.cli.options import DataOption
from services.cli.waiting import Waiting
from services.composition import SERVICES
from services.embedded import DirectoryLock
from services.kernel.files import VIEWS
from services.kernel.flow.pump import BATCH
from services.kernel.flow.rebuild import ServiceRebuilt, catch_up
from services.kernel.flow.rebuild import rebuild as rebuild_service
from services.kernel.flow.sqlite_views import drop_damaged
from services.kernel.service import Service
from services.opening import opened
from services.settings import read
from services.speaking import console, table


def rebuild(
    data: DataOption = None,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Let the rebuilt views replace the running ones, equal or not.")
    ] = False,
    page: Annotated[int, typer.Option(min=1, max=BATCH, hidden=True)] = BATCH,
) -> None:
    """Build every view of every service from its first fact, beside the running one, and compare the two.

    A directory must not be in use: stop 'agora up' first. Services that run
    apart go on meanwhile, and so do those who read. Views hold nothing that
    the facts do not, so all of them must come out equal, row by row. When one
    does not, exit code 1 says so and everything stays as it was;
    [bold]--take-over[/bold] puts the rebuilt views in place, which mends a
    damaged one.
    """
    settings = read(data=data)
    if not settings.is_apart:
        ensure_stores(settings.data)
        if take_over:
            _drop_damaged(settings.data)
    with opened(settings) as platform:
        services = list(platform.services.values())
        if settings.is_apart:
            hear_one_another(services)  # from their databases; the views are where their workers have brought them
        else:
            catch_up(services)
        with Waiting() as waiting:
            found = [rebuild_service(one, take_over=take_over, page=page, on_progress=waiting) for one in services]
    show(found)
    if not take_over and not all(one.is_equal for one in found):
        console.print("[red]A view differs from its facts.[/red] Look into it, or replace the views with --take-over.")
        raise typer.Exit(1)


def _drop_damaged(data: Path) -> None:
    """Views that cannot be read are not compared: they are gone, and made again from the first fact."""
    with closing(DirectoryLock(data)):
        for name in SERVICES:
            if drop_damaged(data / name / VIEWS):
                console.print(f"The views of {name} were damaged; they are made again from its facts.")


def hear_one_another(services: list[Service]) -> None:
    """Let each service read the others' logs, as the ones of one process do."""
    for service in services:
        service.hear([other for other in services if other is not service])


def show(found: list[ServiceRebuilt]) -> None:
    """Print every table of every view, then how fast each service was."""
    rows = [
        [one.service, compared.view, compared.table, f"{compared.rows:,}", _result(compared.is_equal)]
        for one in found
        for compared in one.tables
    ]
    table("Rebuilt views", ["Service", "View", "Table", "Rows", "Digest"], rows, numbers=[3])
    for one in found:
        speed = one.read / one.seconds if one.seconds else 0.0
        console.print(f"{one.service:<10} {one.read:,} facts in {one.seconds:.1f} s: {speed:,.0f} facts per second")
        if one.took_over:
            console.print(f"{'':<10} the rebuilt views have taken over")


def _result(is_equal: bool) -> Text:
    return Text("equal", "green") if is_equal else Text("DIFFERS", "red")
