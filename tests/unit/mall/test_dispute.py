"""Disputes: the provider takes the money, the orders wait, it ends once, and what is lost is borne to the cent."""

from typing import Any
from uuid import UUID

import pytest

from services.mall.domain import refusals
from services.mall.domain.dispute import Dispute, Disputed
from services.mall.domain.order import Order
from tests.support.scenario import BORIS, CHEN, Scenario
from tests.unit.mall.samples import (
    CHECKOUT,
    GROUP,
    ORDER,
    PAYMENT,
    REFUND,
    SELLER,
    TOTAL,
    WINDOW_ENDS,
    an_order,
    balances,
    deliver,
    entry,
    pay,
    release,
)  # fmt: skip

DISPUTE, OTHER_DISPUTE = UUID(int=0xD1), UUID(int=0xD2)
TOLD = Disputed("dp_1", PAYMENT, TOTAL, 1_500, "EUR")
PART: dict[str, Any] = {
    "order_id": str(ORDER), "seller_id": str(SELLER), "seller_person_id": str(UUID(int=1)), "amount_minor": 10_000
}  # fmt: skip


def a_dispute(**changes: Any) -> Dispute:
    return Dispute.open(TOLD._replace(**changes), CHECKOUT, "fraudulent", [PART], TOTAL)


def lose(dispute: Dispute) -> None:
    dispute.lose([(None, 1_000), (SELLER, 500)])


def disputed(order: Order) -> None:
    order.dispute(DISPUTE, TOTAL)


def lost(order: Order) -> None:
    order.lose_dispute(DISPUTE)


def won(order: Order) -> None:
    order.win_dispute(DISPUTE)


def test_the_provider_takes_the_money_at_once() -> None:
    scenario = Scenario(Dispute).when(lambda _: a_dispute())
    entries = [entry("disputed", TOTAL), entry("provider", -TOTAL, None)]
    scenario.then((Dispute.Opened, {"reference": "dp_1", "parts": [PART], "entries": entries}))


def test_won_it_is_back() -> None:
    scenario = Scenario(Dispute).given(a_dispute).when(lambda one: one.win())
    scenario.then((Dispute.Won, {"entries": [entry("disputed", -TOTAL), entry("provider", TOTAL, None)]}))


def test_lost_what_no_order_bears_and_the_fee_are_booked() -> None:
    scenario = Scenario(Dispute).given(a_dispute).when(lose)
    entries = [
        entry("dispute_losses", 499, None), entry("disputed", -499), entry("provider", -1_500, None),
        entry("processing_fees", 1_000, None), entry("seller_available", 500, SELLER),
    ]  # fmt: skip
    scenario.then((Dispute.Lost, {"unborne_minor": 499, "entries": entries}))


def test_the_same_end_again_records_nothing() -> None:
    Scenario(Dispute).given(a_dispute, lose).when(lose).then_nothing()
    Scenario(Dispute).given(a_dispute, Dispute.win).when(Dispute.win).then_nothing()


def test_refuses_another_end() -> None:
    Scenario(Dispute).given(a_dispute, lose).when(Dispute.win).then_refused(refusals.DisputeEndedOtherwise)
    Scenario(Dispute).given(a_dispute, Dispute.win).when(lose).then_refused(refusals.DisputeEndedOtherwise)


@pytest.mark.parametrize(
    "other", [{"amount_minor": 1}, {"fee_minor": 1}, {"currency": "CNY"}, {"payment_id": UUID(int=9)}]
)
def test_refuses_news_of_it_that_differ(other: dict[str, Any]) -> None:
    scenario = Scenario(Dispute).given(a_dispute)
    scenario.when(lambda one: one.check_same(TOLD._replace(**other))).then_refused(refusals.DisputeDiffers)


@pytest.mark.parametrize("wrong", [{"amount_minor": 0}, {"fee_minor": -1}])
def test_refuses_a_dispute_of_nothing(wrong: dict[str, int]) -> None:
    Scenario(Dispute).when(lambda _: a_dispute(**wrong)).then_refused(refusals.AmountNotUsable)


@pytest.mark.parametrize(
    "command",
    [
        lambda order: order.release(WINDOW_ENDS),
        lambda order: order.refund_line(REFUND, "1", 1),
        lambda order: order.cancel_paid("lost", recorded=True),
    ],
)
def test_nothing_of_a_disputed_order_is_released_or_paid_back(command: Any) -> None:
    Scenario(Order).given(an_order, pay, deliver, disputed).when(command).then_refused(refusals.OrderDisputed)
    going_on = Scenario(Order).given(an_order, pay, deliver, disputed, won).when(command)
    assert going_on.recorded


def test_refuses_a_dispute_of_more_than_was_captured() -> None:
    scenario = Scenario(Dispute).when(lambda _: a_dispute(amount_minor=TOTAL + 1))
    scenario.then_refused(refusals.DisputeAboveCapture)


@pytest.mark.parametrize(("captured_minor", "most_minor"), [(TOTAL, 10_000), (1_000_000, 200_000)])
def test_refuses_a_fee_that_is_far_beyond_what_any_provider_takes(captured_minor: int, most_minor: int) -> None:
    def opened(fee_minor: int) -> Scenario[Dispute]:
        told = TOLD._replace(fee_minor=fee_minor)
        return Scenario(Dispute).when(lambda _: Dispute.open(told, CHECKOUT, "fraudulent", [PART], captured_minor))

    opened(most_minor).then((Dispute.Opened, {"fee_minor": most_minor}))
    opened(most_minor + 1).then_refused(refusals.DisputeFeeTooHigh)


