"""``agora report``: was it sold, who bought, and do the books agree."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.cli import partner_report, report_filings, report_mall
from services.cli import report_matching as matching
from services.cli import report_tables as tables
from services.cli.asking import UrlOption, desk_at
from services.cli.options import DataOption, identifier
from services.cli.report_mall import AsOfOption, of
from services.kernel.clock import Clock
from services.pages.languages import LANGUAGES
from services.reporting import (
    Answer,
    PageUnwritable,
    all_books,
    name_of_group,
)
from services.reporting.paper import page
from services.reporting.pictures import neighbourhoods, picture_of_community, picture_of_listing, picture_of_mall
from services.speaking import console

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
TokenOption = Annotated[
    str, typer.Option("--token", envvar="AGORA_TOKEN", help="An operator's token, for --url.", show_default=False)
]
OwnTokenOption = Annotated[
    str, typer.Option("--token", envvar="AGORA_TOKEN", help="The owner's own token or an operator's, for --url.",
                      show_default=False)
]  # fmt: skip
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page to send to somebody, in place of tables.")
]
LanguageOption = Annotated[str, typer.Option("--language", help="The language of that page: en or zh.")]
ListingArgument = Annotated[
    UUID, typer.Argument(metavar="ID", help="The listing; 'agora report listings' shows some.", parser=identifier)
]
GroupArgument = Annotated[
    UUID, typer.Argument(metavar="ID", help="The group; GET /groups/groups lists them.", parser=identifier)
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many rows at most.")]


@app.callback(
    invoke_without_command=True,
    help="Was it sold, who bought, and do the books agree: figures to the cent, with the position at which they hold.",
    epilog="Begin with [bold]agora report listings[/bold]: it shows what there is to ask about.",
)
def report(
    context: typer.Context,
    as_partner: Annotated[bool, typer.Option("--as-partner", help="What a partner can know, and no more.")] = False,
    partner: Annotated[
        UUID | None,
        typer.Option("--partner", metavar="ID", help="Which partner, for --as-partner with --data.", parser=identifier),
    ] = None,
    key: Annotated[
        str, typer.Option("--key", envvar="AGORA_PARTNER_KEY", help="The partner's key, for --as-partner with --url.",
                          show_default=False)
    ] = "",
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20, as_of: AsOfOption = None, html: HtmlOption = None, language: LanguageOption = "en",
) -> None:  # fmt: skip
    """Without a command: what a partner can know with --as-partner, or the mall with --as-of or --html."""
    of_mall = html is not None or as_of is not None
    if as_partner + of_mall + (context.invoked_subcommand is not None) != 1:
        raise typer.BadParameter(
            "Give --as-of, --html, --as-partner or one of the commands, with its options behind it; --help lists them."
        )
    if of_mall:
        mall(data, url, token, as_json, limit, as_of, html, language)
    if not as_partner:
        return
    answer = partner_report.as_partner(data, url, key, partner)
    if not _printed(answer, as_json):
        partner_report.show(answer, limit)


@app.command("mall")
def mall(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20, as_of: AsOfOption = None, html: HtmlOption = None, language: LanguageOption = "en",
) -> None:  # fmt: skip
    """What was sold month by month, through which communities, of which listings; where the money of it lies.

    The same without a command: 'agora report --html FILE', 'agora report --as-of 2018-01-01'.
    """
    with desk_at(data, url, token) as desk:
        picture = picture_of_mall(desk, limit, as_of)
    if not (_printed(picture, as_json) or _written(picture, html, language)):
        report_mall.show(picture)


@app.command("listings")
def listings(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20, as_of: AsOfOption = None,
) -> None:  # fmt: skip
    """The listings with the highest sales, each with the id to ask for more with."""
    with desk_at(data, url, token) as desk:
        answer = desk.ask("mall", "listings_sold", limit=limit, **of(as_of))
    if _printed(answer, as_json):
        return
    if not answer["items"]:
        console.print("Nothing was sold yet. Try 'agora demo', or 'agora import olist DIR'.")
        return
    tables.show_listings(f"What sold most, at {answer['position']}", answer["items"])
    console.print("Ask further: [bold]agora report listing ID[/bold]")


@app.command("communities")
def communities(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20, as_of: AsOfOption = None,
) -> None:  # fmt: skip
    """The communities through whose shelves the most was sold, each with the id to ask for more with."""
    with desk_at(data, url, token) as desk:
        answer = desk.ask("mall", "communities_sold", limit=limit, **of(as_of))
        if _printed(answer, as_json):
            return
        title = f"Who sold most, at {answer['position']}"
        tables.show_communities(title, answer["items"], partial(name_of_group, desk))
    if answer["items"]:
        console.print("Ask further: [bold]agora report community ID[/bold]")


@app.command("listing")
def listing(
    listing_id: ListingArgument,
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    html: HtmlOption = None, language: LanguageOption = "en", as_of: AsOfOption = None,
) -> None:  # fmt: skip
    """Was this listing sold, through which communities, who bought it, and which communities it suits.

    The sums are shown twice: from the sales, and from the entries of the
    ledger alone. Of buyers only numbers of five and more are told, by what is
    certified of them and by their own tags. As of a moment there are the
    figures of then, and no word on what suits.
    """
    with desk_at(data, url, token) as desk:
        picture = picture_of_listing(desk, listing_id, as_of)
    if _printed(picture, as_json) or _written(picture, html, language):
        return
    tables.show_sales(picture["title"], picture)
    if picture["by_community"]:
        names = {row["group_id"]: row["name"] for row in picture["by_community"]}
        tables.show_communities("Through which communities", picture["by_community"], lambda one: names[one])
    tables.show_buyers(picture["buyers"])
    if as_of is None:
        matching.show_journey(picture["journey"])
        matching.show_suits(picture)


@app.command("community")
def community(
    group_id: GroupArgument,
    data: DataOption = None, url: UrlOption = "", token: OwnTokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20, html: HtmlOption = None, language: LanguageOption = "en", as_of: AsOfOption = None,
) -> None:  # fmt: skip
    """Who is there, what was sold through the shelf of this community, who bought, and what would suit it."""
    with desk_at(data, url, token) as desk:
        picture = picture_of_community(desk, group_id, limit, as_of)
    if _printed(picture, as_json) or _written(picture, html, language):
        return
    tables.show_sales(picture["title"], picture)
    if picture["by_listing"]:
        tables.show_listings("What sold most there", picture["by_listing"])
    tables.show_buyers(picture["buyers"])
    matching.show_audience(picture["audience"])
    if as_of is None:
        matching.show_health(picture["health"])
        matching.show_journey(picture["journey"])
        matching.show_suits(picture)
        matching.show_neighbours(picture["neighbours"])


@app.command("shelf")
def shelf(
    group_id: GroupArgument,
    data: DataOption = None, url: UrlOption = "", token: OwnTokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 100, as_of: AsOfOption = None,
) -> None:  # fmt: skip
    """What the shelf of a community sold, listing by listing, and what of its shares is held, available and paid.

    Its owner asks a running platform with her own token.
    """
    with desk_at(data, url, token) as desk:
        answer = desk.ask("mall", "shelf_report", group_id=group_id, limit=limit, **of(as_of))
    if not _printed(answer, as_json):
        tables.show_shelf(answer)


app.command("income")(report_filings.income)
app.command("operators")(report_filings.operators)
app.command("filings")(report_filings.filings)


@app.command("neighbours")
def neighbours(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Of how many communities.")] = 10,
    near: Annotated[int, typer.Option("--near", min=1, max=50, help="How many of those nearest to each.")] = 3,
) -> None:  # fmt: skip
    """Which communities are about the same things, with the reasons: the rarer a shared topic, the nearer."""
    with desk_at(data, url, token) as desk:
        found = neighbourhoods(desk, limit, near)
    if _printed({"items": found}, as_json):
        return
    if not found:
        console.print("No community has said yet what it is about.")
    for one in found:
        matching.show_neighbours(one, one["name"])


@app.command("books")
def books(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    parties: Annotated[bool, typer.Option("--parties", help="A row for every seller and community.")] = False,
    as_of: AsOfOption = None,
) -> None:  # fmt: skip
    """Every account of the ledger with its balance; all of them together come to zero in every currency.

    Exit code 1 when they do not.
    """
    with desk_at(data, url, token) as desk:
        answer = all_books(desk, **of(as_of))
    if not _printed(answer, as_json):
        tables.show_books(answer, parties)
    if any(answer["sums"].values()):
        raise typer.Exit(1)


def _written(picture: Answer, html: Path | None, language: str) -> bool:
    if language not in LANGUAGES:
        raise typer.BadParameter(f"Choose one of {', '.join(LANGUAGES)}.", param_hint="--language")
    if html is None:
        return False
    try:
        html.write_text(page(picture, language, Clock().now()), encoding="utf-8")
    except OSError as cause:
        raise PageUnwritable(file=str(html), why=cause.strerror or "it cannot be written") from cause
    console.print(f"Written to {html}: one file, to open in any browser.", markup=False, soft_wrap=True)
    return True


def _printed(answer: Answer, as_json: bool) -> bool:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    return as_json
