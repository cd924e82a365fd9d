"""Refunds that a bank sends back after they were confirmed, and what two operators say became of one."""

from typing import Any
from uuid import UUID

import pytest

from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.refundable import Refundable, retried
from tests.support.scenario import CHEN, DORA, OPERATOR, Scenario

from .samples import ORDER, REFUND, TOTAL, a_checkout, capture, entry

DISPUTE, PARTIES = UUID(int=0xD1), {CHEN}


def demand(checkout: Checkout) -> None:
    checkout.demand_refund(REFUND, ORDER, 499, "line_refunded", from_unallocated=False)


def confirm(checkout: Checkout) -> None:
    checkout.confirm_refund(REFUND, 499)


def come_back(checkout: Checkout) -> None:
    checkout.return_refund(REFUND, 499, "account_closed")


def fail(checkout: Checkout) -> None:
    checkout.fail_refund(REFUND, "card_closed")


def retry(checkout: Checkout) -> None:
    checkout.retry_refund(REFUND)


def settle(outcome: str, by: UUID) -> Any:
    return lambda checkout: checkout.settle_refund(REFUND, outcome, "seen_at_bank", by, PARTIES)


def lose(unborne_minor: int) -> Any:
    return lambda checkout: (checkout.dispute(DISPUTE), checkout.end_dispute(DISPUTE, "lost", unborne_minor))


def refunded(*commands: Any) -> Scenario[Checkout]:
    return Scenario(Checkout).given(a_checkout, capture, demand, confirm, *commands)


def status(scenario: Scenario[Checkout]) -> str:
    assert scenario.root is not None
    return str(scenario.root.refunds[str(REFUND)]["status"])


def test_what_comes_back_is_booked_back_and_is_due_to_the_buyer_once() -> None:
    entries = [entry("provider", 499, None), entry("refunds_due", -499)]
    scenario = refunded().when(come_back)
    told = {"refund_id": REFUND, "order_id": ORDER, "amount_minor": 499, "reason": "account_closed", "entries": entries}
    scenario.then((Checkout.RefundReturned, told))
    assert status(scenario) == "returned"
    assert scenario.root is not None
    assert scenario.root.demanded_minor == 0
    refunded(come_back).when(come_back).then_nothing()


def test_it_may_be_told_before_the_refund_itself_was() -> None:
    scenario = Scenario(Checkout).given(a_checkout, capture, demand).when(come_back)
    scenario.then((Checkout.PaymentRefunded, {"amount_minor": 499}), (Checkout.RefundReturned, {"amount_minor": 499}))


def test_another_amount_does_not_come_back() -> None:
    scenario = refunded().when(lambda checkout: checkout.return_refund(REFUND, 500, "account_closed"))
    scenario.then_refused(refusals.AmountDiffers)


def test_what_never_went_out_does_not_come_back() -> None:
    Scenario(Checkout).given(a_checkout, capture, demand, fail).when(come_back).then_nothing()
    Scenario(Checkout).given(a_checkout, capture).when(come_back).then_refused(refusals.NoSuchRefund)


def test_what_came_back_is_demanded_again_under_another_id_and_may_come_back_again() -> None:
    refunded(come_back).when(retry).then((Checkout.RefundDemanded, {"refund_id": retried(REFUND), "entries": []}))
    again = refunded(come_back, retry)
    again.when(retry).then_nothing()
    again.when(lambda checkout: checkout.confirm_refund(retried(REFUND), 499)).then((Checkout.PaymentRefunded, {}))
    again.when(lambda checkout: checkout.return_refund(retried(REFUND), 499, "again"))
    again.then((Checkout.RefundReturned, {"refund_id": retried(REFUND)}))


def test_the_provider_may_have_sent_it_another_way_under_the_same_id() -> None:
    scenario = refunded(come_back).when(confirm)
    scenario.then((Checkout.PaymentRefunded, {"amount_minor": 499}))
    assert status(scenario) == "refunded"


@pytest.mark.parametrize("first", [come_back, fail])
def test_what_was_demanded_again_is_not_given_back_besides(first: Any) -> None:
    begun = [confirm] if first is come_back else []
    scenario = Scenario(Checkout).given(a_checkout, capture, demand, *begun, first, retry)
    scenario.when(confirm).then_refused(refusals.RefundDemandedAgain)
    scenario.when(settle("paid_elsewhere", OPERATOR)).then_refused(refusals.RefundDemandedAgain)


def test_without_the_guard_the_buyer_gets_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refundable, "_is_retried", lambda *_: False)
    refunded(come_back, retry).when(confirm).then((Checkout.PaymentRefunded, {}))


