"""Checkouts: one payment, which may be late, twice told, in doubt, declined or refunded."""

from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import Refusal
from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from tests.support.scenario import NOON, Scenario
from tests.unit.mall.samples import CHECKOUT, PAYMENT, REFUND, SOON, TOTAL, a_checkout, capture, entry

ELSEWHERE = UUID(int=0xE1)


def decline(checkout: Checkout) -> None:
    checkout.decline_payment(PAYMENT, "insufficient_funds")


def doubt(checkout: Checkout) -> None:
    checkout.doubt_payment(PAYMENT, "timeout")


def expire(checkout: Checkout) -> None:
    checkout.expire(SOON)


def cancel(checkout: Checkout) -> None:
    checkout.cancel("changed_mind")


def recorded() -> Checkout:
    return a_checkout(orders=[], expires_at=None, payment_id=None, payment_method=None, recorded=True)


def test_opens_with_the_total_of_its_orders() -> None:
    expected = {"originator_id": CHECKOUT, "total_minor": TOTAL, "expires_at": SOON, "payment_id": PAYMENT}
    Scenario(Checkout).when(lambda _: a_checkout()).then((Checkout.Opened, expected))


def test_refuses_an_empty_checkout() -> None:
    Scenario(Checkout).when(lambda _: a_checkout(orders=[])).then_refused(refusals.CheckoutEmpty)


def test_refuses_a_currency_that_is_none() -> None:
    Scenario(Checkout).when(lambda _: a_checkout(currency="€")).then_refused(refusals.CurrencyNotUsable)


def test_refuses_a_total_beyond_what_can_be_summed_up() -> None:
    order = {"order_id": str(ELSEWHERE), "seller_id": str(ELSEWHERE), "total_minor": 10**12}
    Scenario(Checkout).when(lambda _: a_checkout(orders=[order, order])).then_refused(refusals.TotalTooHigh)
    Scenario(Checkout).when(lambda _: a_checkout(orders=[order])).then((Checkout.Opened, {"total_minor": 10**12}))


@pytest.mark.parametrize("missing", ["expires_at", "payment_id"])
def test_a_checkout_that_awaits_payment_must_have_a_payment_and_an_end(missing: str) -> None:
    with pytest.raises(ValueError, match="must have"):
        a_checkout(**{missing: None})


def test_records_a_checkout_without_orders_from_elsewhere() -> None:
    Scenario(Checkout).when(lambda _: recorded()).then((Checkout.Opened, {"orders": [], "total_minor": 0}))


def test_captures_its_payment() -> None:
    entries = [entry("provider", TOTAL, None), entry("unallocated", -TOTAL)]
    scenario = Scenario(Checkout).given(a_checkout).when(capture)
    scenario.then((Checkout.PaymentCaptured, {"payment_id": PAYMENT, "amount_minor": TOTAL, "entries": entries}))
    assert scenario.root is not None
    assert (scenario.root.status, scenario.root.payment_status) == ("paid", "captured")
    assert (scenario.root.captured_minor, scenario.root.unallocated_minor) == (TOTAL, TOTAL)


def test_a_payment_told_twice_is_captured_once() -> None:
    Scenario(Checkout).given(a_checkout, capture).when(capture).then_nothing()


@pytest.mark.parametrize(
    ("payment_id", "amount_minor", "refusal"),
    [
        (PAYMENT, TOTAL - 1, refusals.AmountDiffers),
        (PAYMENT, -1, refusals.AmountNotUsable),
        (ELSEWHERE, TOTAL, refusals.NoSuchPayment),
    ],
)
def test_refuses_a_payment_that_was_not_asked_for(payment_id: UUID, amount_minor: int, refusal: type[Refusal]) -> None:
    scenario = Scenario(Checkout).given(a_checkout)
    scenario.when(lambda one: one.capture(payment_id, "card", amount_minor)).then_refused(refusal)


