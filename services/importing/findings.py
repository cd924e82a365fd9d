"""What does not fit: causes, and findings of them. All are listed, each with what was done about it."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from services.amounts import figure

from .refusals import OddFileUnwritable


class Cause(Enum):
    """Why something is odd: the code that lists carry, what it means, and what was done about it. Each set has its
    own; they are listed in the order in which it declares them."""

    def __init__(self, code: str, meaning: str, treatment: str) -> None:
        self.code, self.meaning, self.treatment = code, meaning, treatment


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is odd. ``about`` says what ``id`` names; the amount, in minor units, is what does not fit."""

    cause: Cause
    about: str
    id: str
    detail: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one cause, with the sum of their amounts, if they have any, and a few to look at."""

    cause: Cause
    count: int
    amount_minor: int | None
    examples: Sequence[str]


def by_cause(findings: Iterable[Finding], examples: int = 3) -> list[Group]:
    """Findings summed up, in the order in which the causes are declared."""
    grouped: dict[Cause, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.cause, []).append(finding)
    return [
        Group(cause, len(found), _sum(found), list(dict.fromkeys(finding.id for finding in found))[:examples])
        for cause, found in sorted(grouped.items(), key=lambda group: _place(group[0]))
    ]


def write_odd(path: Path, found: Iterable[Finding], currency: str) -> None:
    """Write every finding as comma-separated values. Raises OddFileUnwritable."""
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["cause", "about", "id", "amount", "detail", "meaning", "treatment"])
            writer.writerows(_cells(finding, currency) for finding in found)
    except OSError as cause:
        raise OddFileUnwritable(file=str(path), cause=cause.strerror) from cause


def _cells(finding: Finding, currency: str) -> list[str]:
    cause, amount_minor = finding.cause, finding.amount_minor
    amount = "" if amount_minor is None else figure(amount_minor, currency).replace(",", "")
    return [cause.code, finding.about, finding.id, amount, finding.detail, cause.meaning, cause.treatment]


def _place(cause: Cause) -> int:
    return list(type(cause)).index(cause)


def _sum(findings: Iterable[Finding]) -> int | None:
    amounts = [finding.amount_minor for finding in findings if finding.amount_minor is not None]
    return sum(amounts) if amounts else None