def test_what_a_bank_took_beyond_the_orders_is_set_off_when_it_comes_back_or_when_the_dispute_ends() -> None:
    entries = [entry("refunds_due", 400), entry("dispute_losses", -400, None)]
    set_off = (Checkout.RefundSetOff, {"amount_minor": 400, "left_minor": 99, "status": "returned", "entries": entries})
    refunded(lose(400)).when(come_back).then((Checkout.RefundReturned, {}), set_off)
    scenario = refunded(come_back).when(lose(400))
    scenario.then((Checkout.PaymentDisputed, {}), (Checkout.DisputeEnded, {}), set_off)


def test_two_operators_say_that_the_buyer_got_it_another_way() -> None:
    scenario = refunded(come_back).when(settle("paid_elsewhere", OPERATOR))
    told = {"refund_id": REFUND, "outcome": "paid_elsewhere", "reason": "seen_at_bank", "proposed_by": OPERATOR}
    scenario.then((Checkout.RefundSettlementProposed, told))
    entries = [entry("refunds_due", 499), entry("platform_bank", -499, None)]
    scenario.when(settle("paid_elsewhere", DORA))
    scenario.then((Checkout.RefundPaidElsewhere, {"amount_minor": 499, "confirmed_by": DORA, "entries": entries}))
    assert status(scenario) == "paid_elsewhere"
    scenario.when(retry).then_refused(refusals.RefundSentElsewhere)
    scenario.when(confirm).then_refused(refusals.RefundSentElsewhere)
    alone = refunded(come_back, settle("paid_elsewhere", OPERATOR))
    alone.when(settle("paid_elsewhere", OPERATOR)).then_refused(refusals.SettlementProposedByYou)


def test_two_operators_say_that_it_came_back_where_nobody_told() -> None:
    scenario = refunded(settle("returned", OPERATOR)).when(settle("returned", DORA))
    scenario.then((Checkout.RefundReturned, {"reason": "seen_at_bank"}))


def test_what_is_said_otherwise_takes_the_place_of_what_was_said_and_holds_for_one_return() -> None:
    other = settle("paid_elsewhere", DORA)
    again = refunded(settle("returned", OPERATOR), come_back, confirm)
    again.when(settle("returned", DORA)).then((Checkout.RefundSettlementProposed, {"proposed_by": DORA}))
    refunded(come_back).when(other).then((Checkout.RefundSettlementProposed, {"outcome": "paid_elsewhere"}))


def test_what_was_said_of_all_of_it_does_not_hold_for_what_a_bank_has_left() -> None:
    scenario = refunded(come_back, settle("paid_elsewhere", OPERATOR), lose(400))
    scenario.when(settle("paid_elsewhere", DORA)).then((Checkout.RefundSettlementProposed, {"proposed_by": DORA}))
    scenario.when(settle("paid_elsewhere", OPERATOR)).then((Checkout.RefundPaidElsewhere, {"amount_minor": 99}))


@pytest.mark.parametrize("outcome", ["returned", "paid_elsewhere"])
def test_refuses_the_word_of_whoever_bought_sold_or_earns(outcome: str) -> None:
    done = [come_back] if outcome == "paid_elsewhere" else []
    refunded(*done).when(settle(outcome, CHEN)).then_refused(refusals.OwnRefund)


def test_refuses_what_cannot_have_become_of_it() -> None:
    refunded().when(settle("paid_elsewhere", OPERATOR)).then_refused(refusals.RefundStandsOtherwise)
    refunded(come_back).when(settle("returned", OPERATOR)).then_refused(refusals.RefundStandsOtherwise)
    done = [settle("paid_elsewhere", OPERATOR), settle("paid_elsewhere", DORA)]
    refunded(come_back, *done).when(settle("paid_elsewhere", OPERATOR)).then_refused(refusals.RefundStandsOtherwise)


def test_nothing_is_paid_another_way_beside_a_dispute() -> None:
    scenario = refunded(come_back, lambda checkout: checkout.dispute(DISPUTE))
    scenario.when(settle("paid_elsewhere", OPERATOR)).then_refused(refusals.PaymentDisputed)
    scenario.when(retry).then_refused(refusals.PaymentDisputed)


def test_no_more_is_demanded_than_was_captured_less_what_reached_the_buyer_another_way() -> None:
    done = [come_back, settle("paid_elsewhere", OPERATOR), settle("paid_elsewhere", DORA)]
    scenario = refunded(*done)
    scenario.when(lambda checkout: checkout.demand_refund(UUID(int=9), None, TOTAL - 498, "more", False))
    scenario.then_refused(refusals.NotEnoughCaptured)
