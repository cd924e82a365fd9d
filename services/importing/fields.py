"""Fields that every set has, as values. What cannot be one is refused with file, line and column."""

from dataclasses import dataclass
from datetime import datetime

from .refusals import BlankField


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the files a value stands, and what time it is while it is read."""

    file: str
    line: int
    column: str
    now: datetime


def named(spot: Spot, value: str) -> str:
    """What identifies something. Raises BlankField."""
    if not value.strip():
        raise BlankField(file=spot.file, line=spot.line, column=spot.column)
    return value.strip()


def words(_spot: Spot, value: str) -> str:
    """Any text, also none."""
    return value.strip()
