"""``agora import``: taking in what happened elsewhere."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.markup import escape

from services.cli import importing_meetup_report as meetup_report
from services.cli import importing_report as olist_report
from services.cli.operating import CONSOLE
from services.cli.options import DataOption
from services.cli.waiting import Waiting
from services.importing.caller import Caller, InProcess
from services.importing.findings import write_odd
from services.importing.meetup import taking_in as meetups
from services.importing.olist import taking_in as sales
from services.importing.olist.people import CURRENCY
from services.importing.over_http import OverHttp, connected
from services.importing.refusals import EitherDataOrUrl, NotReconciled, TokenMissing
from services.importing.running import Phase, Tally, Watch
from services.opening import OpenPlatform, opened
from services.settings import read
from services.speaking import console

Closing = TypeVar("Closing")
TakeIn = Callable[[Caller, Watch], Coroutine[Any, Any, Closing]]
UrlOption = Annotated[str, typer.Option("--url", help="A running platform to tell, in place of --data.")]
TokenOption = Annotated[
    str, typer.Option("--token", envvar="AGORA_TOKEN", help="An operator's token, for --url.", show_default=False)
]
OddOption = Annotated[Path | None, typer.Option("--odd", help="Write all that is odd to this file, as CSV.")]

app = typer.Typer(no_args_is_help=True, help="Take in what happened elsewhere. Repeating an import changes nothing.")


@app.command("olist")
def olist(
    directory: Annotated[Path, typer.Argument(help="Where the files of the set lie (orders.csv and six more).")],
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", odd: OddOption = None,
) -> None:  # fmt: skip
    """Take in the orders of the Olist marketplace: people, goods, sales, money.

    The files are checked to the last field before anything is recorded.
    What does not fit is booked where an accountant would look for it, and
    listed by cause. It is safe to stop at any moment and to run again.

    With --data the platform must be stopped; with --url it must run. Where
    the services run apart (AGORA_DATABASE_URL), they go on meanwhile. A token
    is good for ten minutes: when it ends first, take another and run the
    import again. It goes on where it was.
    """
    _check(data, url, token)
    judged = sales.judge(directory, datetime.now(UTC))
    if odd is not None:
        write_odd(odd, judged.findings, CURRENCY)
    began = time.monotonic()
    closing, facts = _told(lambda caller, watch: sales.take_in(judged, caller, watch), data, url, token)
    olist_report.show(closing)
    unused = judged.assembled.files.unused
    if unused:
        console.print(f"Not taken in: {escape(', '.join(unused))}; Agora has no place for what they hold yet.")
    _conclude(closing.tally, facts, time.monotonic() - began)
    if closing.unmet:
        raise NotReconciled(what="; ".join(closing.unmet))
    console.print("[bold green]The import reconciles with its files to the centavo.[/bold green]")


@app.command("meetup")
def meetup(
    file: Annotated[Path, typer.Argument(help="The answers: comma-separated values, one row an answer.")],
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", odd: OddOption = None,
) -> None:  # fmt: skip
    """Take in the answers of a meetup platform: groups, gatherings, who comes.

    The file is checked to the last field before anything is recorded. Answers
    may be repeated and changed in it: they count in the order of their times.
    What does not fit is listed by cause. It is safe to stop at any moment and
    to run again.

    With --data the platform must be stopped; with --url it must run, and
    tokens are good for ten minutes, as with 'agora import olist'.
    """
    _check(data, url, token)
    judged = meetups.judge(file, datetime.now(UTC))
    if odd is not None:
        write_odd(odd, judged.findings, "")
    began = time.monotonic()
    closing, facts = _told(lambda caller, watch: meetups.take_in(judged, caller, watch), data, url, token)
    meetup_report.show(closing)
    _conclude(closing.tally, facts, time.monotonic() - began)
    if closing.unmet:
        raise NotReconciled(what="; ".join(closing.unmet))
    console.print("[bold green]The import reconciles with its file to the seat.[/bold green]")


def _check(data: Path | None, url: str, token: str) -> None:
    if data is not None and url:
        raise EitherDataOrUrl()
    if url and not token:
        raise TokenMissing()


def _told(take_in: TakeIn[Closing], data: Path | None, url: str, token: str) -> tuple[Closing, int | None]:
    """What came of it, and how many facts were stored, as far as that can be known."""
    return _over_http(take_in, url, token) if url else _in_process(take_in, data)


def _in_process(take_in: TakeIn[Closing], data: Path | None) -> tuple[Closing, int]:
    settings = read(data=data)
    with opened(settings) as platform, Waiting("things") as waiting:
        before = _positions(platform)
        closing = asyncio.run(take_in(InProcess(platform, CONSOLE), _watch(waiting)))
        return closing, _positions(platform) - before


def _over_http(take_in: TakeIn[Closing], url: str, token: str) -> tuple[Closing, None]:
    async def take() -> Closing:
        async with connected(url, token) as client:
            return await take_in(OverHttp(client), _watch(waiting))

    with Waiting("things") as waiting:
        return asyncio.run(take()), None


def _watch(waiting: Waiting) -> Watch:
    def watch(phase: Phase, done: int) -> None:
        waiting(phase.name, done, phase.count)

    return watch


def _positions(platform: OpenPlatform) -> int:
    return sum(service.recorder.position() for service in platform.services.values())


def _conclude(tally: Tally, facts: int | None, seconds: float) -> None:
    new, known = tally.new.total(), tally.known.total()
    stored = "" if facts is None else f" {facts:,} facts stored."
    if new or facts:
        console.print(f"{new:,} commands carried out in {seconds:.1f} s.{stored} {known:,} were already known.")
    else:
        console.print(f"[bold]Nothing new:[/bold] {known:,} commands were already known.{stored} ({seconds:.1f} s)")