def test_an_order_says_what_is_at_stake_of_what_was_released() -> None:
    held = Scenario(Order).given(an_order, pay, deliver).when(disputed)
    held.then((Order.Disputed, {"at_stake": []}))
    released = Scenario(Order).given(an_order, pay, deliver, release).when(disputed)
    at_stake = [
        {"role": "seller", "party_id": str(SELLER), "amount_minor": 8_999},
        {"role": "community", "party_id": str(GROUP), "amount_minor": 1_000},
    ]
    released.then((Order.Disputed, {"at_stake": at_stake}))


def test_lost_before_release_the_shares_are_taken_from_what_is_held() -> None:
    scenario = Scenario(Order).given(an_order, pay, disputed).when(lost)
    assert balances(scenario.recorded) == {
        ("seller_held", str(SELLER)): 8_999, ("community_held", str(GROUP)): 1_000, ("platform_held", None): 500,
        ("disputed", str(CHECKOUT)): -TOTAL,
    }  # fmt: skip
    assert scenario.root is not None
    assert scenario.root.left_minor == 0


def test_lost_after_release_they_are_taken_from_what_is_available() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver, release, disputed).when(lost)
    assert balances(scenario.recorded)["community_available", str(GROUP)] == 1_000
    scenario.then((Order.LineChargedBack, {"amount_minor": TOTAL}), (Order.DisputeEnded, {"release_at": None}))


def test_a_part_is_taken_of_price_and_freight_by_what_is_left() -> None:
    scenario = Scenario(Order).given(an_order, pay, lambda one: one.dispute(DISPUTE, 1_050)).when(lost)
    expected = {"amount_minor": 1_050, "freight_minor": 50, "shares": {"seller": 900, "community": 100, "platform": 50}}
    scenario.then((Order.LineChargedBack, expected), (Order.DisputeEnded, {"outcome": "lost"}))


def test_won_nothing_is_taken_and_what_is_delivered_falls_due() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver, disputed).when(won)
    scenario.then((Order.DisputeEnded, {"outcome": "won", "release_at": WINDOW_ENDS}))


def test_the_same_dispute_again_records_nothing() -> None:
    Scenario(Order).given(an_order, pay, disputed).when(disputed).then_nothing()
    Scenario(Order).given(an_order, pay, disputed, lost).when(lost).then_nothing()
    Scenario(Order).given(an_order, pay, disputed, won).when(lost).then_nothing()


def test_refuses_to_dispute_more_than_is_left_and_not_disputed() -> None:
    scenario = Scenario(Order).given(an_order, pay, lambda one: one.dispute(OTHER_DISPUTE, 500))
    scenario.when(disputed).then_refused(refusals.MoreThanIsLeft)


def test_refuses_to_dispute_what_was_not_paid() -> None:
    Scenario(Order).given(an_order).when(disputed).then_refused(refusals.NotPaid)


def by_hand(by: UUID, outcome: str) -> Any:
    return lambda dispute: dispute.settle_by_hand(outcome, "seen_at_provider", by)


def test_refuses_the_word_of_whoever_has_something_of_it() -> None:
    own = Scenario(Dispute).given(a_dispute)
    own.when(lambda dispute: dispute.settle_by_hand("won", "seen_at_provider", BORIS, is_own=True))
    own.then_refused(refusals.OwnDispute)


def test_two_operators_end_it_by_hand_and_what_is_told_of_it_then_changes_nothing() -> None:
    told = {"outcome": "won", "reason": "seen_at_provider"}
    first = Scenario(Dispute).given(a_dispute).when(by_hand(BORIS, "won"))
    first.then((Dispute.SettlementProposed, told | {"proposed_by": BORIS}))
    again = Scenario(Dispute).given(a_dispute, by_hand(BORIS, "won")).when(by_hand(BORIS, "won"))
    again.then_refused(refusals.SettlementProposedByYou)
    second = Scenario(Dispute).given(a_dispute, by_hand(BORIS, "won")).when(by_hand(CHEN, "won"))
    second.then((Dispute.SettledByHand, told | {"confirmed_by": CHEN}))
    ended = (by_hand(BORIS, "won"), by_hand(CHEN, "won"), Dispute.win)
    Scenario(Dispute).given(a_dispute, *ended).when(lose).then_nothing()
    Scenario(Dispute).given(a_dispute, *ended).when(
        lambda one: one.check_same(TOLD._replace(amount_minor=1))
    ).then_nothing()
    Scenario(Dispute).given(a_dispute, *ended).when(by_hand(CHEN, "lost")).then_refused(refusals.DisputeEndedOtherwise)


def test_what_was_won_may_be_lost_by_hand_and_what_was_lost_is_lost() -> None:
    second_round = Scenario(Dispute).given(a_dispute, Dispute.win, by_hand(BORIS, "lost")).when(by_hand(CHEN, "lost"))
    second_round.then((Dispute.SettledByHand, {"outcome": "lost"}))
    assert second_round.root is not None
    assert second_round.root.second_round() == TOLD._replace(reference="dp_1-2")
    lost_one = Scenario(Dispute).given(a_dispute, lose)
    lost_one.when(by_hand(BORIS, "won")).then_refused(refusals.DisputeEndedOtherwise)
