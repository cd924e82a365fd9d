"""How soon a report is there when a mall has a hundred thousand orders: sold or not, who bought, books, shelf.

Over files, where everything runs in one process. Seconds are those of the thread that answers; a report that waits for
nobody takes no longer where nothing else runs. The figure is that of the worst report, for 99 of 100.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from _history import FACTS, OPERATOR, copy_block, record_block
from _mall_store import mall_files
from _results import Figure
from _showing import Aim, doing, show
from _sizes import ROUNDS, size
from growth import reports

COPIES = size("REPORTS_COPIES", 50, 0)
ASKED = size("REPORTS_ASKED", 100, 5)
MOST_MILLISECONDS = 200


def p99(ask: Callable[[], object]) -> float:
    """Milliseconds of the processor, for 99 of 100."""
    taken = []
    for _ in range(ASKED):
        begun = time.thread_time()
        ask()
        taken.append((time.thread_time() - begun) * 1000)
    return quantiles(taken, n=100, method="inclusive")[-1]


def main() -> None:
    """Measure and print."""
    kept_in = os.environ.get("AGORA_BENCH_DISK") or "/var/tmp"
    with tempfile.TemporaryDirectory(dir=kept_in) as folder, mall_files(Path(folder)) as store:
        names = record_block(store)
        copy_block(store, range(1, COPIES + 1))
        store.show()
        store.know_owner(names.group_id, OPERATOR.person_id)
        asked, alone = reports(store, names), store.service.by_name["terms"]
        found = {}
        for name, ask in asked.items():
            with doing(f"asking for {name}"):
                found[name] = [p99(ask) for _ in range(ROUNDS)]
        nothing = [p99(lambda: store.service.ask_now(alone, OPERATOR, {})) for _ in range(ROUNDS)]
    aims = [
        Aim(
            Figure.of(f"report_{name}_p99", "ms", taken, nothing), MOST_MILLISECONDS,
            "the terms, which are one row", at_most=True, of_value=True,
        )
        for name, taken in found.items()
    ]  # fmt: skip
    show(f"Reports over {(COPIES + 1) * FACTS // 5:,} orders", aims, "Milliseconds of the thread that answers.")


if __name__ == "__main__":
    main()
