"""Returns and refunds: within the window, never more than was bought, every share exactly back."""

from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import Refusal
from services.mall.domain import refusals
from services.mall.domain.order import Order
from tests.support.scenario import NOON, Scenario
from tests.unit.mall.samples import (
    CHECKOUT,
    GROUP,
    OTHER_REFUND,
    REFUND,
    SELLER,
    WINDOW_ENDS,
    an_order,
    balances,
    deliver,
    pay,
    release,
)


def ask(order: Order) -> None:
    order.request_return("1", 2, "damaged", NOON)


def refund(order: Order) -> None:
    order.refund_line(REFUND, "1", 1)


def test_a_return_can_be_asked_for_before_delivery_and_within_the_window() -> None:
    expected = {"line_id": "1", "quantity": 2, "reason": "damaged"}
    Scenario(Order).given(an_order, pay).when(ask).then((Order.ReturnRequested, expected))
    Scenario(Order).given(an_order, pay, deliver).when(ask).then((Order.ReturnRequested, expected))


def test_refuses_a_return_when_the_window_has_closed() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver)
    scenario.when(lambda one: one.request_return("1", 1, "damaged", WINDOW_ENDS))
    scenario.then_refused(refusals.ReturnWindowClosed)


@pytest.mark.parametrize(
    ("line_id", "quantity", "reason", "refusal"),
    [
        ("2", 1, "damaged", refusals.NoSuchLine),
        ("1", 2, "damaged", refusals.OverRefunded),
        ("1", 0, "damaged", refusals.QuantityNotPositive),
        ("1", 1, "It broke, Boris", refusals.ReasonNotCode),
    ],
)
def test_refuses_returns_of_wrong_form_or_of_more_than_is_left(
    line_id: str, quantity: int, reason: str, refusal: type[Refusal]
) -> None:
    scenario = Scenario(Order).given(an_order, pay, ask)
    scenario.when(lambda one: one.request_return(line_id, quantity, reason, NOON)).then_refused(refusal)


def test_a_refund_answers_the_return() -> None:
    scenario = Scenario(Order).given(an_order, pay, ask).when(refund).then((Order.LineRefunded, {}))
    assert scenario.root is not None
    assert scenario.root.left["1"]["returning"] == 1


def test_a_refund_takes_back_every_partys_part_of_what_is_held() -> None:
    scenario = Scenario(Order).given(an_order, pay).when(refund)
    shares = {"seller": 2_833, "community": 333, "platform": 167}
    expected = {"refund_id": REFUND, "quantity": 1, "amount_minor": 3_333, "freight_minor": 0, "shares": shares}
    scenario.then((Order.LineRefunded, expected))
    assert balances(scenario.recorded) == {
        ("seller_held", str(SELLER)): 2_833,
        ("community_held", str(GROUP)): 333,
        ("platform_held", None): 167,
        ("refunds_due", str(CHECKOUT)): -3_333,
    }


def test_a_refund_after_release_takes_from_what_is_available() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver, release).when(refund)
    assert balances(scenario.recorded)["seller_available", str(SELLER)] == 2_833
    assert balances(scenario.recorded)["platform_fees", None] == 167


def test_freight_goes_back_whole_and_once_and_from_the_seller() -> None:
    scenario = Scenario(Order).given(an_order, pay).when(lambda one: one.refund_line(REFUND, "1", 1, with_freight=True))
    shares = {"seller": 3_333, "community": 333, "platform": 167}
    scenario.then((Order.LineRefunded, {"amount_minor": 3_833, "freight_minor": 500, "shares": shares}))
    scenario.when(lambda one: one.refund_line(OTHER_REFUND, "1", 1, with_freight=True))
    scenario.then((Order.LineRefunded, {"amount_minor": 3_333, "freight_minor": 0}))


def test_freight_alone_can_go_back() -> None:
    scenario = Scenario(Order).given(an_order, pay).when(lambda one: one.refund_line(REFUND, "1", 0, with_freight=True))
    scenario.then((Order.LineRefunded, {"quantity": 0, "amount_minor": 500, "freight_minor": 500}))


def test_the_same_refund_again_records_nothing() -> None:
    Scenario(Order).given(an_order, pay, refund).when(refund).then_nothing()


def test_parts_add_up_to_the_whole_line() -> None:
    scenario = Scenario(Order).given(an_order, pay, refund)
    scenario.when(lambda one: one.refund_line(OTHER_REFUND, "1", 2, with_freight=True))
    shares = {"seller": 6_166, "community": 667, "platform": 333}
    scenario.then((Order.LineRefunded, {"amount_minor": 7_166, "shares": shares}))
    assert scenario.root is not None
    assert scenario.root.left_minor == 0


@pytest.mark.parametrize(
    ("line_id", "quantity", "refusal"),
    [
        ("1", 3, refusals.OverRefunded),
        ("1", -1, refusals.OverRefunded),
        ("1", 0, refusals.NothingToRefund),
        ("2", 1, refusals.NoSuchLine),
    ],
)
def test_refuses_refunds_beyond_what_is_left(line_id: str, quantity: int, refusal: type[Refusal]) -> None:
    scenario = Scenario(Order).given(an_order, pay, refund)
    scenario.when(lambda one: one.refund_line(OTHER_REFUND, line_id, quantity)).then_refused(refusal)


def test_what_was_refunded_is_not_held_or_released_or_cancelled_again() -> None:
    def refund_all(order: Order) -> None:
        order.refund_line(UUID(int=0xF9), "1", 3, with_freight=True)

    whole: Any = Scenario(Order).given(an_order, pay, deliver, refund_all)
    whole.when(release).then((Order.Released, {"entries": []}))
    whole = Scenario(Order).given(an_order, pay, refund_all)
    whole.when(lambda one: one.cancel_paid("sold_out", OTHER_REFUND))
    whole.then((Order.CancelledPaid, {"amount_minor": 0, "entries": []}))
