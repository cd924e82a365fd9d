"""How long from start to ready, and how much memory at rest: targets are 5 seconds and 250 MB."""

import statistics
import tempfile
from pathlib import Path

from _platform import running
from _results import keep
from _sizes import ROUNDS
from rich.console import Console

RUNS = ROUNDS


def main() -> None:
    """Measure and print."""
    seconds, megabytes = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="agora-bench-") as directory, running(Path(directory)) as platform:
            seconds.append(platform.seconds_to_ready)
            megabytes.append(platform.resident_mb())
    ready, resident = statistics.median(seconds), statistics.median(megabytes)
    Console().print(
        f"Ready after {ready:.2f} s (target 5); {resident:.0f} MB resident at rest (target 250); median of {RUNS}."
    )
    keep(
        "start_and_rest",
        [
            {
                "name": "seconds_to_ready",
                "value": round(ready, 2),
                "unit": "s",
                "yardstick": 5,
                "ratio": round(ready / 5, 3),
            },
            {
                "name": "resident_mb",
                "value": round(resident),
                "unit": "MB",
                "yardstick": 250,
                "ratio": round(resident / 250, 3),
            },
        ],
    )


if __name__ == "__main__":
    main()
