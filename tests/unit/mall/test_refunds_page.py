"""The example in docs/refunds.md is what the mall does."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall.domain.order import Order
from services.mall.domain.terms import BEARINGS, DEFAULT_TERMS
from tests.support.scenario import context

from .samples import TOTAL, an_order, pay

PAGE = (Path(__file__).parents[3] / "docs" / "refunds.md").read_text()
STEPS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `{")
]


def taken(order: Order, step_id: UUID, asked: dict[str, Any]) -> Any:
    """The fact that takes it back."""
    if "disputed" in asked:
        order.dispute(step_id, asked["disputed"])
        order.lose_dispute(step_id)
    else:
        order.refund_line(step_id, "1", **asked)
    return next(fact for fact in reversed(order.pending_events) if hasattr(fact, "shares"))


@pytest.mark.parametrize("on_refund", BEARINGS["platform_fee_on_refund"])
def test_every_step_of_the_example_comes_to_what_the_page_says(on_refund: str) -> None:
    with acting(context()):
        order = an_order(terms={**DEFAULT_TERMS, "platform_fee_on_refund": on_refund})
        pay(order)
        for number, (step, *told) in enumerate(STEPS, start=1):
            fact = taken(order, UUID(int=number), json.loads(step))
            kept = fact.fee_kept_minor if on_refund == "kept" else int(told[4])
            assert [fact.amount_minor, *fact.shares.values(), kept] == list(map(int, told))
    assert order.left_minor == 0
    assert sum(int(told[0]) for _, *told in STEPS) == TOTAL


def test_the_page_names_every_bearing() -> None:
    for name, values in BEARINGS.items():
        assert f"`{name}`" in PAGE
        assert all(f"| `{value}`" in PAGE for value in values)
