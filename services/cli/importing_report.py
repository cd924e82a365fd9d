"""How the closing report of the Olist set is shown: tables of what was read, what is recorded, and what is odd."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from services.amounts import figure
from services.cli.importing_tables import agreed, show_odd, show_refused
from services.importing.olist.closing import Balance, Closing, Count, Rating
from services.importing.olist.expecting import Difference, mean_hundredths
from services.importing.olist.people import CURRENCY
from services.speaking import console, table


def show(closing: Closing) -> None:
    """Print every table of the report."""
    _show_counts(closing.counts)
    _show_sums(closing)
    _show_differences(closing.differences, closing.files.difference)
    _show_books(closing.balances, closing)
    _show_ratings(closing.ratings)
    show_odd(closing.findings, CURRENCY)
    show_refused(closing.tally.refused)


def _show_counts(counts: Iterable[Count]) -> None:
    rows = [
        [one.kind, "" if one.rows is None else f"{one.rows:,}", _some(one.twice), _some(one.contrary),
         f"{one.things:,}", agreed(one.recorded, one.things, f"{one.recorded:,}")]
        for one in counts
    ]  # fmt: skip
    columns = ["What", "Rows read", "Seen twice", "Contrary", "Things", "Recorded"]
    table("Counts: the files and the platform", columns, rows, numbers=[1, 2, 3, 4, 5])


def _show_sums(closing: Closing) -> None:
    names = {
        "price": "Price of the lines", "freight": "Freight of the lines", "lines": "Lines together",
        "captured": "Captured by payments", "difference": "Captured beyond the lines",
    }  # fmt: skip
    rows = []
    for name, title in names.items():
        files, recorded = getattr(closing.files, name), getattr(closing.recorded, name)
        rows.append([title, _reais(files), agreed(recorded, files, _reais(recorded))])
    table("Money, in BRL", ["What", "In the files", "Recorded"], rows, numbers=[1, 2])


def _show_differences(differences: Sequence[Difference], whole: int) -> None:
    rows: list[list[object]] = [
        [one.cause.code, one.status, f"{one.orders:,}", _reais(one.amount_minor)] for one in differences
    ]
    found = sum(one.amount_minor for one in differences)
    rows.append([Text("all causes", "bold"), "", f"{sum(one.orders for one in differences):,}",
                 agreed(found, whole, _reais(found))])  # fmt: skip
    table("Captured beyond the lines, by cause", ["Cause", "Status", "Orders", "Sum"], rows, numbers=[2, 3])


def _show_books(balances: Iterable[Balance], closing: Closing) -> None:
    rows = [
        [
            _account(one.account),
            _reais(one.files_minor),
            agreed(one.books_minor, one.files_minor, _reais(one.books_minor)),
        ]
        for one in balances
    ]
    title = f"Books at {closing.position}, in BRL: what is owed is negative"
    table(title, ["Account", "By the files", "In the books"], rows, numbers=[1, 2])
    for currency, off in sorted(closing.zero.items()):
        console.print(Text.assemble(f"All accounts in {currency} sum to ", agreed(off, 0, figure(off, currency)), "."))


def _show_ratings(ratings: Sequence[Rating]) -> None:
    rows: list[list[object]] = [
        [str(one.points), f"{one.files:,}", agreed(one.platform, one.files, f"{one.platform:,}")] for one in ratings
    ]
    files = mean_hundredths({one.points: one.files for one in ratings})
    platform = mean_hundredths({one.points: one.platform for one in ratings})
    rows.append([Text("mean", "bold"), f"{files / 100:.2f}", agreed(platform, files, f"{platform / 100:.2f}")])
    table("Reviews that count, by points", ["Points", "By the files", "On the platform"], rows, numbers=[1, 2])


def _account(name: str) -> str:
    return "shares of sellers, communities, platform (held or available)" if name == "shares" else name


def _reais(amount_minor: int) -> str:
    return figure(amount_minor, CURRENCY)


def _some(count: int) -> str:
    return f"{count:,}" if count else "-"
