"""Refunds beside a dispute: nothing is sent while it is open, and what the bank took is not paid a second time."""

from typing import Any
from uuid import UUID

import pytest

from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.refundable import Refundable
from tests.support.scenario import Scenario

from .samples import REFUND, TOTAL, a_checkout, capture, entry

DISPUTE = UUID(int=0xD1)


def demand(checkout: Checkout) -> None:
    checkout.demand_refund(REFUND, None, TOTAL, "overpaid", from_unallocated=True)


def fail(checkout: Checkout) -> None:
    checkout.fail_refund(REFUND, "card_closed")


def retry(checkout: Checkout) -> None:
    checkout.retry_refund(REFUND)


def dispute(checkout: Checkout) -> None:
    checkout.dispute(DISPUTE)


def lose(unborne_minor: int) -> Any:
    return lambda checkout: checkout.end_dispute(DISPUTE, "lost", unborne_minor)


def win(checkout: Checkout) -> None:
    checkout.end_dispute(DISPUTE, "won", 0)


def checkout(*commands: Any) -> Scenario[Checkout]:
    return Scenario(Checkout).given(a_checkout, capture, demand, *commands)


def test_a_refund_that_failed_is_not_demanded_again_while_its_payment_is_disputed() -> None:
    checkout(fail, dispute).when(retry).then_refused(refusals.PaymentDisputed)
    checkout(fail, dispute, win).when(retry).then((Checkout.RefundDemanded, {"amount_minor": TOTAL}))


def test_without_the_guard_it_is_demanded_beside_the_dispute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refundable, "_check_undisputed", lambda _: None)
    checkout(fail, dispute).when(retry).then((Checkout.RefundDemanded, {}))


def test_what_the_bank_took_is_set_off_against_what_failed() -> None:
    scenario = checkout(fail, dispute).when(lose(TOTAL))
    entries = [entry("refunds_due", TOTAL), entry("dispute_losses", -TOTAL, None)]
    told = {"amount_minor": TOTAL, "left_minor": 0, "status": "set_off", "entries": entries}
    scenario.then((Checkout.DisputeEnded, {"unborne_minor": TOTAL}), (Checkout.RefundSetOff, told))
    checkout(fail, dispute, lose(TOTAL)).when(retry).then_refused(refusals.RefundTakenByBank)


def test_of_what_the_bank_took_in_part_the_rest_is_due() -> None:
    scenario = checkout(fail, dispute, lose(500)).when(retry)
    scenario.then((Checkout.RefundDemanded, {"amount_minor": TOTAL - 500, "entries": []}))


def test_one_that_was_never_sent_is_set_off_and_the_rest_stays_demanded() -> None:
    scenario = checkout(dispute, lose(500)).when(lambda one: one.set_off_refund(REFUND))
    scenario.then((Checkout.RefundSetOff, {"amount_minor": 500, "left_minor": TOTAL - 500, "status": "demanded"}))
    again = checkout(dispute, lose(500), lambda one: one.set_off_refund(REFUND))
    again.when(lambda one: one.set_off_refund(REFUND)).then_nothing()
    again.when(lambda one: one.confirm_refund(REFUND, TOTAL)).then_refused(refusals.AmountDiffers)


def test_one_that_fails_after_the_dispute_was_lost_is_set_off_then() -> None:
    scenario = checkout(dispute, lose(TOTAL)).when(fail)
    scenario.then((Checkout.RefundFailed, {}), (Checkout.RefundSetOff, {"left_minor": 0}))


def test_what_was_demanded_anew_is_set_off_once() -> None:
    scenario = checkout(fail, retry, dispute).when(lose(TOTAL))
    scenario.then((Checkout.DisputeEnded, {}))


def test_what_the_orders_bore_sets_off_nothing() -> None:
    checkout(fail, dispute, lose(0)).when(retry).then((Checkout.RefundDemanded, {"amount_minor": TOTAL}))
