"""What communities and members earn is split of the payment when it is released; what is owed after is pulled back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from services.mall.application.splits import Splits
from services.mall.domain.payout import Payout
from services.mall.domain.unfreezing import Unfreezing
from services.mall.payments.splits import SplitRequest

from .attributing import by_way, linked, rod_on_shelf
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import OTHER_OPERATOR, account, asked, ensure_sound, payable, payout, payouts, sold, terms
from .questioning import ask, buy
from .splits_double import SplitsDouble

COMMISSION = 600
"""What the community and the member each earn of a rod for 120.00."""


@pytest.fixture
def splits() -> SplitsDouble:
    return SplitsDouble()


@pytest.fixture
def market(tmp_path: Path, splits: SplitsDouble) -> Iterator[Market]:
    """A mall whose provider splits; member and community have accounts that have rested."""
    with Market(tmp_path) as market:
        market.seller()
        market.provider.splits = splits
        terms(market, schedule="monthly")
        rod_on_shelf(market)
        account(market, GROUP, CHEN, "acct_mch_1900000110")
        account(market, DORA, DORA, "acct_oDora")
        yield market
        market.pass_time(hours=2)
        ensure_sound(market)
        assert market.account("provider") == market.provider.balance_minor - splits.gone_minor


def released(market: Market, *, days: int = 8) -> dict[str, Any]:
    """A rod sold by Dora's link out of the group, delivered, and kept."""
    (rod, *_) = [one["listing_id"] for one in ask(market, "listings", BORIS)["items"]]
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=days)
    market.pass_time(seconds=10)
    return opened


def split_of(market: Market, opened: dict[str, Any], role: str = "community") -> Payout:
    party_id = {"community": GROUP, "member": DORA}[role]
    return payout(market, Payout.split_id(UUID(opened["order_ids"][0]), role, party_id))


def sent_back(market: Market, opened: dict[str, Any]) -> None:
    """The rod goes back after its shares were released."""
    (line_id,) = market.orders(opened)[0].lines
    done = market.do("refund_line", OPERATOR, order_id=opened["order_ids"][0], line_id=line_id, quantity=1)
    market.settle()
    market.provider.end_refund(done["refund_id"])
    market.told_of_refund(done["refund_id"], f"evt_{done['refund_id']}")
    market.pass_time(seconds=10)


def unfreezing(market: Market, opened: dict[str, Any]) -> Unfreezing | None:
    return market.service.store.load(Unfreezing, Unfreezing.create_id(UUID(opened["checkout_id"])))


def test_commissions_are_split_of_the_payment_and_the_rest_is_freed(market: Market, splits: SplitsDouble) -> None:
    opened = released(market)
    requests = [one["request"] for one in splits.splits.values()]
    payment_id = UUID(opened["payment_id"])
    community, member = (split_of(market, opened, role) for role in ("community", "member"))
    assert sorted(requests, key=lambda one: one.before_minor) == [
        SplitRequest(community.id, payment_id, "acct_mch_1900000110", COMMISSION, 12_000, 0),
        SplitRequest(member.id, payment_id, "acct_oDora", COMMISSION, 12_000, COMMISSION),
    ]
    assert (community.status, member.status) == ("paid", "paid")
    assert payable(market, "community", GROUP).balance_minor == 0
    assert splits.unfrozen == [payment_id]
    assert not market.provider.transfers
    assert payable(market).balance_minor == 10_200  # the seller waits for a payday
    seen = ask(market, "payout", OPERATOR, payout_id=community.id)
    assert (seen["split_order_id"], seen["pulled_back_minor"]) == (opened["order_ids"][0], 0)


def test_with_a_provider_that_does_not_split_all_waits_for_a_payday(market: Market) -> None:
    market.provider.splits = None
    released(market)
    assert payouts(market) == []
    assert payable(market, "community", GROUP).balance_minor == COMMISSION
    market.provider.splits = SplitsDouble()


def test_what_was_not_paid_by_itself_is_not_split(market: Market, splits: SplitsDouble) -> None:
    terms(market, schedule="manual")
    opened = released(market)
    assert (payouts(market), splits.unfrozen) == ([], [UUID(opened["payment_id"])])


