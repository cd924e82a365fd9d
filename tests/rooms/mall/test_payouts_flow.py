"""The way of a payout: earned, drawn, sent, paid; and everything that may go wrong on it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.contracts.groups import MemberRoleGiven, MemberRoleTaken
from services.contracts.identity import PersonForgotten
from services.kernel.refusals import Malformed
from services.mall.domain import refusals
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.settings import Settings

from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .paying import (
    DESTINATION,
    EARNED,
    SELLER,
    account,
    account_of,
    asked,
    ensure_sound,
    paid_out,
    payable,
    payout,
    payouts,
    refund,
    sold,
    terms,
    told,
)
from .questioning import ask, put_on_shelf


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        ensure_sound(market)
        assert market.account("provider") == market.provider.balance_minor


@pytest.fixture
def earned(market: Market) -> Market:
    """Anna has earned 114.00, and has an account that has rested. Nothing is paid but by hand."""
    terms(market)
    account(market)
    sold(market)
    return market


def test_what_is_held_is_not_available_and_what_is_released_is(market: Market) -> None:
    terms(market)
    account(market)
    opened = market.paid(market.listed())
    with pytest.raises(refusals.BalanceTooLow):
        asked(market)
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=6)
    with pytest.raises(refusals.BalanceTooLow):
        asked(market, 100)
    market.pass_time(days=1)
    assert payable(market).balance_minor == EARNED == -market.account("seller_available")


def test_a_payout_by_hand_is_sent_paid_and_booked(earned: Market) -> None:
    payout_id = asked(earned, 1_400)
    assert (payable(earned).balance_minor, earned.account("payouts_due")) == (10_000, -1_400)
    earned.settle()
    assert payout(earned, payout_id).status == "sent"
    assert earned.provider.transfers[payout_id] | {"destination": DESTINATION, "amount_minor": 1_400} == (
        earned.provider.transfers[payout_id]
    )
    paid_out(earned, payout_id)
    assert payout(earned, payout_id).status == "paid"
    assert (earned.account("payouts_due"), earned.account("seller_available")) == (0, -10_000)


def test_spree_14606_everybody_with_a_balance_is_paid_on_the_payday_without_being_asked(market: Market) -> None:
    """No payout was ever created for any seller on any interval."""
    account(market)
    sold(market)
    assert market.clock.at < NOON + timedelta(days=14)
    market.pass_time(days=7)
    (paid,) = payouts(market)
    assert (paid.amount_minor, paid.status, paid.requested_by) == (EARNED, "sent", None)
    paid_out(market, paid.id)
    sold(market)
    market.pass_time(days=7)
    assert [one.amount_minor for one in payouts(market)] == [EARNED, EARNED]


@pytest.mark.parametrize("schedule", ["daily", "weekly", "monthly"])
def test_a_payday_comes_in_every_rhythm_for_as_long_as_there_is_something(market: Market, schedule: str) -> None:
    terms(market, schedule=schedule)
    sold(market)
    for _ in range(5):
        market.pass_time(days=31)
    assert payouts(market) == []
    account(market)
    market.pass_time(days=32)
    assert [one.amount_minor for one in payouts(market)] == [EARNED]
    assert said(market) == ["no_account"]
    (paid,) = [fact for fact in market.facts if isinstance(fact, Payout.Requested)]
    assert paid.effective_at == paid.recorded_at


def test_why_a_payday_paid_nothing_is_said_once_for_each_reason(market: Market) -> None:
    sold(market)
    for _ in range(4):
        market.pass_time(days=7)
    assert said(market) == ["no_account"]
    market.do("set_payout_account", ANNA, party_id=SELLER, destination=DESTINATION, agrees=True)
    terms(market, schedule="daily", least_minor=EARNED + 1)
    market.pass_time(days=8)
    assert said(market) == ["no_account", "below_least"]
    terms(market, schedule="daily")
    market.pass_time(days=1)
    assert [one.amount_minor for one in payouts(market)] == [EARNED]


def said(market: Market) -> list[str]:
    return [fact.reason for fact in market.facts if isinstance(fact, Payable.Passed)]


def test_changed_terms_hold_from_the_next_payday(market: Market) -> None:
    terms(market)
    account(market)
    sold(market)
    market.pass_time(days=7)
    assert (said(market), payouts(market)) == (["manual"], [])
    terms(market, schedule="monthly")
    market.pass_time(days=7)
    assert [one.amount_minor for one in payouts(market)] == [EARNED]


def test_a_community_and_a_member_are_paid_what_they_earned(market: Market) -> None:
    terms(market)
    rod = market.listed()
    put_on_shelf(market, CHEN, rod)
    market.join(DORA)
    link_id = market.do("make_link", DORA, listing_id=rod, group_id=GROUP)["link_id"]
    opened = market.paid(lines=[{"listing_id": rod, "quantity": 1, "link_id": link_id}])
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    account(market, GROUP, CHEN, "acct_group")
    account(market, DORA, DORA, "acct_dora")
    market.pass_time(days=8)
    for party_id, person_id, destination in ((GROUP, CHEN, "acct_group"), (DORA, DORA, "acct_dora")):
        payout_id = asked(market, None, person_id, party_id)
        paid_out(market, payout_id)
        assert market.provider.transfers[payout_id]["destination"] == destination
        assert payout(market, payout_id).amount_minor == 600
    assert (market.account("community_available"), market.account("member_available")) == (0, 0)
    says = [one for one in market.service.messages(0).messages if one.type.endswith("payout_paid.v1")]
    assert [(one.data["role"], one.data["group_id"], one.data["person_id"]) for one in says] == [
        ("community", str(GROUP), None), ("member", None, str(DORA)),
    ]  # fmt: skip
    assert "acct_" not in str(says)


def test_somebody_elses_party_looks_like_a_missing_one(earned: Market) -> None:
    payout_id = asked(earned)
    for person_id in (BORIS, OPERATOR):
        with pytest.raises(refusals.NoSuchAccount):
            asked(earned, None, person_id)
        with pytest.raises(refusals.NoSuchAccount):
            account(earned, SELLER, person_id)
        with pytest.raises(refusals.NoSuchPayout):
            earned.do("cancel_payout", person_id, payout_id=payout_id)


def test_a_leader_is_no_owner_and_is_not_paid_for_the_group(market: Market) -> None:
    market.found_group(CHEN, DORA)
    with pytest.raises(refusals.NoSuchAccount):
        account(market, GROUP, DORA)


def test_a_payout_is_given_up_until_it_is_sent(earned: Market) -> None:
    payout_id = asked(earned)
    earned.do("cancel_payout", ANNA, payout_id=payout_id)
    earned.do("cancel_payout", ANNA, payout_id=payout_id)
    assert payable(earned).balance_minor == EARNED
    earned.settle()
    assert earned.provider.transfers == {}
    payout_id = asked(earned)
    earned.settle()
    with pytest.raises(refusals.PayoutAlreadySent):
        earned.do("cancel_payout", ANNA, payout_id=payout_id)


def test_what_is_above_the_limit_waits_for_two_operators(earned: Market) -> None:
    terms(earned, approval_above_minor=5_000)
    payout_id = asked(earned)
    earned.pass_time(days=1)
    assert (payout(earned, payout_id).status, earned.provider.transfers) == ("awaiting_approval", {})
    earned.do("approve_payout", OPERATOR, payout_id=payout_id)
    with pytest.raises(refusals.PayoutApprovedByYou):
        earned.do("approve_payout", OPERATOR, payout_id=payout_id)
    with pytest.raises(refusals.OwnPayout):
        earned.do("approve_payout", ANNA, payout_id=payout_id)
    earned.do("approve_payout", DORA, payout_id=payout_id)
    paid_out(earned, payout_id)
    assert payout(earned, payout_id).status == "paid"


def test_a_large_sum_in_small_parts_is_looked_at_all_the_same(earned: Market) -> None:
    terms(earned, approval_above_minor=5_000)
    first, second = asked(earned, 3_000), asked(earned, 3_000)
    assert [payout(earned, one).status for one in (first, second)] == ["approved", "awaiting_approval"]
    earned.pass_time(days=1)
    assert payout(earned, asked(earned, 3_000)).status == "approved"


def sold_off_the_shelf(market: Market) -> None:
    """A rod by Chen's group, delivered."""
    rod = market.listed()
    put_on_shelf(market, CHEN, rod)
    opened = market.paid(lines=[{"listing_id": rod, "quantity": 1, "group_id": GROUP}])
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])


