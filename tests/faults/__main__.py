"""``python -m tests.faults [--long] [--only F-01 F-05] [--seed 1]``: see the package. Exit code 1 when it goes wrong.

The long form takes the numbers of the catalogue: hours. The page is written when everything was tried.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from services.kernel import logs
from tests.support.servers.provisioning import Servers

from . import (
    deliveries,
    enduring,
    hearing,
    outages,
    partitions,
    poisoning,
    processes,
    rebuilding,
    relaying,
    report,
    sales,
    tailing,
    writing,
)
from .controls import controls
from .outcome import Control, Outcome
from .trials import Trials

CONTROLS = "controls"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How often everything is done."""

    kills: int = 84
    restarts: int = 1
    broker_kills: int = 4
    broker_rounds: int = 1
    database_kills: int = 12
    partitions: int = 21
    lost_answers: int = 500
    windows: int = 12
    relayed: int = 20
    invisible: int = 10
    repeated: int = 1_200
    reordered: int = 3
    rebuilds: int = 2
    sales: int = 2
    minutes: float = 1.0
    """Of use with nothing in the way."""


LONG = Numbers(1_000, 6, 100, 10, 200, 300, 10_000, 400, 100, 200, 60_000, 60, 30, 200, 60.0)
Small = Callable[[Servers, Path, Numbers, int], Outcome]
SMALL: dict[str, Small] = {
    "F-07": lambda servers, at, numbers, _: writing.lost_answers(servers, at, numbers.lost_answers),
    "F-14": lambda servers, at, numbers, _: relaying.dying_relay(servers, at, numbers.relayed),
    "F-11 F-12": lambda servers, at, numbers, seed: hearing.told_again(servers, at, numbers.windows, seed),
    "I-03": lambda servers, _, numbers, __: tailing.invisible_insert(servers, numbers.invisible),
}
"""In one process, over a real server."""
WHOLE: dict[str, Callable[[Trials, Numbers], None]] = {
    "memory": lambda trials, numbers: enduring.endure(trials, numbers.minutes),
    "F-17": lambda trials, numbers: rebuilding.rebuild_while_used(trials, numbers.rebuilds),
    "F-01": lambda trials, numbers: processes.crash_loop(trials, numbers.kills),
    "F-02": lambda trials, numbers: processes.rolling_restart(trials, numbers.restarts),
    "F-03": lambda trials, numbers: outages.kill_broker(trials, numbers.broker_kills),
    "F-04": lambda trials, numbers: outages.disturb_broker(trials, numbers.broker_rounds),
    "F-05": lambda trials, numbers: outages.kill_database(trials, numbers.database_kills),
    "F-06": lambda trials, numbers: partitions.partition(trials, numbers.partitions),
    "slow wires": lambda trials, _: partitions.slow_down(trials, 8.0, 0.05),
    "F-11": lambda trials, numbers: deliveries.repeat(trials, numbers.repeated),
    "F-12": lambda trials, numbers: deliveries.reorder(trials, numbers.reordered),
    "F-13": lambda trials, _: poisoning.poisoned(trials),
    "sales": lambda trials, numbers: sales.sell_out(trials, numbers.sales),
    "I-10": lambda trials, _: rebuilding.views_at_rest(trials),
}
"""On the whole platform, under load."""


def main() -> None:
    """Try everything, show it, and write the page."""
    asked, console, since = _asked(), Console(), time.monotonic()
    logs.set_up("error")  # what goes wrong on purpose needs no telling

    def say(line: str) -> None:
        console.print(f"{time.monotonic() - since:6.0f} s  {line}", markup=False, highlight=False, soft_wrap=True)

    numbers = LONG if asked.long else Numbers()
    servers = Servers(say)
    try:
        with TemporaryDirectory(prefix="agora-faults-", ignore_cleanup_errors=True) as folder:
            outcomes, tried = _try(servers, Path(folder), numbers, asked, say)
    finally:
        servers.close()
    report.show(console, outcomes, tried)
    if not asked.only:
        report.write(outcomes, tried, (time.monotonic() - since) / 60, asked.seed)
    sys.exit(1 if any(one.wrongs for one in outcomes) or not all(one.is_found for one in tried) else 0)


def _try(
    servers: Servers, folder: Path, numbers: Numbers, asked: argparse.Namespace, say: Callable[[str], None]
) -> tuple[list[Outcome], list[Control]]:
    chosen = set(asked.only or [*SMALL, *WHOLE, CONTROLS])
    outcomes = list[Outcome]()
    for number, name in enumerate(name for name in SMALL if name in chosen):
        say(f"{name}, in one process")
        place = folder / f"small{number}"
        place.mkdir()
        outcomes.append(SMALL[name](servers, place, numbers, asked.seed))
    tried = list(controls(servers, folder, say)) if CONTROLS in chosen else []
    whole = [name for name in WHOLE if name in chosen]
    if whole:
        with Trials(servers, folder, asked.seed, say) as trials:
            for name in whole:
                WHOLE[name](trials, numbers)
            outcomes += trials.outcomes
            say(f"refusals: {dict(trials.caller.codes.most_common(12))}")
    return outcomes, tried


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description="Faults on purpose, and what must hold.")
    parser.add_argument("--long", action="store_true", help="the numbers of the catalogue: hours")
    parser.add_argument("--seed", type=int, default=1, help="chooses who dies when")
    parser.add_argument(
        "--only", nargs="+", choices=sorted([*SMALL, *WHOLE, CONTROLS]), help="these alone; no page is written"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