def test_without_the_guard_of_accounts_what_rests_is_split(market: Market, splits: SplitsDouble) -> None:
    market.do("set_payout_account", CHEN, party_id=GROUP, destination="acct_mch_1", agrees=True)
    terms(market, schedule="monthly", account_rest_hours=720)
    market.do("set_payout_account", CHEN, party_id=GROUP, destination="acct_mch_2", agrees=True)
    released(market)
    assert [one.role for one in payouts(market)] == ["member"]
    market.do("set_payout_account", CHEN, party_id=GROUP, destination="acct_mch_3", agrees=True)
    with patch.object(Splits, "_is_paid_by_itself", lambda _self, account: account is not None):
        released(market)
    assert "community" in [one.role for one in payouts(market)]


@pytest.mark.parametrize("fault", ["lost", "dropped"])
def test_a_lost_answer_is_asked_after_and_the_split_is_made_once(
    market: Market, splits: SplitsDouble, fault: str
) -> None:
    splits.faults.append(fault)
    opened = released(market)
    market.pass_time(minutes=1)
    assert [split_of(market, opened, role).status for role in ("community", "member")] == ["paid", "paid"]
    assert splits.gone_minor == 2 * COMMISSION


def test_a_split_that_stands_for_days_is_asked_after_and_what_is_frozen_waits(
    market: Market, splits: SplitsDouble
) -> None:
    splits.pending = True
    opened = released(market)
    for _ in range(3):
        market.pass_time(days=1)
    assert (split_of(market, opened).status, splits.unfrozen) == ("sent", [])
    splits.end(split_of(market, opened).id)
    splits.end(split_of(market, opened, "member").id, "failed", "account_abnormal")
    for _ in range(3):
        market.pass_time(hours=1)
    assert [split_of(market, opened, role).status for role in ("community", "member")] == ["paid", "failed"]
    assert splits.unfrozen == [UUID(opened["payment_id"])]


def test_what_cannot_be_split_is_transferred_and_an_operator_reads_why(market: Market, splits: SplitsDouble) -> None:
    splits.faults += ["too_late_to_split", "over_share"]
    opened = released(market)
    failed = ask(market, "payouts_to_settle", OPERATOR, why="failed")["items"]
    assert sorted(one["reason"] for one in failed) == ["over_share", "too_late_to_split"]
    assert {one["split_order_id"] for one in failed} == {opened["order_ids"][0]}
    assert payable(market, "member", DORA).balance_minor == COMMISSION
    market.pass_time(days=31)
    (sent,) = [one for one in payouts(market) if one.role == "member" and one.split is None]
    assert (sent.amount_minor, sent.status) == (COMMISSION, "sent")


def test_what_is_suspected_is_not_split_of_what_else_is_there_and_goes_by_transfer_once_let_go(
    market: Market, splits: SplitsDouble
) -> None:
    market.provider.splits = None
    released(market)
    market.provider.splits = splits
    account(market, BORIS, BORIS, "acct_oDora")
    opened = released(market)
    assert [one["request"].destination for one in splits.splits.values()] == ["acct_mch_1900000110"]
    assert -market.account("member_withheld") == payable(market, "member", DORA).balance_minor == COMMISSION
    assert splits.unfrozen == [UUID(opened["payment_id"])]
    for _ in range(2):
        market.pass_time(days=31)
    assert market.account("member_withheld") == 0
    assert sum(one.amount_minor for one in payouts(market) if one.role == "member" and one.split is None) == 1_200


def test_what_is_owed_after_a_refund_is_pulled_back_where_that_can_be(market: Market, splits: SplitsDouble) -> None:
    opened = released(market)
    sent_back(market, opened)
    community, member = (split_of(market, opened, role) for role in ("community", "member"))
    assert (community.pulled_back_minor, member.pulled_back_minor) == (COMMISSION, 0)
    assert payable(market, "community", GROUP).balance_minor == 0
    assert payable(market, "member", DORA).balance_minor == -COMMISSION
    (left,) = ask(market, "payouts_to_settle", OPERATOR, why="not_pulled_back")["items"]
    assert (left["payout_id"], left["pull_back_reason"]) == (str(member.id), "receiver_is_a_person")
    assert ask(market, "payout", OPERATOR, payout_id=community.id)["pulled_back_minor"] == COMMISSION