def test_the_owner_of_a_group_approves_no_payout_to_it(market: Market) -> None:
    terms(market, approval_above_minor=0)
    sold_off_the_shelf(market)
    account(market, GROUP, CHEN)
    terms(market, schedule="weekly", approval_above_minor=0)
    market.pass_time(days=8)
    market.pass_time(days=7)
    (waits,) = payouts(market)
    assert (waits.role, waits.requested_by) == ("community", None)
    with pytest.raises(refusals.OwnPayout):
        market.do("approve_payout", CHEN, payout_id=waits.id)


def test_who_named_the_account_of_a_group_and_owns_it_no_more_approves_no_payout_to_it(market: Market) -> None:
    terms(market, schedule="weekly", approval_above_minor=0)
    sold_off_the_shelf(market)
    account(market, GROUP, CHEN)
    market.groups.say(MemberRoleTaken(group_id=GROUP, person_id=CHEN, role="owner"), market.clock.at)
    for _ in range(2):
        market.pass_time(days=8)
    (waits,) = payouts(market)
    assert waits.requested_by is None
    with pytest.raises(refusals.OwnPayout):
        market.do("approve_payout", CHEN, payout_id=waits.id)
    market.do("approve_payout", DORA, payout_id=waits.id)


def test_who_ever_named_the_account_of_a_group_approves_no_payout_to_it(market: Market) -> None:
    terms(market, schedule="weekly", approval_above_minor=0)
    sold_off_the_shelf(market)
    account(market, GROUP, CHEN, "acct_chen")
    market.join(DORA)
    market.groups.say(MemberRoleGiven(group_id=GROUP, person_id=DORA, role="owner"), market.clock.at)
    market.groups.say(MemberRoleTaken(group_id=GROUP, person_id=CHEN, role="owner"), market.clock.at)
    market.settle()
    for destination in ("acct_dora", "acct_chen"):
        account(market, GROUP, DORA, destination)
    for _ in range(2):
        market.pass_time(days=8)
    (waits,) = payouts(market)
    for named_it in (CHEN, DORA):
        with pytest.raises(refusals.OwnPayout):
            market.do("approve_payout", named_it, payout_id=waits.id)
    market.do("approve_payout", OPERATOR, payout_id=waits.id)


