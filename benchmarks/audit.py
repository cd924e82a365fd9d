"""What the audit of a mall of a million facts costs on one core, beside the bare reading of the same rows.

Seconds are those of the processor, the program's start and the system's part included: what else runs on the machine
takes time and no work of ours.
"""

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from _history import copy_block, record_block
from _mall_store import NAME, mall_files
from _results import Figure
from _showing import Aim, alternating, show
from _sizes import size

COPIES = size("AUDIT_COPIES", 99, 0)
MOST_SECONDS = 60
ROWS = "SELECT position, originator_id, originator_version, topic, state, link FROM facts ORDER BY position"


def audited(directory: Path) -> float:
    """Seconds of ``agora audit``. Raises CalledProcessError when it finds anything."""
    before = _children()
    command = [sys.executable, "-m", "services", "audit", "--data", str(directory)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return _children() - before


def read(directory: Path) -> float:
    """Seconds of another process that reads every row, and does nothing with it."""
    before = _children()
    path = directory / NAME / "facts.db"
    told = f"import sqlite3; [None for _ in sqlite3.connect({str(path)!r}).execute({ROWS!r})]"
    subprocess.run([sys.executable, "-c", told], check=True)
    return _children() - before


def facts_in(directory: Path) -> int:
    """How many there are."""
    connection = sqlite3.connect(directory / NAME / "facts.db")
    (count,) = connection.execute("SELECT count(*) FROM facts").fetchone()
    connection.close()
    return int(count)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("AGORA_BENCH_DISK") or "/var/tmp") as folder:
        directory = Path(folder)
        with mall_files(directory) as store:
            record_block(store)
            copy_block(store, range(COPIES))
        found = alternating("audit", lambda: audited(directory), lambda: read(directory))
        facts = facts_in(directory)
    figure = Figure.of("audit", "CPU s", found.ours, found.yardstick)
    show(
        "Every stored fact audited, on one core",
        [Aim(figure, MOST_SECONDS, "the same rows, read by the driver alone", at_most=True, of_value=True)],
        f"{facts:,} facts, all invariants, nothing found.",
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