@pytest.mark.parametrize("fault", ["lost", "dropped"])
def test_a_pull_back_whose_answer_is_lost_is_made_once(market: Market, splits: SplitsDouble, fault: str) -> None:
    opened = released(market)
    splits.faults += [fault, fault]
    sent_back(market, opened)
    market.pass_time(minutes=2)
    assert [one.amount_minor for one in splits.pull_backs.values()] == [COMMISSION]
    assert payable(market, "community", GROUP).balance_minor == 0


def refunded_under_way(market: Market, splits: SplitsDouble) -> dict[str, Any]:
    """The rod goes back while its splits are on their way."""
    splits.pending = True
    opened = released(market)
    sent_back(market, opened)
    return opened


def test_what_was_refunded_while_its_split_was_under_way_is_pulled_back_when_it_arrives(
    market: Market, splits: SplitsDouble
) -> None:
    refunded_under_way(market, splits)
    assert (payable(market, "community", GROUP).balance_minor, splits.pull_backs) == (-COMMISSION, {})
    for split_id in splits.splits:
        splits.end(split_id)
    market.pass_time(hours=2)
    market.pass_time(seconds=10)
    assert payable(market, "community", GROUP).balance_minor == 0
    assert splits.gone_minor == COMMISSION  # a person gives nothing back


def test_of_a_split_that_two_operators_say_has_arrived_the_same_is_pulled_back(
    market: Market, splits: SplitsDouble
) -> None:
    opened = refunded_under_way(market, splits)
    split, said = split_of(market, opened), {"outcome": "paid", "reason": "seen_at_provider"}
    for split_id in splits.splits:
        splits.end(split_id)
    for operator_id in (OPERATOR, OTHER_OPERATOR):
        market.do("settle_payout_by_hand", operator_id, payout_id=split.id, **said)
    market.pass_time(hours=2)
    market.pass_time(seconds=10)
    assert payable(market, "community", GROUP).balance_minor == 0


def test_what_the_balance_still_holds_is_not_pulled_back(market: Market, splits: SplitsDouble) -> None:
    opened = released(market)
    market.provider.splits = None
    released(market)
    market.provider.splits = splits
    sent_back(market, opened)
    assert (payable(market, "community", GROUP).balance_minor, splits.pull_backs) == (0, {})


def test_what_the_provider_does_not_free_is_noted(market: Market, splits: SplitsDouble) -> None:
    splits.faults += ["", "", "no_auth"]
    opened = released(market)
    market.pass_time(minutes=1)
    noted = unfreezing(market, opened)
    assert noted is not None
    assert (noted.status, splits.unfrozen) == ("failed", [])


@pytest.mark.parametrize("fault", ["lost", "dropped"])
def test_freeing_is_asked_for_until_it_is_done(market: Market, splits: SplitsDouble, fault: str) -> None:
    splits.faults += ["", "", fault]
    opened = released(market)
    market.pass_time(minutes=1)
    noted = unfreezing(market, opened)
    assert noted is not None
    assert (noted.status, splits.unfrozen) == ("unfrozen", [UUID(opened["payment_id"])])


def test_a_refusal_after_a_standstill_is_not_granted_in_the_same_moment(market: Market) -> None:
    """Requesting and asking are due at once then: what the one is refused is not asked for by the other."""
    market.provider.splits = None
    released(market)
    payout_id = asked(market, None, DORA, DORA)
    market.provider.faults.append("insufficient_balance")
    market.pass_time(hours=1)
    assert (payout(market, payout_id).status, market.provider.transfers) == ("failed", {})
    market.provider.splits = SplitsDouble()


def test_above_what_is_transferred_at_once_a_payday_pays_in_parts(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller()
        market.provider.transfer_most_minor = {"EUR": 5_000}
        account(market)
        sold(market)
        market.pass_time(days=7)
        assert [(one.amount_minor, one.status) for one in payouts(market)] == [
            (5_000, "sent"), (5_000, "sent"), (1_400, "sent"),
        ]  # fmt: skip
        assert payable(market).balance_minor == 0
        ensure_sound(market)


def test_more_parts_than_a_payday_pays_wait_for_the_next_one(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller()
        market.provider.transfer_most_minor = {"EUR": 200}
        account(market)
        sold(market)
        market.pass_time(days=7)
        assert (len(payouts(market)), payable(market).balance_minor) == (50, 1_400)
        assert payable(market).passed_as == "in_parts"
        market.pass_time(days=7)
        assert (len(payouts(market)), payable(market).balance_minor) == (57, 0)
        ensure_sound(market)