def test_what_was_rejected_is_available_again(earned: Market) -> None:
    terms(earned, approval_above_minor=0)
    payout_id = asked(earned)
    earned.do("reject_payout", OPERATOR, payout_id=payout_id, reason="not_known")
    earned.do("reject_payout", OPERATOR, payout_id=payout_id, reason="not_known")
    assert (payable(earned).balance_minor, earned.account("payouts_due")) == (EARNED, 0)


def test_an_account_rests_after_it_was_set(market: Market) -> None:
    terms(market)
    sold(market)
    market.do("set_payout_account", ANNA, party_id=SELLER, destination=DESTINATION, agrees=True)
    market.pass_time(hours=71)
    with pytest.raises(refusals.AccountResting):
        asked(market)
    market.pass_time(hours=1)
    asked(market)


def test_without_an_account_nothing_is_paid(market: Market) -> None:
    terms(market)
    sold(market)
    with pytest.raises(refusals.AccountNotSet):
        asked(market)
    account(market)
    market.do("drop_payout_account", ANNA, party_id=SELLER)
    with pytest.raises(refusals.AccountNotSet):
        asked(market)


def test_what_was_asked_for_does_not_go_to_another_account(earned: Market) -> None:
    terms(earned, approval_above_minor=0)
    payout_id = asked(earned)
    earned.do("set_payout_account", ANNA, party_id=SELLER, destination="acct_other", agrees=True)
    for operator_id in (OPERATOR, DORA):
        earned.do("approve_payout", operator_id, payout_id=payout_id)
    earned.settle()
    assert (payout(earned, payout_id).status, earned.provider.transfers) == ("cancelled", {})
    assert payable(earned).balance_minor == EARNED


