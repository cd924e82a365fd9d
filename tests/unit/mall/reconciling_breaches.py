"""Facts about statements that should not be: what the invariants of reconciliations are seen to find."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.provider_day import ProviderDay
from services.mall.domain.reconciliation import Reconciliation
from tests.support.forging import forged
from tests.support.scenario import context

from .samples import PAYMENT, TOTAL, a_checkout, capture
from .statements import Compared, a_booking, a_line, a_statement

CAPTURED_AT = 2
"""The position of the capture in these stories."""


def reconciled_story(amount_minor: int = TOTAL, fee_minor: int = 30, *, is_resolved: bool = True) -> list[Any]:
    """A capture, and a statement that has it with a fee; the difference is booked, the fee accepted."""
    with acting(context()):
        checkout, compared = a_checkout(), Compared()
        capture(checkout)
        line = a_line(subject_id=PAYMENT, amount_minor=amount_minor, fee_minor=fee_minor)
        compared.take(a_statement(line), a_booking(CAPTURED_AT, subject_id=str(PAYMENT), amount_minor=TOTAL))
        facts = [*checkout.collect_events(), *compared.days[next(iter(compared.days))].collect_events()]
        if is_resolved:
            for one in compared.open:
                compared.books.resolve(UUID(one["discrepancy_id"]), "looked_at", "processing_fees")
    return [*facts, *compared.books.collect_events()]


def accepted() -> list[Any]:
    """The fee of a day is accepted."""
    with acting(context()):
        compared = Compared()
        compared.take(a_statement(a_line(kind="fee", subject_id=None, amount_minor=-30)))
        compared.books.accept_fees(compared.books.first_day)
    return compared.facts()


def with_fields(facts: list[Any], kind: type[Any], **fields: Any) -> list[Any]:
    """The story with other fields in every fact of a kind."""
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts


def with_lines(**changes: Any) -> list[Any]:
    """The story with lines that say something else of themselves."""
    facts = reconciled_story()
    for fact in facts:
        if type(fact) is ProviderDay.LinesStated:
            fact.__dict__["lines"] = [line | changes for line in fact.lines]
    return facts


def reconciling_breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    compared, found, resolved = Reconciliation.DayCompared, Reconciliation.DiscrepanciesFound, "was not open"
    story, closed = reconciled_story(TOTAL + 1), Reconciliation.DiscrepanciesClosed
    yield "statements", "is not compared by", with_fields(reconciled_story(), compared, booked={"EUR": 1})
    yield "statements", "is not compared by", with_lines(amount_minor=1)
    yield "statements", "are accounted for", [fact for fact in reconciled_story() if type(fact) is not found]
    yield "discrepancies", resolved, [*story, story[-1]]
    yield "discrepancies", resolved, [*story, forged(closed, UUID(int=1), closed=[_closed(story[-1])])]
    yield "discrepancies", "found before", [*story, *(fact for fact in story if type(fact) is found)]
    booked = Reconciliation.DiscrepancyResolved
    yield "discrepancies", "were booked", with_fields(reconciled_story(), booked, entries=[])
    yield "discrepancies", "of the fees", with_fields(accepted(), Reconciliation.FeesAccepted, entries=[])
    yield "discrepancies", "not in one state", with_lines(state="lost")
    yield "discrepancies", "never found", with_lines(state="unmatched", position=None, discrepancy_id=str(UUID(int=9)))


def _closed(fact: Any) -> dict[str, Any]:
    return {"discrepancy_id": str(fact.discrepancy_id), "state": "settled", "settled_by": None, "into": None}
