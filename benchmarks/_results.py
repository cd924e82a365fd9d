"""Where results are kept: one JSON file a script, with date, machine and commit, overwritten by the next run."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def keep(name: str, figures: list[dict[str, Any]]) -> Path:
    """Write the figures of one script: each has name, value, unit, yardstick and ratio."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    told = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "commit": commit.stdout.strip(),
        "figures": figures,
    }
    path.write_text(json.dumps(told, indent=2) + "\n")
    return path
