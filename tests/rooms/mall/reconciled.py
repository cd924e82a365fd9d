"""Statements of the provider double about what a market has booked, and the market that compares them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.mall.domain.reconciliation import RECONCILIATION_ID, Reconciliation
from services.mall.domain.statement import StatementLine
from services.mall.payments.statements import StatementPage

from .market import OPERATOR, Market

DAY, NEXT_DAY, THIRD_DAY = "2026-03-02", "2026-03-03", "2026-03-04"
UNKNOWN = UUID(int=0xBAD)


def line(subject_id: object, amount_minor: int = 12_000, **changes: Any) -> StatementLine:
    """A payment as the provider states it."""
    subject = None if subject_id is None else UUID(str(subject_id))
    fields: dict[str, Any] = {
        "line_id": f"l-{subject_id}", "kind": "payment", "subject_id": subject, "amount_minor": amount_minor,
        "fee_minor": 0, "currency": "EUR", "happened_at": datetime(2026, 3, 2, 12, tzinfo=UTC), "reason": "",
    }  # fmt: skip
    return StatementLine(**(fields | changes))


def state(market: Market, day: str, *lines: StatementLine, balance_minor: int | None = None) -> None:
    """The provider states the day so from now on; the balance is that of all its lines, unless it is told."""
    market.provider.pages[day, None] = StatementPage("told", lines)
    if balance_minor is None:
        pages = [page for (of_day, _), page in market.provider.pages.items() if of_day <= day]
        balance_minor = sum(one.amount_minor - one.fee_minor for page in pages for one in page.lines)
    market.provider.pages[day, None] = StatementPage("told", lines, {"EUR": balance_minor})


def compare(market: Market, day: str) -> None:
    """An operator has the day imported."""
    market.do("demand_statement", OPERATOR, day=day)
    market.settle()


def books_of(market: Market) -> Reconciliation:
    """How the comparison stands."""
    books = market.service.store.load(Reconciliation, RECONCILIATION_ID)
    assert books is not None
    return books


def open_ones(market: Market) -> list[dict[str, Any]]:
    """What is open, as the aggregate has it."""
    return [one for one in books_of(market).discrepancies.values() if one["state"] == "open"]
