"""``agora report income``, ``operators`` and ``filings``: what an authority is told, and what was sent."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli.asking import UrlOption, desk_at
from services.cli.options import DataOption
from services.cli.report_tables import show_filings, show_incomes, show_operators
from services.cli.stating import Format, FormatOption, OutOption, check_form, write
from services.mall.papers.tables import income_csv_of, operators_csv_of
from services.mall.papers.whole import pages_of
from services.reporting import Answer

MOST = 200
QuarterOption = Annotated[str, typer.Option("--quarter", metavar="QUARTER", help="Which, such as 2026Q3.")]
HalfOption = Annotated[str, typer.Option("--half", metavar="HALF", help="Which half-year, such as 2026H1.")]
ZoneOption = Annotated[str, typer.Option("--time-zone", metavar="NAME", help="In the calendar of this time zone.")]
AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="TIME", help="As it was recorded until then, at least a minute ago.")
]  # fmt: skip
SinceOption = Annotated[
    str, typer.Option("--since", metavar="TIME", help="Only what has changed since the report as of this moment.")
]  # fmt: skip
TokenOption = Annotated[
    str, typer.Option("--token", envvar="AGORA_TOKEN", help="An operator's token, for --url.", show_default=False)
]


def income(
    quarter: QuarterOption, as_of: AsOfOption, since: SinceOption = "", time_zone: ZoneOption = "UTC",
    form: FormatOption = Format.TABLE, out: OutOption = None, data: DataOption = None, url: UrlOption = "",
    token: TokenOption = "",
) -> None:  # fmt: skip
    """Who earned what in a quarter: as a table, or as the file that is sent to an authority.

    The same quarter as of the same moment is the same file for ever.
    """
    asked = {"quarter": quarter, "time_zone": time_zone, "as_of": as_of} | ({"since": since} if since else {})
    pages = _pages("income", asked, form, out, data, url, token)
    if form is Format.TABLE:
        show_incomes(pages)
    else:
        write(income_csv_of(pages), out)


def operators(
    half: HalfOption, as_of: AsOfOption, since: SinceOption = "", time_zone: ZoneOption = "UTC",
    form: FormatOption = Format.TABLE, out: OutOption = None, data: DataOption = None, url: UrlOption = "",
    token: TokenOption = "",
) -> None:  # fmt: skip
    """Who operated in a half-year: sellers, and the communities and members that earned.

    The same half-year as of the same moment is the same file for ever.
    """
    asked = {"half": half, "time_zone": time_zone, "as_of": as_of} | ({"since": since} if since else {})
    pages = _pages("operators", asked, form, out, data, url, token)
    if form is Format.TABLE:
        show_operators(pages)
    else:
        write(operators_csv_of(pages), out)


def _pages(
    operation: str, asked: dict[str, str], form: Format, out: Path | None, data: Path | None, url: str, token: str
) -> list[Answer]:
    if form is Format.PDF:
        raise typer.BadParameter("Choose table or csv.", param_hint="--format")
    check_form(form, out, "en")
    with desk_at(data, url, token) as desk:
        return list(pages_of(partial(desk.ask, "mall", operation), **asked))


def filings(data: DataOption = None, url: UrlOption = "", token: TokenOption = "") -> None:
    """Which reports were sent, each with the digest of its file and the answer of the authority."""
    with desk_at(data, url, token) as desk:
        show_filings(desk.ask("mall", "filings", limit=MOST)["items"])
