"""Statements for tests: what we booked, and how the provider states it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciliation import Reconciliation
from services.mall.domain.reconciling import Booking, match
from services.mall.domain.statement import Statement, StatementLine

DAY, NEXT_DAY, THIRD_DAY = "2026-03-02", "2026-03-03", "2026-03-04"
SUBJECT, OTHER_SUBJECT = UUID(int=0xA1), UUID(int=0xA2)
AFTERWARDS = datetime(2026, 4, 1, tzinfo=UTC)


def a_line(**changes: Any) -> StatementLine:
    """120.00 that were captured."""
    fields: dict[str, Any] = {
        "line_id": "l1", "kind": "payment", "subject_id": SUBJECT, "amount_minor": 12_000, "fee_minor": 0,
        "currency": "EUR", "happened_at": datetime(2026, 3, 2, 9, tzinfo=UTC), "reason": "",
    }  # fmt: skip
    return StatementLine(**(fields | changes))


def a_booking(position: int = 5, **changes: Any) -> Booking:
    """The same, booked."""
    fields: dict[str, Any] = {
        "kind": "payment", "subject_id": str(SUBJECT), "amount_minor": 12_000, "currency": "EUR", "booked_on": DAY,
    }  # fmt: skip
    return Booking(position, **(fields | changes))


def a_statement(*lines: StatementLine, day: str = DAY, **balances: int) -> Statement:
    """With the balance that its lines come to, unless another is told."""
    told = balances or {"EUR": sum(line.amount_minor - line.fee_minor for line in lines)}
    return Statement.of(day, lines, told)


class Compared:
    """A reconciliation and its days, driven as the application drives them."""

    def __init__(self, first_day: str = DAY) -> None:
        self.books = Reconciliation.open(first_day, AFTERWARDS)
        self.days: dict[str, ProviderDay] = {}

    def take(self, statement: Statement, *bookings: Booking) -> None:
        """A statement is imported, with what we have booked since."""
        day = self.days.get(statement.day)
        withdrawn, told = statement.changes({} if day is None else day.lines)
        if day is None:
            day = self.days[statement.day] = ProviderDay.import_first(statement)
        else:
            day.import_anew(statement)
        version = len(day.versions)
        matching = match(statement.day, version, told, bookings, self.books.discrepancies, withdrawn)
        day.withdraw([line["line_id"] for line in withdrawn])
        day.state(matching.lines)
        self.books.compare(statement.day, version, matching, bookings, statement.balances, len(statement.lines))

    @property
    def open(self) -> list[dict[str, Any]]:
        """What is open."""
        return [one for one in self.books.discrepancies.values() if one["state"] == "open"]

    def only(self) -> dict[str, Any]:
        """The one that is open."""
        (one,) = self.open
        return one

    def facts(self) -> list[Any]:
        """All that was recorded: what was stated before what came of it, as in the log."""
        roots = [*self.days.values(), self.books]
        return [fact for root in roots for fact in root.collect_events()]


def day_number(number: int) -> str:
    """The first is DAY."""
    return (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=number)).date().isoformat()