def test_less_than_the_least_waits(earned: Market) -> None:
    terms(earned, least_minor=500)
    with pytest.raises(refusals.PayoutTooSmall):
        asked(earned, 499)


def test_what_failed_is_available_again_and_the_account_waits_to_be_set_anew(earned: Market) -> None:
    payout_id = asked(earned)
    earned.settle()
    earned.provider.end_transfer(payout_id, "failed", "account_closed")
    for number in range(3):
        assert told(earned, payout_id, f"evt_{number}") == 204
    assert (payable(earned).balance_minor, earned.account("payouts_due")) == (EARNED, 0)
    assert account_of(earned).refused_as == "account_closed"
    with pytest.raises(refusals.AccountRefused):
        asked(earned)
    account(earned)
    paid_out(earned, asked(earned))


def test_a_request_that_is_refused_at_once_has_failed(earned: Market) -> None:
    earned.provider.faults.append("no_such_destination")
    payout_id = asked(earned)
    earned.settle()
    assert (payout(earned, payout_id).status, payable(earned).balance_minor) == ("failed", EARNED)


@pytest.mark.parametrize("reason", ["insufficient_balance", "over_2000_yuan", "currency_not_supported"])
def test_that_the_mall_has_too_little_there_is_no_fault_of_the_account(earned: Market, reason: str) -> None:
    earned.provider.faults.append(reason)
    payout_id = asked(earned)
    earned.settle()
    assert (payout(earned, payout_id).status, account_of(earned).refused_as) == ("failed", None)
    paid_out(earned, asked(earned))


def test_spree_14622_what_the_bank_returns_long_after_is_no_longer_paid(earned: Market) -> None:
    payout_id = asked(earned)
    paid_out(earned, payout_id)
    earned.pass_time(days=40)
    earned.provider.end_transfer(payout_id, "returned", "account_closed")
    for number in range(3):
        assert told(earned, payout_id, f"evt_back_{number}") == 204
    assert (payout(earned, payout_id).status, payable(earned).balance_minor) == ("returned", EARNED)
    earned.settle()
    seen = ask(earned, "payout", ANNA, payout_id=payout_id)
    assert (seen["state"], seen["reason"]) == ("returned", "account_closed")
    (balance,) = ask(earned, "account", ANNA, party_id=SELLER)["balances"]
    assert (balance["paid_minor"], balance["available_minor"]) == (0, EARNED)
    assert [one.type for one in earned.service.messages(0).messages][-1] == "agora.mall.payout_returned.v1"


def test_a_return_and_a_paid_that_overtake_one_another_are_both_heard(earned: Market) -> None:
    payout_id = asked(earned)
    earned.settle()
    document = earned.provider.transfer_document(payout_id)
    earned.provider.end_transfer(payout_id, "returned", "account_closed")
    assert told(earned, payout_id, "evt_returned") == 204
    earned.callback("evt_paid", "transfer.paid", document | {"status": "paid"})
    assert (payout(earned, payout_id).status, payable(earned).balance_minor) == ("returned", EARNED)


def test_what_contradicts_what_is_known_is_refused(earned: Market) -> None:
    payout_id = asked(earned)
    paid_out(earned, payout_id)
    document = earned.provider.transfer_document(payout_id)
    with pytest.raises(refusals.PayoutNotUnderWay):
        earned.callback("evt_1", "transfer.failed", document | {"status": "failed", "reason": "x"})
    with pytest.raises(refusals.AmountDiffers):
        earned.callback("evt_2", "transfer.returned", document | {"status": "returned", "amount_minor": 1})
    with pytest.raises(refusals.CurrencyDiffers):
        earned.callback("evt_3", "transfer.paid", document | {"currency": "USD"})
    with pytest.raises(refusals.NoSuchPayout):
        earned.callback("evt_4", "transfer.paid", document | {"transfer_id": str(SELLER)})


