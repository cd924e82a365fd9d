"""``agora statement``: what was owed to a party, what changed that, and what is owed to it."""

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from services.cli.asking import UrlOption, desk_at
from services.cli.options import DataOption, moment
from services.mall.papers.statements import account_row, entry_row, pdf_of
from services.mall.papers.tables import csv_of
from services.mall.papers.whole import MOST_IN_CSV, MOST_IN_PDF, whole
from services.mall.papers.words import Wording
from services.pages.languages import LANGUAGES
from services.reporting import Answer, Desk, PageUnwritable
from services.speaking import console, table


class Format(StrEnum):
    """How it is told."""

    TABLE = "table"
    CSV = "csv"
    PDF = "pdf"


MOST = {Format.TABLE: 1_000, Format.CSV: MOST_IN_CSV, Format.PDF: MOST_IN_PDF}
"""How many entries each of them takes."""

PartyOption = Annotated[
    str,
    typer.Option(
        "--party", metavar="ID",
        help="A seller, a community or a person; the word mine for what you sell, platform for what is nobody's.",
    ),
]  # fmt: skip
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="TIME", parser=moment, help="Its first moment: a date, or a time with a zone."),
]  # fmt: skip
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="TIME", parser=moment, help="The first moment after it.")
]  # fmt: skip
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", parser=moment, help="Leave out what was recorded later than this."),
]  # fmt: skip
FormatOption = Annotated[Format, typer.Option("--format", help="How to tell it.")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there; a PDF needs this.")]
LanguageOption = Annotated[str, typer.Option("--language", help="The language of table and PDF: en or zh.")]
TokenOption = Annotated[
    str, typer.Option("--token", envvar="AGORA_TOKEN", help="The party's own token or an operator's, for --url.",
                      show_default=False)
]  # fmt: skip


def statement(
    party: PartyOption, begins_at: FromOption = None, ends_at: ToOption = None, as_of: AsOfOption = None,
    form: FormatOption = Format.TABLE, out: OutOption = None, language: LanguageOption = "en",
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "",
) -> None:  # fmt: skip
    """What was owed to a party when a period began, every entry of it, and what is owed to it then.

    A seller asks a running platform with her own token; whoever has the
    directory may ask about everybody. Amounts are what is owed to the party;
    what it owes stands with a minus.
    """
    check_form(form, out, language)
    times = {"from": begins_at, "to": ends_at, "as_of": as_of}
    asked = {"party": party, **{name: time for name, time in times.items() if time}}
    with desk_at(data, url, token) as desk:
        found = whole(partial(_ask, desk), MOST[form], **asked)
    if form is Format.TABLE:
        _show(found, Wording(language))
    else:
        write(csv_of(found) if form is Format.CSV else pdf_of(found, language), out)


def check_form(form: Format, out: Path | None, language: str) -> None:
    """Raises BadParameter for a language that is not there, and for a form that does not go where it should."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"Choose one of {', '.join(LANGUAGES)}.", param_hint="--language")
    if (form is Format.PDF and out is None) or (form is Format.TABLE and out is not None):
        raise typer.BadParameter("A PDF needs a file, a table takes none.", param_hint="--out")


def _ask(desk: Desk, **asked: Any) -> Answer:
    return desk.ask("mall", "statement", **asked)


def write(content: bytes, out: Path | None) -> None:
    """To a file, or to the output. Raises PageUnwritable."""
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as cause:
        raise PageUnwritable(file=str(out), why=cause.strerror or "it cannot be written") from cause
    console.print(f"Written to {out}.", markup=False, soft_wrap=True)


def _show(found: Answer, wording: Wording) -> None:
    for line in (wording.whose(found), wording.period(found), wording.stand(found), wording.say("how_to_read")):
        console.print(line, markup=False, soft_wrap=True)
    head = ("account", "opening", "added", "taken", "closing")
    _print(wording, "accounts", head, [account_row(one, wording) for one in found["accounts"]], amounts=4)
    if not found["entries"]:
        console.print(wording.say("no_entries"))
        return
    head = ("date", "cause", "of", "account", "amount")
    _print(wording, "entries", head, [entry_row(one, wording) for one in found["entries"]], amounts=1)


def _print(wording: Wording, title: str, head: tuple[str, ...], rows: list[list[str]], amounts: int) -> None:
    first = len(head) - amounts
    coloured = [[*row[:first], *map(_amount, row[first:])] for row in rows]
    table(wording.say(title), [wording.say(name) for name in head], coloured, range(first, len(head)))


def _amount(cell: str) -> Text:
    return Text(cell, "red" if "-" in cell else "green")
