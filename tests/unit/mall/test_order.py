"""Orders: paid, delivered, released or cancelled; each once, and none before its time."""

from datetime import timedelta
from typing import Any

import pytest

from services.kernel.domain import FORGOTTEN, acting
from services.mall.domain import refusals
from services.mall.domain.lines import order_line
from services.mall.domain.order import Order
from tests.support.scenario import NOON, Scenario, context
from tests.unit.mall.samples import (
    CHECKOUT,
    GROUP,
    ORDER,
    REFUND,
    SELLER,
    WINDOW_ENDS,
    a_line,
    an_order,
    balances,
    deliver,
    pay,
    release,
    replayed,
)

TOTAL = 10_499
AN_INSTANT = timedelta(microseconds=1)


def cancel(order: Order) -> None:
    order.cancel("expired")


def cancel_paid(order: Order) -> None:
    order.cancel_paid("changed_mind", REFUND)


def test_is_placed_with_lines_terms_and_shares() -> None:
    scenario = Scenario(Order).when(lambda _: an_order())
    shares = {"seller": 8_999, "community": 1_000, "platform": 500}
    scenario.then((Order.Placed, {"originator_id": ORDER, "checkout_id": CHECKOUT, "lines": [a_line()]}))
    assert a_line()["shares"] == shares


def test_a_line_without_a_shelf_has_no_commission() -> None:
    line = a_line(group_id=None)
    assert (line["commission_bps"], line["shares"]["community"]) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"quantity": 0}, refusals.QuantityNotPositive),
        ({"unit_price_minor": -1}, refusals.AmountNotUsable),
        ({"freight_minor": -1}, refusals.AmountNotUsable),
    ],
)
def test_refuses_a_line_of_wrong_form(wrong: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        a_line(**wrong)


@pytest.mark.parametrize("wrong", [
    {"price_minor": 1}, {"shares": {"seller": -1, "community": 10_500, "platform": 0}}, {"group_id": None},
])  # fmt: skip
def test_lines_that_do_not_add_up_are_a_mistake_of_the_program(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="add up"):
        an_order(a_line() | wrong)


def test_two_lines_of_one_id_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="add up"):
        an_order(a_line(), a_line())


def test_refuses_an_order_without_lines() -> None:
    Scenario(Order).when(lambda _: an_order(lines=[])).then_refused(refusals.CheckoutEmpty)


def test_payment_is_held_for_every_party() -> None:
    scenario = Scenario(Order).given(an_order).when(pay).then((Order.Paid, {"short_minor": 0}))
    assert balances(scenario.recorded) == {
        ("unallocated", str(CHECKOUT)): TOTAL,
        ("seller_held", str(SELLER)): -8_999,
        ("community_held", str(GROUP)): -1_000,
        ("platform_held", None): -500,
    }


def test_says_how_much_of_what_was_captured_it_took() -> None:
    with acting(context()):
        assert an_order().pay(TOTAL + 5) == TOTAL
        assert an_order().pay(TOTAL - 5, recorded=True) == TOTAL - 5


def test_refuses_a_payment_that_is_short() -> None:
    Scenario(Order).given(an_order).when(lambda one: one.pay(TOTAL - 1)).then_refused(refusals.NotEnoughCaptured)


def test_what_was_recorded_short_is_a_debit_in_suspense() -> None:
    scenario = Scenario(Order).given(an_order).when(lambda one: one.pay(TOTAL - 9, recorded=True))
    scenario.then((Order.Paid, {"short_minor": 9}))
    assert balances(scenario.recorded)["suspense_underpaid", str(CHECKOUT)] == 9


def test_refuses_a_second_payment() -> None:
    Scenario(Order).given(an_order, pay).when(pay).then_refused(refusals.AlreadyPaid)


def test_is_cancelled_once_when_it_is_not_paid() -> None:
    Scenario(Order).given(an_order).when(cancel).then((Order.Cancelled, {"reason": "expired"}))
    Scenario(Order).given(an_order, cancel).when(cancel).then_nothing()


def test_refuses_to_drop_what_was_paid() -> None:
    Scenario(Order).given(an_order, pay).when(cancel).then_refused(refusals.AlreadyPaid)


def test_refuses_payment_of_what_was_cancelled_but_a_late_payment_revives_it() -> None:
    Scenario(Order).given(an_order, cancel).when(pay).then_refused(refusals.OrderCancelled)
    Scenario(Order).given(an_order, cancel).when(lambda one: one.pay(TOTAL, late=True)).then((Order.Paid, {}))


def test_no_late_payment_revives_what_was_paid_and_then_cancelled() -> None:
    scenario = Scenario(Order).given(an_order, pay, cancel_paid)
    scenario.when(lambda one: one.pay(TOTAL, late=True)).then_refused(refusals.OrderCancelled)


def test_delivery_opens_the_window_of_its_own_terms() -> None:
    expected = {"delivered_at": NOON, "return_window_ends_at": WINDOW_ENDS}
    Scenario(Order).given(an_order, pay).when(deliver).then((Order.Delivered, expected))


