"""What came of it, as a table: to be read here, and as a page of the documentation."""

from collections.abc import Sequence
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .outcome import Control, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
HEADS = ("Fault", "What", "Times", "Answered", "Lost", "Twice", "Out of order", "Broken", "Longest, s", "Beside")
CONTROL_HEADS = ("Guard taken away", "Must break", "Broke", "Evidence")
NUMBERS = range(2, 9)


def row_of(one: Outcome) -> list[str]:
    """A row of the table."""
    counts = [len(found) for found in one.wrongs.by_kind().values()]
    longest = f"{one.longest_seconds:.1f}" if one.longest_seconds else ""
    return [one.fault, one.what, f"{one.times:,}", f"{one.answered:,}", *map(str, counts), longest, one.said]


def row_of_control(one: Control) -> list[str]:
    """A row of the other table."""
    found = [words for kind in one.outcome.wrongs.by_kind().values() for words in kind]
    must, broke = (", ".join(sorted(kinds)) or "nothing" for kinds in (one.breaks, one.outcome.wrongs.kinds()))
    return [one.guard, must, broke, found[0] if found else ""]


def show(console: Console, outcomes: Sequence[Outcome], controls: Sequence[Control]) -> None:
    """Print both tables."""
    for title, heads, rows in _tables(outcomes, controls):
        table = Table(title=title, title_justify="left")
        for number, head in enumerate(heads):
            table.add_column(head, justify="right" if heads is HEADS and number in NUMBERS else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def write(outcomes: Sequence[Outcome], controls: Sequence[Control], minutes: float, seed: int) -> None:
    """The page of the documentation."""
    done = {kind: sum(one.times for one in outcomes if one.fault in kinds) for kind, kinds in _TOTALS.items()}
    about = ", ".join(f"{number:,} {kind}" for kind, number in done.items())
    day = datetime.now(UTC).date().isoformat()
    parts = [
        _HEAD, f"Latest run: {day}, {cpu_count()} cores, {minutes:.0f} minutes, seed {seed}: {about}.\n",
    ]  # fmt: skip
    for title, heads, rows in _tables(outcomes, controls):
        lines = [heads, ["---:" if heads is HEADS and at in NUMBERS else "---" for at in range(len(heads))], *rows]
        parts += [f"## {title}\n", "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n"]
    PAGE.write_text("\n".join([*parts, _TAIL]))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def _tables(
    outcomes: Sequence[Outcome], controls: Sequence[Control]
) -> list[tuple[str, Sequence[str], list[list[str]]]]:
    return [
        ("Faults", HEADS, [row_of(one) for one in outcomes]),
        ("Guards taken away", CONTROL_HEADS, [row_of_control(one) for one in controls]),
    ]


_TOTALS = {
    "kills": {"F-01", "F-03", "F-05"},
    "orderly ends": {"F-02"},
    "partitions": {"F-06"},
    "lost answers": {"F-07"},
}
_HEAD = """# Faults

`make faults` does to a whole platform, in its own processes over PostgreSQL and RabbitMQ, what happens to one in the
end, while people use it; `make faults LONG=1` does so for hours. This page is written by it.

Whoever uses the platform writes down outside of it, on disk before the next step, what was sent and what was answered.
Who gets no answer asks again under the same key. After each group of faults people are quiet until nothing is left to
do, and then all of this must be true:

- **Lost, twice**: every command that was answered stands in its store, once; there are as many things of each kind as
  were asked for, and the facts of one command, reaction or errand stand together. A partner is told every message once.
- **Out of order**: who does one thing after the other gets rising positions; a partner reads each log upwards.
- **Broken**: `agora audit` finds nothing in any store; every reader has heard everything; nothing is parked that is no
  poison; what the books say lies at the payment provider does; the feed's chain is the one that its digest proves;
  whoever reads the logs all the time has missed nothing; no process ended otherwise than it was asked to; no answer
  was an error of ours, none took longer than 30 seconds, and nothing took longer than that to be ready again; what
  comes behind poison is handled within a second. At the very end, every view is the one that is built anew.
- **Memory**: no process holds more than 120 MB at rest and 250 MB in use; files, connections (which are files) and
  threads do not become more with time, and at rest the broker waits for nobody's acknowledgement. What is too much
  counts as broken.
- **Longest**: until all processes were ready again, after the fault was over.
"""
_TAIL = """## How far this goes

Wires are TCP on one machine, held back or reset by a proxy: a packet that is held is acknowledged to its sender, so
what the kernel does about a silent peer (keepalives, user timeouts) is not seen here. PostgreSQL runs without fsync:
a killed server loses nothing by that, a machine without power would. `tests/faults` has the programs.
"""
