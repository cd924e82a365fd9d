"""Facts about cases that should not be: what the invariant is seen to find."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.case import Case
from services.mall.domain.case_terms import DEFAULT_CASE_TERMS
from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from tests.support.scenario import ANNA, CHEN, NOON, context

from .breaches import Breach, without
from .dispute_breaches import doubled, with_fields
from .document_samples import documents_of
from .samples import ORDER, REFUND, WINDOW_ENDS, a_checkout, an_order, capture, deliver, pay, release

CASE = UUID(int=0xCA)


def case_story(*, is_open: bool = False) -> list[Any]:
    """Boris is not content with what he got, and Chen gives him a part of it back."""
    with acting(context()):
        checkout, order = a_checkout(), an_order()
        capture(checkout)
        pay(order)
        deliver(order)
        case = Case.open(CASE, order, "other", DEFAULT_CASE_TERMS, NOON, text="Too short")
        order.open_case(CASE)
    with acting(context(at=WINDOW_ENDS)):
        case.pass_deadline(WINDOW_ENDS, WINDOW_ENDS)
    later = case.deadline
    with acting(context(at=later)):
        case.pass_deadline(later, later)
        if not is_open:
            case.decide(CHEN, "refund_part", 1_000, 10_499, "too_short", "It is.")
            order.refund_line(REFUND, "1", amount_minor=1_000)
            checkout.demand_refund(REFUND, ORDER, 1_000, "case_decided", from_unallocated=False)
            order.close_case(CASE)
            release(order)
        documents = documents_of(order)
    return [*(fact for root in (checkout, case, order) for fact in root.collect_events()), *documents]


def case_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "cases", "has no due row", case_story(is_open=True)
    yield "cases", "before its deadline", with_fields(case_story(), Case.Overdue, timestamp=NOON)
    yield "cases", "before its deadline", without(case_story(), Case.Escalated)
    yield "cases", "earns by it decided", with_fields(case_story(), Case.Decided, decided_by=ANNA)
    yield "cases", "another amount than was decided", with_fields(case_story(), Case.Closed, amount_minor=1)
    yield "cases", "after its end", doubled(case_story(), Case.Closed)
    yield "cases", "a second case", doubled(case_story(is_open=True), Order.CaseOpened)
    yield "cases", "that was not open", doubled(case_story(), Order.CaseClosed)
    yield "cases", "it is released while", without(case_story(), Order.CaseClosed)
    yield "cases", "know of one another", without(case_story(is_open=True), Order.CaseOpened)
    yield "cases", "other amounts go back", without(case_story(), Checkout.RefundDemanded)
