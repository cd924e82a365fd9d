"""Lives of what the payment provider states, and of its comparison with the books."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciliation import Reconciliation
from services.mall.domain.reconciling import Booking, match
from services.mall.domain.statement import Statement, StatementLine

DAY, NEXT_DAY = "2026-03-02", "2026-03-03"
PAYMENT, OTHER_PAYMENT = UUID(int=0xA1), UUID(int=0xA2)
THEN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _line(line_id: str, subject_id: UUID, amount_minor: int) -> StatementLine:
    return StatementLine(line_id, "payment", subject_id, amount_minor, 30, "EUR", THEN, "captured")


def _statements() -> list[AggregateRoot]:
    one, other = _line("l1", PAYMENT, 10_499), _line("l2", OTHER_PAYMENT, 700)
    first = Statement.of(DAY, [one, other], {"EUR": 11_139})
    second = Statement.of(DAY, [one], {"EUR": 10_469})
    day, books = ProviderDay.import_first(first), Reconciliation.open(DAY, THEN + timedelta(days=2))
    booking = Booking(7, "payment", str(PAYMENT), 10_499, "EUR", DAY)
    books.demand(DAY, THEN + timedelta(days=2))
    matching = match(DAY, 1, first.lines, [booking], {})
    day.state(matching.lines)
    books.compare(DAY, 1, matching, [booking], first.balances, 2)
    gone, new = second.changes(day.lines)
    day.import_anew(second)
    anew = match(DAY, 2, new, [], books.discrepancies, gone)
    day.withdraw([line["line_id"] for line in gone])
    books.compare(DAY, 2, anew, [], second.balances, 1)
    books.accept_fees(DAY)
    unknown = Statement.of(NEXT_DAY, [_line("l3", OTHER_PAYMENT, 250)], {"EUR": 10_689})
    found = match(NEXT_DAY, 1, unknown.lines, [], books.discrepancies)
    books.compare(NEXT_DAY, 1, found, [], unknown.balances, 1)
    books.resolve(UUID(found.found[0]["discrepancy_id"]), "not_ours", "suspense_reconciliation")
    return [day, books]


LIVES = [_statements]
