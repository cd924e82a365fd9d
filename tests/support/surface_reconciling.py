"""An accepted example of each operation about reconciliations."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from services.mall.domain.statement import StatementLine
from services.mall.payments.statements import StatementPage
from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example


class Stated(NamedTuple):
    """What the provider states of yesterday, of which we know nothing: a payment, and a fee."""

    day: str
    discrepancy_id: str


def yesterday(everybody: Everybody) -> str:
    """The latest day that is over."""
    return (everybody.now() - timedelta(days=1)).date().isoformat()


def stated(everybody: Everybody) -> Stated:
    """A discrepancy that is open, and fees that nobody has accepted: yesterday is stated anew, with more each time."""
    day, number = yesterday(everybody), everybody.number()
    known: Any = {"currency": "EUR", "happened_at": everybody.now(), "fee_minor": 0}
    unknown = StatementLine(f"p{number}", "payment", UUID(int=number), amount_minor=700, **known)
    fee = StatementLine(f"f{number}", "fee", None, amount_minor=-5, **known)
    before = everybody.provider.statement(day).lines
    everybody.provider.statements[day] = StatementPage("told", (*before, unknown, fee), {"EUR": 695})
    everybody.do(everybody.operator, f"/mall/reconciliations/{day}")
    everybody.settle()
    found = everybody.ask("GET", "/mall/discrepancies", everybody.operator, params={"limit": 1000}).json()["items"]
    (mine,) = [one["discrepancy_id"] for one in found if one["subject_id"] == str(UUID(int=number))]
    return Stated(day, mine)


def _day(everybody: Everybody, by: UUID) -> Call:
    return Call(by=everybody.operator, path={"day": stated(everybody).day})


def _demand(everybody: Everybody, by: UUID) -> Call:
    return Call(by=everybody.operator, path={"day": yesterday(everybody)})


def _resolve(everybody: Everybody, by: UUID) -> Call:
    body: Answer = {"reason": "not_ours", "account": "suspense_reconciliation"}
    return Call(
        by=everybody.operator, path={"discrepancy_id": stated(everybody).discrepancy_id}, body=body,
        other_body=body | {"account": "processing_fees"},
    )  # fmt: skip


EXAMPLES: dict[str, Example] = {
    "demand_statement": _demand,
    "reconciliations": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
    "statement_lines": lambda everybody, by: Call(
        by=everybody.operator, path={"day": stated(everybody).day}, body={"limit": 10}
    ),
    "accept_fees": _day,
    "discrepancies": lambda everybody, by: Call(by=everybody.operator, body={"state": "open", "limit": 10}),
    "discrepancy": lambda everybody, by: Call(
        by=everybody.operator, path={"discrepancy_id": stated(everybody).discrepancy_id}
    ),
    "resolve_discrepancy": _resolve,
}