def test_a_lost_answer_is_doubt_and_then_asked_for(earned: Market) -> None:
    earned.provider.faults.append("lost")
    payout_id = asked(earned)
    earned.settle()
    assert payout(earned, payout_id).status == "uncertain"
    earned.provider.end_transfer(payout_id)
    earned.pass_time(seconds=6)
    assert payout(earned, payout_id).status == "paid"
    assert earned.provider.requests.count(payout_id) == 1


def test_a_request_that_never_arrived_is_made_again_under_the_same_id(earned: Market) -> None:
    earned.provider.faults.append("dropped")
    payout_id = asked(earned)
    earned.settle()
    earned.provider.transferred = "paid"
    earned.pass_time(seconds=6)
    assert payout(earned, payout_id).status == "paid"
    assert earned.provider.requests.count(payout_id) == 2


def test_a_lost_callback_is_found_by_asking_for_ever(earned: Market) -> None:
    payout_id = asked(earned)
    earned.provider.unanswered = 3
    for _ in range(6):
        earned.pass_time(hours=1)
    assert payout(earned, payout_id).status == "sent"
    earned.provider.end_transfer(payout_id)
    earned.pass_time(hours=2)
    assert payout(earned, payout_id).status == "paid"


def test_without_a_provider_nothing_is_sent_and_it_can_be_given_up(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller()
        terms(market)
        account(market)
        sold(market)
        market.extras["provider"] = None
        payout_id = asked(market)
        market.pass_time(days=1)
        assert payout(market, payout_id).status == "approved"
        market.do("cancel_payout", ANNA, payout_id=payout_id)
        market.extras["provider"] = market.provider
        market.pass_time(days=1)
        assert market.provider.transfers == {}


def test_while_payouts_are_switched_off_no_transfer_is_asked_for(earned: Market) -> None:
    first = asked(earned, 1_000)
    earned.provider.faults.append("dropped")
    earned.settle()
    earned.extras["settings"] = Settings(payouts=False)
    second = asked(earned, 1_000)
    terms(earned, schedule="daily")
    earned.pass_time(days=3)
    assert [payout(earned, one).status for one in (first, second)] == ["uncertain", "approved"]
    assert (earned.provider.requests.count(first), earned.provider.transfers) == (1, {})
    assert len(payouts(earned)) == 2
    del earned.extras["settings"]
    earned.provider.transferred = "paid"
    earned.pass_time(days=1)
    earned.pass_time(seconds=10)
    assert [one.status for one in payouts(earned)] == ["paid"] * 3


def test_a_refund_after_the_payout_is_a_debt_that_the_next_sale_pays(earned: Market) -> None:
    """dub 2777 and 2939: a refund blocks and nets what is paid later, whatever was held or paid before."""
    (opened,) = [sold(earned)]
    paid_out(earned, asked(earned))
    refund(earned, opened)
    assert payable(earned).balance_minor == -EARNED == -earned.account("seller_available")
    with pytest.raises(refusals.BalanceTooLow):
        asked(earned)
    sold(earned)
    assert payable(earned).balance_minor == 0
    (netted,) = [fact.netted for fact in earned.facts if isinstance(fact, Payable.Credited) and fact.netted]
    assert netted == [{"order_id": opened["order_ids"][0], "amount_minor": EARNED}]
    sold(earned)
    assert payable(earned).balance_minor == EARNED


def test_dub_2777_a_refund_stops_a_payout_that_is_not_sent_yet(earned: Market) -> None:
    opened = sold(earned)
    terms(earned, approval_above_minor=0)
    payout_id = asked(earned)
    refund(earned, opened)
    for operator_id in (OPERATOR, DORA):
        earned.do("approve_payout", operator_id, payout_id=payout_id)
    earned.settle()
    assert (payout(earned, payout_id).status, earned.provider.transfers) == ("cancelled", {})
    assert (payable(earned).balance_minor, payable(earned).debts) == (EARNED, [])


def test_whoever_is_forgotten_is_sent_nothing_and_every_sum_holds(earned: Market) -> None:
    payout_id = asked(earned)
    earned.provider.faults.append("dropped")
    earned.settle()
    forget(earned, ANNA)
    assert not payout(earned, payout_id).destination
    earned.pass_time(minutes=1)
    assert (payout(earned, payout_id).status, earned.provider.transfers) == ("failed", {})
    terms(earned, schedule="daily")
    earned.pass_time(days=8)
    assert said(earned)[-1] == "no_account"
    assert payable(earned).balance_minor == EARNED


def forget(market: Market, person_id: UUID) -> None:
    market.identity.say(PersonForgotten(person_id=person_id), market.clock.at)
    market.settle()


def test_an_account_is_sealed_and_in_no_message(earned: Market) -> None:
    paid_out(earned, asked(earned))
    stored = b"".join(row.state for row in earned.service.recorder.rows())
    assert b"acct_" not in stored
    assert "acct_" not in str(earned.service.messages(0).messages)
    assert any(isinstance(fact, PayoutAccount.Named) and fact.destination for fact in earned.facts)


def test_an_account_is_kept_only_if_its_party_agrees(market: Market) -> None:
    with pytest.raises(Malformed):
        market.do("set_payout_account", ANNA, party_id=SELLER, destination=DESTINATION, agrees=False)


def test_questions_about_payouts(earned: Market) -> None:
    terms(earned, approval_above_minor=5_000)
    small, large = asked(earned, 1_000), asked(earned, 6_000)
    earned.settle()
    (balance,) = ask(earned, "account", ANNA, party_id=SELLER)["balances"]
    assert balance == {
        "currency": "EUR", "held_minor": 0, "withheld_minor": 0, "available_minor": EARNED - 7_000, "debt_minor": 0,
        "reserved_minor": 0, "paying_minor": 7_000, "paid_minor": 0, "not_paid_as": None,
    }  # fmt: skip
    found = ask(earned, "payouts", ANNA, party_id=SELLER)["items"]
    assert [one["payout_id"] for one in found] == [str(large), str(small)]
    assert ask(earned, "payouts", OPERATOR, party_id=SELLER)["items"][0]["state"] == "awaiting_approval"
    for name, fields in (("payouts", {"party_id": SELLER}), ("payout", {"payout_id": small})):
        with pytest.raises((refusals.NoSuchAccount, refusals.NoSuchPayout)):
            ask(earned, name, BORIS, **fields)
    assert to_settle(earned, "approval") == [str(large)]
    assert to_settle(earned, "overdue") == to_settle(earned, "failed") == []
    earned.pass_time(days=3)
    assert to_settle(earned, "overdue") == [str(small)]
    earned.provider.end_transfer(small, "failed", "account_closed")
    earned.pass_time(hours=2)
    assert to_settle(earned, "failed") == [str(small)]
    seen = ask(earned, "payout_account", ANNA, party_id=SELLER)
    assert (seen["state"], seen["refused_as"], seen["destination"]) == (
        "account_refused", "account_closed", DESTINATION,
    )  # fmt: skip
    with pytest.raises(refusals.NoSuchAccount):
        ask(earned, "payout_account", OPERATOR, party_id=SELLER)
    assert ask(earned, "payout_terms", BORIS)["schedule"] == "manual"


def test_what_failed_is_looked_at_until_its_party_was_paid(earned: Market) -> None:
    failed = asked(earned, 1_000)
    earned.settle()
    earned.provider.end_transfer(failed, "failed", "account_closed")
    told(earned, failed)
    earned.settle()
    assert to_settle(earned, "failed") == [str(failed)]
    account(earned)
    paid_out(earned, asked(earned, 1_000))
    earned.settle()
    assert to_settle(earned, "failed") == []


def to_settle(market: Market, why: str) -> list[str]:
    return [one["payout_id"] for one in ask(market, "payouts_to_settle", OPERATOR, why=why)["items"]]
