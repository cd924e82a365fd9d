"""What the provider contradicts itself about, two operators settle by hand; then it goes on."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from services.contracts.groups import MemberRoleGiven, MemberRoleTaken
from services.mall.domain.dispute import Dispute
from services.mall.domain.refusals import (
    AmountDiffers,
    DisputeDiffers,
    DisputeEndedOtherwise,
    NoSuchDispute,
    OwnDispute,
    OwnPayout,
)

from .attributing import linked, rod_on_shelf
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import EARNED, OTHER_OPERATOR, account, asked, ensure_sound, payable, payout, payouts, sold, terms
from .questioning import ask, put_on_shelf
from .test_disputes import FEE, ended, opened_dispute
from .test_payments_refunds import delivered

DISPUTE = Dispute.id_of("dp_1")


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        ensure_sound(market)


def settled(market: Market, outcome: str) -> None:
    for operator_id in (OPERATOR, OTHER_OPERATOR):
        fields = {"dispute_id": DISPUTE, "outcome": outcome, "reason": "seen_at_provider"}
        market.do("settle_dispute", operator_id, **fields)


def test_a_payout_of_which_another_amount_is_told_is_settled_by_two(market: Market) -> None:
    terms(market)
    account(market)
    sold(market)
    payout_id = asked(market)
    market.settle()
    document = market.provider.transfer_document(payout_id) | {"status": "paid", "amount_minor": 1}
    with pytest.raises(AmountDiffers):
        market.callback("evt_1", "transfer.paid", document)
    said = {"payout_id": payout_id, "outcome": "failed", "reason": "seen_at_provider"}
    market.do("settle_payout_by_hand", OPERATOR, **said)
    market.settle()
    assert ask(market, "payout", OPERATOR, payout_id=payout_id)["proposed_as"] == "failed"
    assert payable(market).balance_minor == 0
    market.do("settle_payout_by_hand", OTHER_OPERATOR, **said)
    assert (payout(market, payout_id).status, payable(market).balance_minor) == ("failed", EARNED)
    market.pass_time(days=1)
    assert payout(market, payout_id).status == "failed"


def test_a_dispute_that_is_told_otherwise_holds_back_the_release_until_two_have_settled_it(market: Market) -> None:
    opened = market.paid(market.listed())
    delivered(market, opened)
    opened_dispute(market, opened)
    market.provider.disputed.open("dp_1", opened["payment_id"], 11_000)
    with pytest.raises(DisputeDiffers):
        market.told_of_dispute("dp_1", "evt_other")
    market.pass_time(days=8)
    assert market.orders(opened)[0].status == "delivered"
    settled(market, "won")
    market.pass_time(hours=1)
    assert market.orders(opened)[0].status == "released"
    (seen,) = ask(market, "disputes", OPERATOR)["items"]
    assert (seen["state"], seen["proposed_as"]) == ("won", "won")


def test_what_was_won_and_is_then_told_as_lost_is_lost_in_a_second_round(market: Market) -> None:
    opened = market.paid(market.listed())
    opened_dispute(market, opened)
    ended(market, "won")
    market.provider.disputed.end("dp_1", "lost")
    with pytest.raises(DisputeEndedOtherwise):
        market.told_of_dispute("dp_1")
    settled(market, "lost")
    assert market.orders(opened)[0].left_minor == 0
    assert market.books() == {("provider", None): -FEE, ("processing_fees", None): FEE}
    assert market.account("provider") == market.provider.balance_minor
    assert market.told_of_dispute("dp_1", "evt_again") == 204
    market.settle()
    assert [one["state"] for one in ask(market, "disputes", OPERATOR)["items"]] == ["lost", "won"]
    assert ask(market, "my_disputes", ANNA)["items"][0]["amount_minor"] == 12_000


@pytest.mark.parametrize("party", [BORIS, ANNA, DORA, CHEN])
def test_who_bought_sold_or_earns_by_it_does_not_settle_a_dispute(market: Market, party: UUID) -> None:
    rod = rod_on_shelf(market)
    opened = market.paid(lines=[{"listing_id": rod, "quantity": 1, "link_id": linked(market, rod, group_id=GROUP)}])
    opened_dispute(market, opened)
    said = {"dispute_id": DISPUTE, "outcome": "won", "reason": "seen_at_provider"}
    with pytest.raises(OwnDispute):
        market.do("settle_dispute", party, **said)
    market.do("settle_dispute", OPERATOR, **said)
    with pytest.raises(OwnDispute):
        market.do("settle_dispute", party, **said)
    market.do("settle_dispute", OTHER_OPERATOR, **said)


def test_who_ever_said_where_a_payout_goes_does_not_say_what_became_of_it(market: Market) -> None:
    terms(market, schedule="weekly")
    rod = market.listed()
    put_on_shelf(market, CHEN, rod)
    opened = market.paid(lines=[{"listing_id": rod, "quantity": 1, "group_id": GROUP}])
    delivered(market, opened)
    account(market, GROUP, CHEN, "acct_chen")
    for _ in range(2):
        market.pass_time(days=8)
    (waits,) = payouts(market)
    market.join(DORA)
    market.groups.say(MemberRoleGiven(group_id=GROUP, person_id=DORA, role="owner"), market.clock.at)
    market.groups.say(MemberRoleTaken(group_id=GROUP, person_id=CHEN, role="owner"), market.clock.at)
    market.settle()
    account(market, GROUP, DORA, "acct_dora")
    market.groups.say(MemberRoleTaken(group_id=GROUP, person_id=DORA, role="owner"), market.clock.at)
    market.settle()
    said = {"payout_id": waits.id, "outcome": "failed", "reason": "seen_at_provider"}
    for set_by in (CHEN, DORA):
        with pytest.raises(OwnPayout):
            market.do("settle_payout_by_hand", set_by, **said)
    for operator_id in (OPERATOR, OTHER_OPERATOR):
        market.do("settle_payout_by_hand", operator_id, **said)
    assert payout(market, waits.id).status == "failed"


def test_a_dispute_that_nobody_knows_is_not_settled(market: Market) -> None:
    with pytest.raises(NoSuchDispute):
        settled(market, "won")
