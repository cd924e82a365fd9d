"""Where results are kept: ``latest.json`` with every figure, and one JSON file for some scripts, with date and machine.

A figure that is measured again takes the place of the old one. What a smoke run comes to is kept elsewhere: in
the directory for temporary files, or where AGORA_BENCH_RESULTS says.
"""

import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Self

from _sizes import IS_SMOKE

_USUAL = Path(tempfile.gettempdir()) / "agora-bench-smoke" if IS_SMOKE else Path(__file__).parent / "results"
RESULTS = Path(os.environ.get("AGORA_BENCH_RESULTS") or _USUAL)
LATEST = RESULTS / "latest.json"
NAMES = (
    "append", "order_placed", "order_paid", "relay", "effect_p99_ms", "rebuild", "growth_append", "growth_report",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and the yardstick of the same run; ``ratio`` is the value over the yardstick."""

    name: str
    value: float
    unit: str
    yardstick: float

    @classmethod
    def of(cls, name: str, unit: str, values: Sequence[float], yardsticks: Sequence[float]) -> Self:
        """The medians of some rounds."""
        return cls(name, median(values), unit, median(yardsticks))

    @property
    def ratio(self) -> float:
        """The value over the yardstick."""
        return self.value / self.yardstick

    def row(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "name": self.name, "value": _rounded(self.value), "unit": self.unit,
            "yardstick": _rounded(self.yardstick), "ratio": _rounded(self.ratio),
        }  # fmt: skip


def merge(figures: Sequence[Figure]) -> Path:
    """Put figures into ``latest.json``, a list in a fixed order, in place of older ones of the same names."""
    known: list[dict[str, Any]] = json.loads(LATEST.read_text()) if LATEST.exists() else []
    rows = {row["name"]: row for row in known} | {one.name: one.row() for one in figures}
    in_order = sorted(rows, key=lambda name: (NAMES.index(name) if name in NAMES else len(NAMES), name))
    RESULTS.mkdir(parents=True, exist_ok=True)
    fresh = LATEST.with_suffix(".new")
    fresh.write_text(json.dumps([rows[name] for name in in_order], indent=2) + "\n")
    fresh.replace(LATEST)
    return LATEST


def keep(name: str, figures: list[dict[str, Any]]) -> Path:
    """Write the figures of one script: each has name, value, unit, yardstick and ratio."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    told = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "commit": commit.stdout.strip(),
        "figures": figures,
    }
    path.write_text(json.dumps(told, indent=2) + "\n")
    return path


def _rounded(number: float) -> float:
    """Four digits that count, or all before the point."""
    return float(f"{number:.4g}") if abs(number) < 1000 else float(round(number))
