"""Lives of cases and of their terms."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.case import Case
from services.mall.domain.case_terms import DEFAULT_CASE_TERMS, CaseTerms
from services.mall.domain.lines import order_line
from services.mall.domain.order import Order
from services.mall.domain.terms import DEFAULT_TERMS
from tests.support.scenario import ANNA, BORIS, CHEN, NOON

CASE, DISPUTE = UUID(int=0xCA), UUID(int=0xD1)
TERMS: dict[str, Any] = {
    "seller_hours": 48, "buyer_hours": 72, "operator_hours": 72, "open_days": 90, "cases_per_order": 5,
}  # fmt: skip
LATER = NOON + timedelta(days=9)


def _order() -> Order:
    line = order_line(str(UUID(int=0x17)), UUID(int=0x11), "Rod", 3, 3_333, 500, UUID(int=0x60), 1_000, 500)
    seller = (UUID(int=0x5E), ANNA)
    order = Order.place(UUID(int=0x0D), UUID(int=0xC1), BORIS, *seller, "EUR", [line], dict(DEFAULT_TERMS))
    order.pay(10_499)
    return order


def _terms() -> list[AggregateRoot]:
    terms = CaseTerms.open(**TERMS)
    terms.change(**(TERMS | {"seller_hours": 24}))
    return [terms]


def _cases() -> list[AggregateRoot]:
    order = _order()
    case = Case.open(
        CASE, order, "not_as_described", DEFAULT_CASE_TERMS, NOON, text="比说的短", line_id=str(UUID(int=0x17))
    )
    order.open_case(CASE, str(UUID(int=0x17)), 5)
    case.say(BORIS, "A photograph", "0" * 64)
    case.answer("It was measured.", NOON)
    case.escalate("Not by me.", NOON)
    case.pass_deadline(LATER, LATER)
    case.decide(CHEN, "refund_part", 3_000, 10_499, "too_short", "The photograph shows it.")
    order.close_case(CASE, [str(UUID(int=0x17))], is_decided=True)
    return [case, order]


LIVES = [_terms, _cases]
