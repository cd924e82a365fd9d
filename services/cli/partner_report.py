"""``agora report --as-partner``: what a partner can know, as tables."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from services.amounts import money
from services.cli.operating import CONSOLE
from services.partner_figures import Answer, KeyNeeded, PartnerNeeded, partner_figures
from services.reporting import EitherDataOrUrl, address, directory
from services.settings import read
from services.speaking import console, table

COLUMNS = ("Orders", "Pieces", "Back", "Cancelled", "Paid", "Left")
NUMBERS = ("orders", "units", "returned", "cancelled")


def as_partner(data: Path | None, url: str, key: str, partner_id: UUID | None) -> Answer:
    """The figures of a platform that runs, with the partner's key; or those of a partner of a directory.

    Raises EitherDataOrUrl, KeyNeeded, PartnerNeeded, and what the platform says.
    """
    if url:
        if data is not None:
            raise EitherDataOrUrl()
        if not key:
            raise KeyNeeded()
        with address(url, key) as desk:
            return partner_figures(partial(desk.ask, "partners", "counts"))
    if partner_id is None:
        raise PartnerNeeded()
    with directory(read(data=data), CONSOLE) as desk:
        return partner_figures(partial(desk.ask, "partners", "counts_for", partner_id=partner_id))


def show(answer: Answer, limit: int) -> None:
    """People, orders and money, then what was sold through each group and of each listing, the most first."""
    totals = answer["totals"]
    places = ", ".join(f"{source}:{position}" for source, position in answer["at"].items())
    console.print(f"[bold]What a partner can know[/bold], up to {places}", soft_wrap=True)
    people = "; ".join(f"{word}: {_told(totals[name])}" for name, word in _WORDS.items())
    console.print(f"{people}. Groups: {totals['groups']:,}.")
    orders = totals["orders"]
    console.print(
        f"{orders['placed']:,} orders were placed, {orders['paid']:,} paid, {orders['delivered']:,} delivered, "
        f"{orders['cancelled']:,} cancelled, {orders['refunded']:,} refunded at least in part."
    )
    console.print(f"{totals['offered']:,} of {totals['listings']:,} listings are offered.")
    table("Sold in all", COLUMNS, _cells(totals["sold"]), tuple(range(6)))
    _show_groups(_most_sold(answer["groups"], limit))
    _show_listings(_most_sold(answer["listings"], limit))
    if any(totals[name]["withheld"] for name in _WORDS) or any(row["members"]["withheld"] for row in answer["groups"]):
        console.print("A number of people below five, or one that would give such a number away, is not told.")


_WORDS = {"people": "People", "members": "members of a group", "buyers": "buyers"}


def _show_groups(rows: Sequence[Answer]) -> None:
    cells = [
        [row["group_id"], _told(row["members"]), _told(row["buyers"]), *figures]
        for row in rows
        for figures in _cells(row["sold"])
    ]
    table("By group", ("Group", "Members", "Buyers", *COLUMNS), cells, tuple(range(1, 9)))


def _show_listings(rows: Sequence[Answer]) -> None:
    cells = [
        [row["listing_id"], "yes" if row["offered"] else "no", *figures]
        for row in rows
        for figures in _cells(row["sold"])
    ]
    table("By listing", ("Listing", "Offered", *COLUMNS), cells, tuple(range(2, 8)))


def _most_sold(rows: Sequence[Answer], limit: int) -> list[Answer]:
    return sorted(rows, key=lambda row: -row["sold"]["units"])[:limit]


def _cells(sold: Answer) -> list[list[Any]]:
    """A line for each currency; the numbers of pieces stand in the first."""
    numbers = [f"{sold[name]:,}" for name in NUMBERS]
    lines = [[money(row[name], row["currency"]) for name in ("gross_minor", "net_minor")] for row in sold["amounts"]]
    first, *others = lines or [["", ""]]
    return [[*numbers, *first], *(["", "", "", "", *line] for line in others)]


def _told(number: Answer) -> str:
    return "too few to tell" if number["withheld"] else f"{number['count']:,}"
