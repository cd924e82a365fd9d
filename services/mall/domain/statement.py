"""What the payment provider states about one day: its lines, and what lay there at the end of the day."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from .refusals import DayNotADate

__all__ = ["FEE", "KINDS", "LineKind", "Statement", "StatementLine", "StoredLine", "day_of", "end_of", "net_of"]

LineKind = Literal["payment", "refund", "transfer", "dispute", "fee", "withdrawal", "other"]
KINDS: tuple[str, ...] = get_args(LineKind)
FEE: LineKind = "fee"
StoredLine = dict[str, Any]
"""A line as facts carry it: ``StatementLine.stored``, and what became of it; see ``reconciling``."""
_DAY = re.compile(r"2\d{3}-\d{2}-\d{2}")  # of this millennium: what is counted on from it is a date, too


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One change of what lies at the provider: by ``amount_minor``, less the ``fee_minor`` that it kept of it.

    ``subject_id`` is our id of the payment, refund, dispute or payout that it is about, None where it names none of
    ours; ``reason`` is a code.
    """

    line_id: str
    kind: LineKind
    subject_id: UUID | None
    amount_minor: int
    fee_minor: int
    currency: str
    happened_at: datetime
    reason: str = ""

    @property
    def stored(self) -> StoredLine:
        """As facts carry it."""
        return {
            "line_id": self.line_id, "kind": self.kind,
            "subject_id": None if self.subject_id is None else str(self.subject_id), "amount_minor": self.amount_minor,
            "fee_minor": self.fee_minor, "currency": self.currency,
            "happened_at": self.happened_at.astimezone(UTC).isoformat(), "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """All lines of one day in UTC, and by currency the balance at its end. A line that is stated twice is two lines:
    the second has an id of its own."""

    day: str
    lines: tuple[StatementLine, ...]
    balances: Mapping[str, int]

    @classmethod
    def of(cls, day: str, lines: Iterable[StatementLine], balances: Mapping[str, int]) -> "Statement":
        """The statement of a day. Raises ``DayNotADate``."""
        day_of(day)
        seen: Counter[str] = Counter()
        told: list[StatementLine] = []
        for line in lines:
            seen[line.line_id] += 1
            number = seen[line.line_id]
            told.append(line if number == 1 else replace(line, line_id=f"{line.line_id}.{number}"))
        return cls(day, tuple(told), dict(balances))

    @property
    def digest(self) -> str:
        """The same for the same statement, in whatever order its lines come."""
        lines = sorted((line.stored for line in self.lines), key=lambda line: line["line_id"])
        whole = json.dumps([self.day, lines, sorted(self.balances.items())], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()

    def changes(self, known: Mapping[str, StoredLine]) -> tuple[list[StoredLine], list[StatementLine]]:
        """Which of the known lines it states no more, and which lines it states that were not known; a line that was
        changed is both."""
        told = {line.line_id: line for line in self.lines}
        same = {
            line_id for line_id, line in told.items()
            if line_id in known and line.stored.items() <= known[line_id].items()
        }  # fmt: skip
        gone = [line for line_id, line in known.items() if line_id not in same]
        return gone, [line for line_id, line in told.items() if line_id not in same]


def net_of(line: StoredLine) -> int:
    """By how much a line changes what lies at the provider."""
    return int(line["amount_minor"]) - int(line["fee_minor"])


def day_of(text: str) -> date:
    """The day that is written as 2026-05-01. Raises ``DayNotADate``."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise DayNotADate() from None


def end_of(day: str) -> datetime:
    """When the day is over: days are those of UTC. Raises ``DayNotADate``."""
    begun = day_of(day)
    return datetime(begun.year, begun.month, begun.day, tzinfo=UTC) + timedelta(days=1)
