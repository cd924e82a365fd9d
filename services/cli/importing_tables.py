"""Tables that the closing reports of all imports have: what is odd, what was refused."""

from collections import defaultdict
from collections.abc import Iterable

from rich.text import Text

from services.amounts import figure
from services.importing.findings import Finding, Group, by_cause
from services.importing.running import Refused
from services.speaking import console, table

EXAMPLES = 3


def show_odd(findings: Iterable[Finding], currency: str) -> None:
    """What does not fit, by cause, with a few examples of each; sums where there are amounts."""
    groups = by_cause(findings, EXAMPLES)
    if not groups:
        return
    has_sums = any(one.amount_minor is not None for one in groups)
    rows = [
        [Text.assemble((one.cause.code, "bold"), f": {one.cause.meaning}"), f"{one.count:,}",
         *([_sum(one, currency)] if has_sums else []), one.cause.treatment]
        for one in groups
    ]  # fmt: skip
    columns = ["Cause", "Count", *(["Sum"] if has_sums else []), "Done"]
    table("Odd, and what was done about it", columns, rows, numbers=[1, 2] if has_sums else [1])
    console.print("For example (all of them with --odd FILE):")
    for one in groups:
        console.print(Text(f"  {one.cause.code}: {', '.join(one.examples)}"), soft_wrap=True)


def show_refused(refused: Iterable[Refused]) -> None:
    """What the platform refused, by operation and code, if it did."""
    grouped: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    for one in refused:
        grouped[one.command.operation, one.said.code].append(one)
    rows = [
        [operation, code, f"{len(found):,}", found[0].said.sentence, found[0].command.key]
        for (operation, code), found in grouped.items()
    ]
    if rows:
        table("Refused by the platform", ["Operation", "Code", "Count", "Sentence", "For example"], rows, numbers=[2])


def agreed(found: int, expected: int, shown: str) -> Text:
    """What the platform says, in the colour of whether it is what was expected."""
    return Text(shown, "green" if found == expected else "bold red")


def _sum(group: Group, currency: str) -> str:
    return "" if group.amount_minor is None else figure(group.amount_minor, currency)
