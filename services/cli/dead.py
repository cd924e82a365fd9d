"""``agora dead``: messages that could not be handled, and what to do about each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.markup import escape
from rich.text import Text

from services.cli.options import DataOption
from services.deadletters import DeadLetter, dead_letters
from services.kernel.flow.parking import POISON, WAITING
from services.kernel.flow.retrying import Retried
from services.kernel.refusals import Malformed
from services.settings import read
from services.speaking import console, table

app = typer.Typer(
    no_args_is_help=True,
    help="Messages that a service could not handle. They wait, later ones of their subject behind them.",
)
ServiceOption = Annotated[
    str | None, typer.Option("--service", help="Look at this service alone.", show_default="all of them")
]
NameArgument = Annotated[str, typer.Argument(help="The message's name, such as mall:42, as 'list' prints it.")]
SAYS = {
    "unreadable": "It is no message that can be read; nothing was done.",
    "views": "A view could not take it; nothing was done.",
    "reactions": "Every view has it; a reaction failed.",
    "behind": "It waits for an earlier one of its subject.",
    "reactions behind": "Every view has it; its reactions wait for an earlier one of its subject.",
    "late": "Everything was done, but a view that came later could not take it.",
    "late behind": "Everything was done, but a view that came later waits for an earlier one of its subject.",
    "rpc": "It came to the RPC door and is no call; nothing was done.",
}
"""What the stage of a parked message means."""


class NameOrAll(Malformed):
    """It was not said what is to be retried."""

    sentence = "Name one message, or retry all of them with --all."


class NameOrStage(Malformed):
    """It was not said what is to be dropped."""

    sentence = "Name one message, or drop all that was none with --stage rpc or --stage unreadable."


@app.command("list")
def list_all(service: ServiceOption = None, data: DataOption = None) -> None:
    """List what is parked, with its cause.

    In one process, the directory must not be in use: stop 'agora up' first.
    Over databases (AGORA_DATABASE_URL) the platform may run.
    """
    with dead_letters(read(data=data), service) as letters:
        found = list(letters.all())
    if not found:
        console.print("[green]Nothing is parked.[/green]")
        return
    columns = ("Service", "Name", "Type", "Stage", "Parked", "Cause")
    table(f"{len(found):,} parked", columns, [_row(letter) for letter in found])
    console.print("Look at one with 'agora dead show NAME'; when its cause is mended: 'agora dead retry NAME'.")


@app.command("show")
def show(name: NameArgument, service: ServiceOption = None, data: DataOption = None) -> None:
    """Print one parked message with all that is known of it."""
    with dead_letters(read(data=data), service) as letters:
        letter = letters.find(name)
        behind = letters.behind(letter)
    row = letter.row
    told = {
        "Name": row.name, "Service": letter.service, "Source": row.source, "Position": row.position or "",
        "Type": row.type, "Subject": row.subject, "Stage": row.stage, "Means": SAYS.get(row.stage, ""),
        "Cause": row.cause, "Parked": row.parked_at.isoformat(timespec="seconds"),
        "Behind it": ", ".join(behind) or "nobody",
    }  # fmt: skip
    for label, value in told.items():
        console.print(Text.assemble((f"{label:<11}", "bold"), str(value)), soft_wrap=True)
    if row.envelope:
        indented = orjson.dumps(orjson.loads(row.envelope), option=orjson.OPT_INDENT_2).decode()
        console.print(Text(indented), soft_wrap=True)
    else:
        console.print("Its body was not kept.")


@app.command("retry")
def retry(
    name: Annotated[str | None, typer.Argument(help="The message's name, such as mall:42.")] = None,
    service: ServiceOption = None,
    data: DataOption = None,
    is_all: Annotated[bool, typer.Option("--all", help="Everything that is parked, each by itself.")] = False,
) -> None:
    """Handle a parked message once more, then those that wait behind it, in order.

    What it causes is the same as the first time would have caused, and is
    caused once, however often you retry. What fails again stays parked with
    its new cause, and exit code 1 says so.
    """
    if is_all == (name is not None):
        raise NameOrAll()
    with dead_letters(read(data=data), service) as letters:
        dealt_with = letters.retry_all() if name is None else letters.retry(name)
    _say(dealt_with)


@app.command("drop")
def drop(
    name: Annotated[str | None, typer.Argument(help="The message's name, such as mall:42.")] = None,
    service: ServiceOption = None,
    data: DataOption = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="All that was no message: 'rpc' or 'unreadable'.", show_default=False)
    ] = None,
) -> None:
    """Take a parked message away for good, as if it had never been said; then handle those that waited behind it.

    The service will never know what it said, while its source keeps it for
    ever. With --stage, all that came as 'rpc' or 'unreadable' and is no
    message of any log.
    """
    if stage is not None:
        return _drop_poison(name, stage, service, data)
    if name is None:
        raise NameOrStage()
    with dead_letters(read(data=data), service) as letters:
        dealt_with = letters.drop(name)
    console.print(f"[yellow]{escape(name)} is dropped.[/yellow]")
    if dealt_with:
        _say(dealt_with)


def _drop_poison(name: str | None, stage: str, service: str | None, data: Path | None) -> None:
    if name is not None or stage not in POISON:
        raise NameOrStage()
    with dead_letters(read(data=data), service) as letters:
        dropped = letters.drop_poison(stage)
    console.print(f"[yellow]{dropped:,} dropped.[/yellow]")


def _row(letter: DeadLetter) -> Sequence[object]:
    row = letter.row
    stage = Text(row.stage, "dim" if row.stage in WAITING else "red")
    parked_at = row.parked_at.isoformat(timespec="seconds")
    return [letter.service, row.name, row.type, stage, parked_at, row.cause]


def _say(dealt_with: Sequence[Retried]) -> None:
    for one in dealt_with:
        if one.cause:
            console.print(Text.assemble((f"{one.name} stays parked: ", "red"), one.cause), soft_wrap=True)
        else:
            console.print(f"[green]{escape(one.name)} is handled.[/green]", soft_wrap=True)
    if not dealt_with:
        console.print("[green]Nothing is parked.[/green]")
    if any(one.cause for one in dealt_with):
        console.print("What stays parked was tried again and failed; see its cause, and what waits behind it.")
        raise typer.Exit(1)
