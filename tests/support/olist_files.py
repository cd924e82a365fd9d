"""The small set of the Olist marketplace that lies beside the tests, and sets of many times its size."""

import csv
from pathlib import Path

FIXTURE = Path(__file__).parents[1] / "fixtures" / "olist"


def multiplied(folder: Path, copies: int) -> Path:
    """The set many times over under other names, so that a process lives long enough to be killed."""
    for path in FIXTURE.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file))
        named = [index for index, column in enumerate(header) if column.endswith("_id") and column != "order_item_id"]
        with (folder / path.name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for copy in range(copies):
                writer.writerows(_renamed(row, named, copy) for row in rows)
    return folder


def _renamed(row: list[str], named: list[int], copy: int) -> list[str]:
    return [f"{value}-{copy}" if index in named else value for index, value in enumerate(row)]
