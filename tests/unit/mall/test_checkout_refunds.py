"""Money that goes back to the buyer, or belongs to no order."""

from typing import Any

import pytest

from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from tests.support.scenario import Scenario
from tests.unit.mall.samples import ORDER, OTHER_REFUND, REFUND, TOTAL, a_checkout, capture, entry


def demand(checkout: Checkout) -> None:
    checkout.demand_refund(REFUND, ORDER, 499, "sold_out", from_unallocated=True)


def confirm(checkout: Checkout) -> None:
    checkout.confirm_refund(REFUND, 499)


def fail(checkout: Checkout) -> None:
    checkout.fail_refund(REFUND, "account_closed")


def test_demands_money_back_that_no_order_took() -> None:
    entries = [entry("unallocated", 499), entry("refunds_due", -499)]
    scenario = Scenario(Checkout).given(a_checkout, capture).when(demand)
    scenario.then((Checkout.RefundDemanded, {"refund_id": REFUND, "order_id": ORDER, "entries": entries}))
    assert scenario.root is not None
    assert (scenario.root.unallocated_minor, scenario.root.demanded_minor) == (TOTAL - 499, 499)
    assert scenario.root.refunds[str(REFUND)]["status"] == "demanded"


def test_books_nothing_again_when_the_order_has_booked_the_refund() -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture)
    scenario.when(lambda one: one.demand_refund(REFUND, ORDER, 499, "damaged", from_unallocated=False))
    scenario.then((Checkout.RefundDemanded, {"amount_minor": 499, "entries": []}))


def test_demands_the_same_refund_once() -> None:
    Scenario(Checkout).given(a_checkout, capture, demand).when(demand).then_nothing()


@pytest.mark.parametrize("from_unallocated", [True, False])
def test_refuses_to_demand_more_than_was_captured(from_unallocated: bool) -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture, demand)
    scenario.when(lambda one: one.demand_refund(OTHER_REFUND, None, TOTAL - 498, "sold_out", from_unallocated))
    scenario.then_refused(refusals.NotEnoughCaptured)


def test_refuses_to_demand_nothing() -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture)
    scenario.when(lambda one: one.demand_refund(REFUND, None, 0, "sold_out", True))
    scenario.then_refused(refusals.AmountNotUsable)


def test_a_confirmed_refund_leaves_the_provider_once() -> None:
    entries = [entry("refunds_due", 499), entry("provider", -499, None)]
    scenario = Scenario(Checkout).given(a_checkout, capture, demand).when(confirm)
    scenario.then((Checkout.PaymentRefunded, {"order_id": ORDER, "amount_minor": 499, "entries": entries}))
    Scenario(Checkout).given(a_checkout, capture, demand, confirm).when(confirm).then_nothing()


def test_refuses_a_confirmation_of_another_amount() -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture, demand)
    scenario.when(lambda one: one.confirm_refund(REFUND, 500)).then_refused(refusals.AmountDiffers)


@pytest.mark.parametrize("command", [confirm, fail])
def test_refuses_news_of_a_refund_that_nobody_demanded(command: Any) -> None:
    Scenario(Checkout).given(a_checkout, capture).when(command).then_refused(refusals.NoSuchRefund)


def test_a_failed_refund_is_recorded_once_and_can_be_demanded_anew_or_still_arrive() -> None:
    Scenario(Checkout).given(a_checkout, capture, demand).when(fail).then((Checkout.RefundFailed, {}))
    failed = Scenario(Checkout).given(a_checkout, capture, demand, fail)
    failed.when(fail).then_nothing()
    failed.when(lambda one: one.demand_refund(OTHER_REFUND, ORDER, 499, "sold_out", from_unallocated=False))
    failed.then((Checkout.RefundDemanded, {"refund_id": OTHER_REFUND}))
    Scenario(Checkout).given(a_checkout, capture, demand, fail).when(confirm).then((Checkout.PaymentRefunded, {}))


def test_refuses_the_failure_of_a_confirmed_refund() -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture, demand, confirm)
    scenario.when(fail).then_refused(refusals.RefundAlreadyConfirmed)


@pytest.mark.parametrize("cause", ["paid_without_lines", "overpaid", "cancelled_paid"])
def test_settles_what_belongs_to_no_order_in_suspense(cause: Any) -> None:
    entries = [entry("unallocated", 99), entry(f"suspense_{cause}", -99)]
    scenario = Scenario(Checkout).given(a_checkout, capture).when(lambda one: one.settle(cause, 99))
    scenario.then((Checkout.Settled, {"cause": cause, "amount_minor": 99, "entries": entries}))


def test_refuses_to_settle_more_than_is_there() -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture, demand)
    scenario.when(lambda one: one.settle("overpaid", TOTAL - 498)).then_refused(refusals.NotEnoughCaptured)
