"""``python -m tests.simulation --seeds 2000 --first 1``: see the package. Exit code 1 when any history went wrong."""

import argparse
import os
import sys
import time
from functools import partial
from multiprocessing import get_context

from rich.console import Console
from rich.progress import track

from .bugs import BUGS
from .histories import History, play
from .sales import play_sale

SHOWN = 5


def main() -> None:
    """Play the histories side by side, and say which went wrong and how to see it again."""
    asked = _asked()
    seeds, console, since = range(asked.first, asked.first + asked.seeds), Console(), time.monotonic()
    with get_context("spawn").Pool(asked.jobs) as pool:
        played = pool.imap_unordered(partial(play_sale if asked.sales else play, bug=asked.bug), seeds, chunksize=4)
        ended = list(track(played, "Histories", total=len(seeds), console=console, disable=not console.is_terminal))
    wrong = sorted((one for one in ended if one.wrong), key=lambda one: one.seed)
    for one in wrong[:SHOWN]:
        _tell(console, one, asked)
    console.print(_summary(ended, len(wrong), time.monotonic() - since))
    sys.exit(1 if wrong else 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description="Simulated histories, one a seed.")
    parser.add_argument("--seeds", type=int, default=200, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many side by side")
    parser.add_argument("--sales", action="store_true", help="flash sales alone: 500 buyers, 1 to 50 pieces")
    parser.add_argument("--bug", choices=sorted(BUGS), help="put this bug in: histories have to go wrong")
    return parser.parse_args()


def _tell(console: Console, one: History, asked: argparse.Namespace) -> None:
    more = (" SALES=1" if asked.sales else "") + (f" BUG={asked.bug}" if asked.bug else "")
    again = f"make simulate SEEDS=1 FIRST={one.seed}{more}"
    console.print(f"\n[bold red]Seed {one.seed} went wrong[/]; again: [bold]{again}[/]", highlight=False)
    for what in one.wrong[:SHOWN]:
        console.print(f"  {what}", markup=False, highlight=False)


def _summary(ended: list[History], wrong: int, seconds: float) -> str:
    deaths, facts = sum(one.deaths for one in ended), sum(one.facts for one in ended)
    said = f"{len(ended)} histories in {seconds:.0f} s: {deaths} deaths, {facts} facts"
    return f"\n{said}, {wrong or 'none'} went wrong."


if __name__ == "__main__":
    main()
