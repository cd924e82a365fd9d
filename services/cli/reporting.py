"""``agora report``: was it sold, who bought, and do the books agree."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.cli import partner_report
from services.cli import report_tables as tables
from services.cli.operating import CONSOLE
from services.cli.options import DataOption
from services.reporting import Answer, Desk, EitherDataOrUrl, address, all_books, directory, name_of_group
from services.settings import read
from services.speaking import console

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
UrlOption = Annotated[str, typer.Option("--url", help="A running platform to ask, in place of --data.")]
TokenOption = Annotated[
    str, typer.Option("--token", envvar="AGORA_TOKEN", help="An operator's token, for --url.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
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
        UUID | None, typer.Option("--partner", metavar="ID", help="Which partner, for --as-partner with --data.")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", envvar="AGORA_PARTNER_KEY", help="The partner's key, for --as-partner with --url.",
                          show_default=False)
    ] = "",
    data: DataOption = None, url: UrlOption = "", as_json: JsonOption = False, limit: LimitOption = 20,
) -> None:  # fmt: skip
    """With --as-partner there is no command; the other options are for it alone."""
    if as_partner == (context.invoked_subcommand is not None):
        raise typer.BadParameter("Give either --as-partner or one of the commands; --help lists them.")
    if not as_partner:
        return
    answer = partner_report.as_partner(data, url, key, partner)
    if not _printed(answer, as_json):
        partner_report.show(answer, limit)


@app.command("listings")
def listings(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20,
) -> None:  # fmt: skip
    """The listings with the highest sales, each with the id to ask for more with."""
    with _desk(data, url, token) as desk:
        answer = desk.ask("mall", "listings_sold", limit=limit)
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
    limit: LimitOption = 20,
) -> None:  # fmt: skip
    """The communities through whose shelves the most was sold, each with the id to ask for more with."""
    with _desk(data, url, token) as desk:
        answer = desk.ask("mall", "communities_sold", limit=limit)
        if _printed(answer, as_json):
            return
        title = f"Who sold most, at {answer['position']}"
        tables.show_communities(title, answer["items"], partial(name_of_group, desk))
    if answer["items"]:
        console.print("Ask further: [bold]agora report community ID[/bold]")


@app.command("listing")
def listing(
    listing_id: Annotated[UUID, typer.Argument(metavar="ID", help="The listing; 'agora report listings' shows some.")],
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Was this listing sold, through which communities, and who bought it.

    The sums are shown twice: from the sales, and from the entries of the
    ledger alone. Of buyers only numbers of five and more are told, by what is
    certified of them and by their own tags.
    """
    with _desk(data, url, token) as desk:
        answer = desk.ask("mall", "listing_sales", listing_id=listing_id)
        if _printed(answer, as_json):
            return
        tables.show_sales(str(desk.ask("mall", "listing", listing_id=listing_id)["title"]), answer)
        if answer["by_community"]:
            name_of = partial(name_of_group, desk)
            tables.show_communities("Through which communities", answer["by_community"], name_of)
    tables.show_buyers(answer["buyers"])


@app.command("community")
def community(
    group_id: Annotated[UUID, typer.Argument(metavar="ID", help="The group; 'agora report communities' shows some.")],
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    limit: LimitOption = 20,
) -> None:  # fmt: skip
    """What was sold through the shelf of this community, what it earns, and who bought."""
    with _desk(data, url, token) as desk:
        answer = desk.ask("mall", "community_sales", group_id=group_id, limit=limit)
        if _printed(answer, as_json):
            return
        tables.show_sales(name_of_group(desk, group_id), answer)
    if answer["by_listing"]:
        tables.show_listings("What sold most there", answer["by_listing"])
    tables.show_buyers(answer["buyers"])


@app.command("books")
def books(
    data: DataOption = None, url: UrlOption = "", token: TokenOption = "", as_json: JsonOption = False,
    parties: Annotated[bool, typer.Option("--parties", help="A row for every seller and community.")] = False,
) -> None:  # fmt: skip
    """Every account of the ledger with its balance; all of them together come to zero in every currency.

    Exit code 1 when they do not.
    """
    with _desk(data, url, token) as desk:
        answer = all_books(desk)
    if not _printed(answer, as_json):
        tables.show_books(answer, parties)
    if any(answer["sums"].values()):
        raise typer.Exit(1)


@contextmanager
def _desk(data: Path | None, url: str, token: str) -> Iterator[Desk]:
    if data is not None and url:
        raise EitherDataOrUrl()
    with address(url, token) if url else directory(read(data=data), CONSOLE) as desk:
        yield desk


def _printed(answer: Answer, as_json: bool) -> bool:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    return as_json
