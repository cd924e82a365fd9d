"""``agora import``: taking in what happened elsewhere."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from services.cli.importing_report import show
from services.cli.operating import CONSOLE
from services.cli.options import DataOption
from services.cli.waiting import Waiting
from services.importing.caller import InProcess
from services.importing.olist.closing import Closing
from services.importing.olist.taking_in import Judged, judge, take_in, write_odd
from services.importing.over_http import OverHttp, connected
from services.importing.refusals import EitherDataOrUrl, NotReconciled, TokenMissing
from services.importing.running import Phase, Watch
from services.kernel import logs
from services.opening import OpenPlatform, opened
from services.settings import read
from services.speaking import console

app = typer.Typer(no_args_is_help=True, help="Take in what happened elsewhere. Repeating an import changes nothing.")


@app.callback()
def _import() -> None:
    """Keeps the name of the set a word of its own: agora import SET."""


@app.command("olist")
def olist(
    directory: Annotated[Path, typer.Argument(help="Where the files of the set lie (orders.csv and five more).")],
    data: DataOption = None,
    url: Annotated[str, typer.Option("--url", help="A running platform to tell, in place of --data.")] = "",
    token: Annotated[
        str, typer.Option("--token", envvar="AGORA_TOKEN", help="An operator's token, for --url.", show_default=False)
    ] = "",
    odd: Annotated[Path | None, typer.Option("--odd", help="Write all that is odd to this file, as CSV.")] = None,
) -> None:
    """Take in the orders of the Olist marketplace: people, goods, sales, money.

    The files are checked to the last field before anything is recorded.
    What does not fit is booked where an accountant would look for it, and
    listed by cause. It is safe to stop at any moment and to run again.

    With --data the platform must be stopped; with --url it must run. Where
    the services run apart (AGORA_DATABASE_URL), they go on meanwhile. A token
    is good for ten minutes: when it ends first, take another and run the
    import again. It goes on where it was.
    """
    if data is not None and url:
        raise EitherDataOrUrl()
    if url and not token:
        raise TokenMissing()
    judged = judge(directory, datetime.now(UTC))
    if odd is not None:
        write_odd(odd, judged.findings)
    began = time.monotonic()
    closing, facts = _over_http(judged, url, token) if url else _in_process(judged, data)
    _report(judged, closing, facts, time.monotonic() - began)


def _in_process(judged: Judged, data: Path | None) -> tuple[Closing, int]:
    settings = read(data=data)
    logs.set_up(settings.log_level)
    with opened(settings) as platform, Waiting("things") as waiting:
        before = _positions(platform)
        closing = asyncio.run(take_in(judged, InProcess(platform, CONSOLE), _watch(waiting)))
        return closing, _positions(platform) - before


def _over_http(judged: Judged, url: str, token: str) -> tuple[Closing, None]:
    async def take() -> Closing:
        async with connected(url, token) as client:
            return await take_in(judged, OverHttp(client), _watch(waiting))

    with Waiting("things") as waiting:
        return asyncio.run(take()), None


def _watch(waiting: Waiting) -> Watch:
    def watch(phase: Phase, done: int) -> None:
        waiting(phase.name, done, phase.count)

    return watch


def _positions(platform: OpenPlatform) -> int:
    return sum(service.recorder.position() for service in platform.services.values())


def _report(judged: Judged, closing: Closing, facts: int | None, seconds: float) -> None:
    show(closing)
    unused = judged.assembled.files.unused
    if unused:
        console.print(f"Not taken in: {escape(', '.join(unused))}; Agora has no place for what they hold yet.")
    new, known = closing.tally.new.total(), closing.tally.known.total()
    stored = "" if facts is None else f" {facts:,} facts stored."
    if new or facts:
        console.print(f"{new:,} commands carried out in {seconds:.1f} s.{stored} {known:,} were already known.")
    else:
        console.print(f"[bold]Nothing new:[/bold] {known:,} commands were already known.{stored} ({seconds:.1f} s)")
    if closing.unmet:
        raise NotReconciled(what="; ".join(closing.unmet))
    console.print("[bold green]The import reconciles with its files to the centavo.[/bold green]")