def test_records_several_payments_of_any_amount_from_elsewhere() -> None:
    scenario = Scenario(Checkout).given(recorded, lambda one: one.capture(PAYMENT, "card", 70, recorded=True))
    scenario.when(lambda one: one.capture(ELSEWHERE, "voucher", 30, recorded=True))
    scenario.then((Checkout.PaymentCaptured, {"amount_minor": 30}))
    assert scenario.root is not None
    assert (scenario.root.captured_minor, scenario.root.status) == (100, "paid")


def test_records_a_payment_of_nothing_from_elsewhere() -> None:
    scenario = Scenario(Checkout).given(recorded)
    scenario.when(lambda one: one.capture(PAYMENT, "voucher", 0, recorded=True))
    scenario.then((Checkout.PaymentCaptured, {"amount_minor": 0, "entries": []}))


@pytest.mark.parametrize("ending", [expire, cancel, decline])
def test_a_payment_after_the_end_is_late_but_real(ending: Any) -> None:
    scenario = Scenario(Checkout).given(a_checkout, ending).when(capture).then((Checkout.PaymentCaptured, {}))
    assert scenario.root is not None
    assert scenario.root.status == "paid_late"


def test_a_lost_answer_is_recorded_once_and_the_checkout_stays_open() -> None:
    scenario = Scenario(Checkout).given(a_checkout).when(doubt)
    scenario.then((Checkout.PaymentUncertain, {"payment_id": PAYMENT, "reason": "timeout"}))
    assert scenario.root is not None
    assert scenario.root.is_open
    Scenario(Checkout).given(a_checkout, doubt).when(doubt).then_nothing()


@pytest.mark.parametrize("outcome", [capture, decline])
def test_a_known_outcome_is_not_in_doubt_any_more(outcome: Any) -> None:
    Scenario(Checkout).given(a_checkout, doubt, outcome).when(doubt).then_nothing()


@pytest.mark.parametrize("command", [Checkout.doubt_payment, Checkout.decline_payment])
def test_refuses_news_of_a_payment_of_another_checkout(command: Any) -> None:
    scenario = Scenario(Checkout).given(a_checkout)
    scenario.when(lambda one: command(one, ELSEWHERE, "timeout")).then_refused(refusals.NoSuchPayment)


def test_is_declined_once() -> None:
    expected = {"payment_id": PAYMENT, "reason": "insufficient_funds"}
    scenario = Scenario(Checkout).given(a_checkout).when(decline).then((Checkout.PaymentDeclined, expected))
    assert scenario.root is not None
    assert scenario.root.status == "declined"
    Scenario(Checkout).given(a_checkout, decline).when(decline).then_nothing()


def test_refuses_to_decline_what_was_captured() -> None:
    Scenario(Checkout).given(a_checkout, capture).when(decline).then_refused(refusals.PaymentAlreadyCaptured)


def test_expires_once_when_its_time_is_over() -> None:
    Scenario(Checkout).given(a_checkout).when(expire).then((Checkout.Expired, {}))
    Scenario(Checkout).given(a_checkout, expire).when(expire).then_nothing()


def test_refuses_to_expire_before_its_time() -> None:
    Scenario(Checkout).given(a_checkout).when(lambda one: one.expire(NOON)).then_refused(refusals.CheckoutNotDue)
    Scenario(Checkout).given(recorded).when(expire).then_refused(refusals.CheckoutNotDue)


@pytest.mark.parametrize("ending", [expire, cancel])
def test_refuses_to_end_what_was_paid(ending: Any) -> None:
    Scenario(Checkout).given(a_checkout, capture).when(ending).then_refused(refusals.CheckoutNotOpen)


def test_is_cancelled_once_for_a_reason() -> None:
    Scenario(Checkout).given(a_checkout).when(cancel).then((Checkout.Cancelled, {"reason": "changed_mind"}))
    Scenario(Checkout).given(a_checkout, cancel).when(cancel).then_nothing()


@pytest.mark.parametrize("command", [
    lambda one: one.cancel("I changed my mind"),
    lambda one: one.demand_refund(REFUND, None, 1, "She is ill", True),
])  # fmt: skip
def test_refuses_reasons_in_free_text(command: Any) -> None:
    Scenario(Checkout).given(a_checkout).when(command).then_refused(refusals.ReasonNotCode)
