"""The whole mall in tables: month by month, through which communities, of which listings. And as of which moment."""

from typing import Annotated

import typer

from services.amounts import figure, money
from services.cli import report_tables as tables
from services.cli.options import moment
from services.reporting import Answer
from services.speaking import console, table

SOLD = ("gross_minor", "refunded_minor", "cancelled_minor", "net_minor")
LIES = ("held_minor", "available_minor", "paying_minor", "paid_out_minor", "given_back_minor")
COLUMNS = (
    "Month", "Currency", "Orders", "Paid", "Refunded", "Cancelled", "Left", "Held", "Available", "On its way",
    "Paid out", "Given back",
)  # fmt: skip


AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", parser=moment, metavar="DATE", show_default="now",
        help="The figures of then: what had happened before this date or time, whenever it was recorded.",
    ),
]  # fmt: skip


def of(as_of: str | None) -> dict[str, str]:
    """As a question carries it."""
    return {} if as_of is None else {"as_of": as_of}


def show(picture: Answer) -> None:
    """What was sold month by month and where the money lay at the end of each, then what sold most."""
    if not picture["months"]:
        console.print("Nothing was sold yet.")
        return
    rows = [
        [row["month"], row["currency"], f"{row['orders']:,}",
         *(figure(row[name], row["currency"]) for name in (*SOLD, *LIES))]
        for row in picture["months"]
    ]  # fmt: skip
    table(f"Month by month, at {picture['position']}", COLUMNS, rows, tuple(range(2, len(COLUMNS))))
    for currency in sorted({row["currency"] for row in picture["months"]}):
        _say(currency, [row for row in picture["months"] if row["currency"] == currency])
    if picture["by_community"]:
        names = {row["group_id"]: row["name"] for row in picture["by_community"]}
        tables.show_communities("Through which communities", picture["by_community"], lambda one: names[one])
    if picture["by_listing"]:
        tables.show_listings("What sold most", picture["by_listing"])


def _say(currency: str, rows: list[Answer]) -> None:
    last, left = rows[-1], money(sum(row["net_minor"] for row in rows), currency)
    held, available, paid_out = (money(last[f"{name}_minor"], currency) for name in ("held", "available", "paid_out"))
    console.print(f"{left} are left of what was paid: {held} are held, {available} available, {paid_out} paid out.")
