"""What holds an order: goods that are on their way back, until that is answered; and how many cases are about it."""

from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall import due
from services.mall.domain import order_facts, refusals
from services.mall.domain.order import Order
from services.mall.domain.returns import Returnable
from services.mall.invariants.returns import ReturnsAreAnswered
from tests.support.forging import judged
from tests.support.scenario import NOON, Scenario, context

from .return_breaches import ANSWER_BY, pay_back, return_story, send_back
from .samples import ORDER, REFUND, TOTAL, a_line, an_order, deliver, pay, release

CASE, DISPUTE = UUID(int=0xCA), UUID(int=0xD1)
ABOUT_IT = ["1"]


def two_lines() -> Order:
    return an_order(a_line("1"), a_line("2"))


def in_case(order: Order) -> None:
    order.open_case(CASE, "1")


def out_of_case(*line_ids: str, is_decided: bool = False) -> Any:
    return lambda order: order.close_case(CASE, line_ids, is_decided)


def of_buyer(line_id: str | None = None, most: int = 2) -> Any:
    return lambda order: order.open_case(UUID(int=order.cases), line_id, most)


def ended(order: Order) -> None:
    order.close_case(order.case_id or CASE)


def lose_all(order: Order) -> None:
    order.dispute(DISPUTE, TOTAL)
    order.lose_dispute(DISPUTE)


def test_a_return_says_until_when_it_is_answered() -> None:
    asked = Scenario(Order).given(an_order, pay, deliver).when(send_back)
    asked.then((Order.ReturnRequested, {"answer_by": ANSWER_BY}))


def test_refuses_to_release_what_is_on_its_way_back() -> None:
    Scenario(Order).given(an_order, pay, deliver, send_back).when(release).then_refused(refusals.ReturnNotAnswered)
    several = Scenario(Order).given(an_order, pay, deliver, send_back, send_back, pay_back)
    several.when(release).then_refused(refusals.ReturnNotAnswered)


@pytest.mark.parametrize(
    "answered",
    [
        [pay_back],
        [lose_all],
        [lambda order: order.refund_line(REFUND, "1", amount_minor=9_999, freight_minor=500)],
        [in_case, out_of_case("1")],
        [in_case, out_of_case("1", is_decided=True)],
    ],
    ids=["paid back", "taken by the bank", "all of the price", "settled in a case", "decided in a case"],
)
def test_once_it_is_answered_the_rest_is_released(answered: list[Any]) -> None:
    released = Scenario(Order).given(an_order, pay, deliver, send_back, *answered).when(release)
    assert [type(fact) for fact in released.recorded][-1:] == [Order.Released]


def test_a_case_about_something_else_answers_no_return() -> None:
    other = Scenario(Order).given(two_lines, pay, deliver, send_back, in_case, out_of_case("2"))
    other.when(release).then_refused(refusals.ReturnNotAnswered)


def test_what_has_no_clock_holds_nothing() -> None:
    """As of before there was one, and of what was paid elsewhere."""
    asked = Scenario(Order).given(an_order, pay, deliver, lambda order: order.request_return("1", 1, "too_long", NOON))
    assert asked.when(release).recorded
    assert judged(ReturnsAreAnswered(Mock(due_rows=dict)), _of_before()) is None


def test_without_the_guard_the_audit_finds_what_was_released_while_it_was_sent_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Returnable, "_check_not_held", lambda *_: None)
    with acting(context()):
        order = an_order()
        for command in (pay, deliver, send_back, release):
            command(order)
        facts = order.collect_events()
    assert "nobody has answered" in str(judged(ReturnsAreAnswered(Mock(due_rows=dict)), facts))


def test_the_audit_finds_a_return_that_nobody_will_look_at() -> None:
    facts = return_story(is_answered=False)
    assert "has no due row" in str(judged(ReturnsAreAnswered(Mock(due_rows=dict)), facts))
    rows = {(due.RETURN_UNANSWERED, f"{ORDER}/1"): None}
    assert judged(ReturnsAreAnswered(Mock(due_rows=lambda: rows)), facts) is None
    assert judged(ReturnsAreAnswered(Mock(due_rows=dict)), return_story()) is None


def test_a_buyer_opens_so_many_cases_about_an_order_and_the_platform_any_number() -> None:
    twice = Scenario(Order).given(an_order, pay, of_buyer(), ended, of_buyer(), ended)
    twice.when(of_buyer()).then_refused(refusals.TooManyCases)
    platform = Scenario(Order).given(an_order, pay, *[in_case, ended] * 3).when(of_buyer(most=1))
    platform.then((Order.CaseOpened, {"by_buyer": True}))


def test_what_an_operator_has_decided_is_not_decided_again() -> None:
    decided = (two_lines, pay, of_buyer("1"), lambda order: order.close_case(order.case_id, ABOUT_IT, True))
    Scenario(Order).given(*decided).when(of_buyer("1")).then_refused(refusals.CaseDecided)
    Scenario(Order).given(*decided).when(of_buyer()).then_refused(refusals.CaseDecided)
    Scenario(Order).given(*decided).when(of_buyer("2")).then((Order.CaseOpened, {}))
    gone = Scenario(Order).given(*decided, lambda order: order.refund_line(REFUND, "1", 3, with_freight=True))
    gone.when(of_buyer()).then((Order.CaseOpened, {}))


@pytest.mark.parametrize("opened", [in_case, of_buyer(), of_buyer("1")])
def test_refuses_a_case_about_what_went_back(opened: Any) -> None:
    gone = Scenario(Order).given(an_order, pay, lambda order: order.refund_line(REFUND, "1", 3, with_freight=True))
    gone.when(opened).then_refused(refusals.NothingLeftToDecide)


def _of_before() -> list[Any]:
    facts = return_story(is_answered=False)
    for fact in facts:
        if isinstance(fact, order_facts.ReturnRequested):
            fact.__dict__["answer_by"] = None
    return facts
