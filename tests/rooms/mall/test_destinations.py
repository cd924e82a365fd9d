"""Where a party is paid was changed: whoever did not do that sees it, and by whom; nobody sees where it is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.contracts.groups import MemberAdmitted, MemberRoleGiven
from services.mall.domain import refusals
from services.mall.domain.payout_terms import BOUNDS
from services.mall.domain.seller import Seller

from .market import ANNA, BORIS, CHEN, GROUP, NOON, OPERATOR, Market
from .paying import account
from .questioning import ask

SELLER = Seller.create_id(ANNA)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        market.settle()
        yield market


def changes(market: Market, asks: Any = ANNA, party_id: Any = SELLER, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(market, "account", asks, party_id=party_id, **more)["destination_changes"]
    return found


def test_a_party_sees_when_where_it_is_paid_was_changed_and_by_whom(market: Market) -> None:
    assert changes(market) == []
    account(market, SELLER, ANNA, "acct_anna")
    account(market, SELLER, ANNA, "acct_taken_over")
    market.do("drop_payout_account", ANNA, party_id=SELLER)
    for asks in (ANNA, OPERATOR):
        told = changes(market, asks)
        assert [one["what"] for one in told] == ["dropped", "changed", "named"]
        assert {(one["role"], one["changed_by"]) for one in told} == {("seller", str(ANNA))}
    assert told[2]["rests_until"] == (NOON + timedelta(hours=72)).isoformat()
    assert "acct_" not in str(told)
    with pytest.raises(refusals.NoSuchAccount):
        changes(market, BORIS)


def test_one_owner_sees_what_the_other_one_did(market: Market) -> None:
    market.found_group(CHEN)
    market.groups.say(MemberAdmitted(group_id=GROUP, person_id=BORIS), market.clock.at)
    market.groups.say(MemberRoleGiven(group_id=GROUP, person_id=BORIS, role="owner"), market.clock.at)
    market.settle()
    account(market, GROUP, BORIS, "acct_boris")
    assert [(one["role"], one["changed_by"]) for one in changes(market, CHEN, GROUP)] == [("community", str(BORIS))]


def test_as_of_a_moment_there_is_what_had_changed_before_it(market: Market) -> None:
    account(market, SELLER, ANNA, "acct_anna")
    then = market.clock.at.isoformat()
    account(market, SELLER, ANNA, "acct_other")
    assert [one["what"] for one in changes(market, as_of=then)] == ["named"]
    assert changes(market, as_of=NOON.isoformat()) == []


def test_the_latest_are_told_and_no_more_than_twenty(market: Market) -> None:
    for number in range(23):
        market.do("set_payout_account", ANNA, party_id=SELLER, destination=f"acct_{number}", agrees=True)
    assert [one["what"] for one in changes(market)] == ["changed"] * 20


@pytest.mark.parametrize("hours", [BOUNDS["account_rest_hours"][1] + 1, 10_001, 10**12])
def test_how_long_an_account_rests_is_bounded_in_one_place(market: Market, hours: int) -> None:
    values = {"schedule": "manual", "least_minor": 100, "approval_above_minor": 0, "account_rest_hours": hours}
    with pytest.raises(refusals.TermsOutOfBounds):
        market.do("set_payout_terms", OPERATOR, **values)