def test_refuses_a_delivery_that_has_not_happened() -> None:
    scenario = Scenario(Order).given(an_order, pay)
    scenario.when(lambda one: one.deliver(NOON + AN_INSTANT, NOON)).then_refused(refusals.DeliveredInFuture)


def test_refuses_a_second_delivery() -> None:
    Scenario(Order).given(an_order, pay, deliver).when(deliver).then_refused(refusals.AlreadyDelivered)


@pytest.mark.parametrize(
    "command",
    [
        deliver,
        release,
        cancel_paid,
        lambda one: one.refund_line(REFUND, "1", 1),
        lambda one: one.request_return("1", 1, "damaged", NOON),
    ],
)
def test_refuses_what_takes_a_paid_order(command: Any) -> None:
    Scenario(Order).given(an_order).when(command).then_refused(refusals.NotPaid)
    Scenario(Order).given(an_order, cancel).when(command).then_refused(refusals.OrderCancelled)


def test_what_was_held_is_available_when_the_window_has_closed() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver).when(release).then((Order.Released, {}))
    assert balances(scenario.recorded) == {
        ("seller_held", str(SELLER)): 8_999,
        ("community_held", str(GROUP)): 1_000,
        ("platform_held", None): 500,
        ("seller_available", str(SELLER)): -8_999,
        ("community_available", str(GROUP)): -1_000,
        ("platform_fees", None): -500,
    }


def an_early_release_is_refused() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver)
    scenario.when(lambda one: one.release(WINDOW_ENDS - AN_INSTANT)).then_refused(refusals.ReturnWindowOpen)


def test_refuses_to_release_while_the_window_is_open() -> None:
    an_early_release_is_refused()


def test_without_its_guard_shares_are_released_while_goods_can_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Order, "_window_closed", lambda *_: True)
    with pytest.raises(AssertionError):
        an_early_release_is_refused()


def test_refuses_to_release_what_was_not_delivered() -> None:
    Scenario(Order).given(an_order, pay).when(release).then_refused(refusals.NotDelivered)


def test_refuses_a_second_release() -> None:
    Scenario(Order).given(an_order, pay, deliver, release).when(release).then_refused(refusals.AlreadyReleased)


def test_a_cancelled_payment_is_due_to_the_buyer() -> None:
    scenario = Scenario(Order).given(an_order, pay).when(cancel_paid)
    scenario.then((Order.CancelledPaid, {"refund_id": REFUND, "amount_minor": TOTAL}))
    assert balances(scenario.recorded)["refunds_due", str(CHECKOUT)] == -TOTAL
    assert scenario.root is not None
    assert (scenario.root.left_minor, scenario.root.status) == (0, "cancelled")


def test_a_cancelled_payment_whose_refund_is_unknown_waits_in_suspense_without_what_was_short() -> None:
    scenario = Scenario(Order).given(an_order, lambda one: one.pay(TOTAL - 9, recorded=True))
    scenario.when(lambda one: one.cancel_paid("unknown", recorded=True))
    scenario.then((Order.CancelledPaid, {"refund_id": None, "amount_minor": TOTAL - 9}))
    booked = balances(scenario.recorded)
    assert booked["suspense_cancelled_paid", str(CHECKOUT)] == -(TOTAL - 9)
    assert booked["suspense_underpaid", str(CHECKOUT)] == -9


def test_refuses_to_cancel_what_was_delivered_unless_that_is_how_it_was_elsewhere() -> None:
    delivered = Scenario(Order).given(an_order, pay, deliver)
    delivered.when(cancel_paid).then_refused(refusals.AlreadyDelivered)
    recorded = Scenario(Order).given(an_order, pay, deliver)
    recorded.when(lambda one: one.cancel_paid("unknown", recorded=True)).then((Order.CancelledPaid, {}))


def test_refuses_to_cancel_what_was_released() -> None:
    Scenario(Order).given(an_order, pay, deliver, release).when(cancel_paid).then_refused(refusals.AlreadyReleased)


def test_replays_after_the_address_was_forgotten() -> None:
    with acting(context()):
        order = an_order()
        pay(order)
        facts = list(order.collect_events())
    facts[0].__dict__["delivery_address"] = FORGOTTEN
    again = replayed(facts)
    assert not again.delivery_address
    assert again.total_minor == TOTAL


def test_a_line_says_what_it_was_made_of() -> None:
    line = order_line("7", "listing", "Rod", 2, 50, 10, None, 1_000, 500)
    assert line == {
        "line_id": "7", "listing_id": "listing", "title": "Rod", "quantity": 2, "unit_price_minor": 50,
        "price_minor": 100, "freight_minor": 10, "group_id": None, "commission_bps": 0, "platform_fee_bps": 500,
        "shares": {"seller": 105, "community": 0, "platform": 5},
    }  # fmt: skip
