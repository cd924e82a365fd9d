"""How the closing report of an import is shown: tables of what was read, what is recorded, and what is odd."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.text import Text

from services.importing.olist.closing import Balance, Closing, Count
from services.importing.olist.expecting import Difference
from services.importing.olist.odd import Finding, by_cause
from services.importing.olist.people import CURRENCY
from services.importing.running import Refused
from services.speaking import console, figure, table

EXAMPLES = 3


def show(closing: Closing) -> None:
    """Print every table of the report."""
    _show_counts(closing.counts)
    _show_sums(closing)
    _show_differences(closing.differences, closing.files.difference)
    _show_books(closing.balances, closing)
    _show_odd(closing.findings)
    if closing.tally.refused:
        _show_refused(closing.tally.refused)


def _show_counts(counts: Iterable[Count]) -> None:
    rows = [
        [one.kind, "" if one.rows is None else f"{one.rows:,}", _some(one.twice), _some(one.contrary),
         f"{one.things:,}", _agreed(one.recorded, one.things, f"{one.recorded:,}")]
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
        rows.append([title, _reais(files), _agreed(recorded, files, _reais(recorded))])
    table("Money, in BRL", ["What", "In the files", "Recorded"], rows, numbers=[1, 2])


def _show_differences(differences: Sequence[Difference], whole: int) -> None:
    rows: list[list[object]] = [
        [one.cause.code, one.status, f"{one.orders:,}", _reais(one.amount_minor)] for one in differences
    ]
    found = sum(one.amount_minor for one in differences)
    rows.append([Text("all causes", "bold"), "", f"{sum(one.orders for one in differences):,}",
                 _agreed(found, whole, _reais(found))])  # fmt: skip
    table("Captured beyond the lines, by cause", ["Cause", "Status", "Orders", "Sum"], rows, numbers=[2, 3])


def _show_books(balances: Iterable[Balance], closing: Closing) -> None:
    rows = [
        [
            _account(one.account),
            _reais(one.files_minor),
            _agreed(one.books_minor, one.files_minor, _reais(one.books_minor)),
        ]
        for one in balances
    ]
    title = f"Books at {closing.position}, in BRL: what is owed is negative"
    table(title, ["Account", "By the files", "In the books"], rows, numbers=[1, 2])
    for currency, off in sorted(closing.zero.items()):
        console.print(Text.assemble(f"All accounts in {currency} sum to ", _agreed(off, 0, figure(off, currency)), "."))


def _account(name: str) -> str:
    return "shares of sellers, communities, platform (held or available)" if name == "shares" else name


def _show_odd(findings: Iterable[Finding]) -> None:
    groups = by_cause(findings, EXAMPLES)
    rows = [
        [Text.assemble((one.cause.code, "bold"), f": {one.cause.meaning}"), f"{one.count:,}",
         "" if one.amount_minor is None else _reais(one.amount_minor), one.cause.treatment]
        for one in groups
    ]  # fmt: skip
    table("Odd, and what was done about it", ["Cause", "Count", "Sum", "Done"], rows, numbers=[1, 2])
    console.print("For example (all of them with --odd FILE):")
    for one in groups:
        console.print(Text(f"  {one.cause.code}: {', '.join(one.examples)}"), soft_wrap=True)


def _show_refused(refused: Iterable[Refused]) -> None:
    grouped: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    for one in refused:
        grouped[one.command.operation, one.said.code].append(one)
    rows = [
        [operation, code, f"{len(found):,}", found[0].said.sentence, found[0].command.key]
        for (operation, code), found in grouped.items()
    ]
    table("Refused by the platform", ["Operation", "Code", "Count", "Sentence", "For example"], rows, numbers=[2])


def _reais(amount_minor: int) -> str:
    return figure(amount_minor, CURRENCY)


def _some(count: int) -> str:
    return f"{count:,}" if count else "-"


def _agreed(found: int, expected: int, shown: str) -> Text:
    return Text(shown, "green" if found == expected else "bold red")
