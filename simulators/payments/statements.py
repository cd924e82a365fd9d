"""The statement of each day, made from the book; with differences where they were asked for.

``GET /statements/2026-05-01`` answers ``{"day", "lines", "balances", "next"}``; ``?after=`` is the ``next`` of the page
before. The balances are those at the end of the day, of all that was settled until then.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from simulators.payments.book import Book
from simulators.payments.problems import Refused
from simulators.payments.script import Script

PAGE: Final = 100
UNKNOWN_MINOR, FEE_MINOR, KEPT_MINOR = 4_200, -25, 30
EFFECTS: Final = {"unknown_line": UNKNOWN_MINOR, "fee_line": FEE_MINOR, "kept_fee": -KEPT_MINOR}
"""By how much a difference changes what lies here."""
Line = dict[str, Any]


class Statements:
    """A difference holds for the day whose statement was asked for first after it, and for every asking of that day,
    until the provider is told to behave again; each concerns another line."""

    def __init__(self, book: Book, script: Script) -> None:
        self._book, self._script = book, script
        self._differences: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def page(self, day: str, after: str | None) -> dict[str, Any]:
        """A page of a day's statement; Refused 400 for what is no day, and for a cursor that was never given."""
        begin = _begin(after)
        lines = self._lines(_day(day).isoformat())
        more = begin + PAGE < len(lines)
        return {
            "day": day, "lines": lines[begin : begin + PAGE], "balances": self._balances(day),
            "next": str(begin + PAGE) if more else None,
        }  # fmt: skip

    def behave(self) -> None:
        """Forgets all differences: every day is stated as it was."""
        self._differences.clear()

    def _lines(self, day: str) -> list[Line]:
        settled = self._settled(day)
        self._take_up(day, settled)
        lines = [*self._late(day), *settled]
        for name, line_id in self._differences.get(day, ()):
            lines = _different(name, line_id, day, lines)
        return lines

    def _take_up(self, day: str, settled: list[Line]) -> None:
        """What waits concerns this day, as far as it has lines for it."""
        taken = {line_id for _, line_id in self._differences.get(day, ())}
        free = [line["line_id"] for line in settled if line["line_id"] not in taken]
        while free and (fault := self._script.next_for("statement")) is not None:
            self._differences[day].append((fault.name, free.pop(0)))

    def _late(self, day: str) -> list[Line]:
        before = (_day(day) - timedelta(days=1)).isoformat()
        late = {line_id for name, line_id in self._differences.get(before, ()) if name == "late_line"}
        return [line for line in self._settled(before) if line["line_id"] in late] if late else []

    def _settled(self, day: str) -> list[Line]:
        return [_line(movement) for movement in self._book.statement.movements if movement["settled_at"][:10] == day]

    def _balances(self, day: str) -> dict[str, int]:
        """A late line is not in the balance of its day; what the provider made up or kept is in all that follow."""
        balances: dict[str, int] = defaultdict(int)
        for movement in self._book.statement.movements:
            if movement["settled_at"][:10] <= day:
                balances[movement["currency"]] += movement["amount_minor"]
        for of_day, differences in self._differences.items():
            by_id = {line["line_id"]: line for line in self._settled(of_day)}
            for name, line_id in differences:
                line = by_id[line_id]
                balances[line["currency"]] += EFFECTS.get(name, 0) if of_day <= day else 0
                balances[line["currency"]] -= line["amount_minor"] if name == "late_line" and of_day == day else 0
        return dict(balances)


def _different(name: str, line_id: str, day: str, lines: list[Line]) -> list[Line]:
    number = next(number for number, line in enumerate(lines) if line["line_id"] == line_id)
    before, line, after = lines[:number], lines[number], lines[number + 1 :]
    match name:
        case "missing_line" | "late_line":
            return before + after
        case "double_line":
            return [*before, line, line, *after]
        case "altered_line":
            return [*before, line | {"amount_minor": line["amount_minor"] + 1}, *after]
        case "kept_fee":
            return [*before, line | {"fee_minor": KEPT_MINOR}, *after]
    return [*lines, _made_up(name, day, line, number)]


def _made_up(name: str, day: str, line: Line, number: int) -> Line:
    """A line about nothing that anybody asked for; the number keeps two of them apart."""
    made = line | {"line_id": f"{name}-{day}-{number}", "happened_at": f"{day}T12:00:00+00:00"}
    if name == "fee_line":
        return made | {"kind": "fee", "subject_id": None, "amount_minor": FEE_MINOR, "reason": "monthly_fee"}
    return made | {"kind": "payment", "subject_id": str(uuid5(NAMESPACE_URL, made["line_id"])),
                   "amount_minor": UNKNOWN_MINOR}  # fmt: skip


def _line(movement: dict[str, Any]) -> Line:
    """A dispute moves money when it opens and when it ends, a transfer or a refund when it is paid and when it is
    returned: two lines about one subject. A fee of the provider's own is about nothing that anybody asked for."""
    moved = movement["kind"]
    kind = {"capture": "payment", "transfer_return": "transfer", "refund_return": "refund"}.get(moved, moved)
    subject_id = movement["payment_id" if kind == "fee" else f"{kind}_id"]
    name = {"dispute": f"dispute-{movement.get('status')}", "capture": "payment"}.get(moved, moved)
    return {
        "line_id": f"{name}-{subject_id}"[:64], "kind": kind, "subject_id": None if kind == "fee" else subject_id,
        "amount_minor": movement["amount_minor"], "fee_minor": 0, "currency": movement["currency"],
        "happened_at": datetime.fromisoformat(movement["settled_at"]).astimezone(UTC).isoformat(), "reason": "",
    }  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(400, "bad_day", "Write the day as a date such as 2026-05-01.") from None


def _begin(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise Refused(400, "bad_cursor", "Send 'after' as 'next' gave it.")
    return int(after)
