"""Why this commission: to whom it is told, that it never changes, and that each guard of it is needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.mall.application.attribution import Attribution
from services.mall.domain.attribution import Candidate
from services.mall.domain.picks import Picks
from services.mall.domain.refusals import NoSuchOrder
from services.mall.domain.share_link import ShareLink
from services.mall.invariants.commissions import CommissionsFollowTheRule
from tests.support.forging import judged

from .attributing import (
    OF_12_000,
    POST,
    by_way,
    explained,
    linked,
    outcomes,
    own_purchases,
    rod_on_shelf,
    shares,
)
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .questioning import buy, line


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """Anna sells; the group of Chen shows her rod, and Dora is a member."""
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


@pytest.fixture
def rod(market: Market) -> str:
    return rod_on_shelf(market)


def test_the_explanation_is_that_of_the_order_whatever_changed_since(market: Market, rod: str) -> None:
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP, post_id=POST)
    link = linked(market, rod, group_id=GROUP)
    opened = buy(market, BORIS, by_way(rod, link_id=link))
    before = explained(market, opened)
    assert {one["party"]: one["share_minor"] for one in before["parts"]} == OF_12_000
    assert (before["rule_version"], before["terms_version"], before["member_share_bps"]) == (1, 0, 5_000)
    terms = {"platform_fee_bps": 0, "return_window_days": 9, "reservation_minutes": 15, "seller_threshold": None}
    market.do("set_terms", OPERATOR, **terms, member_share_bps=0)
    market.do("drop", CHEN, group_id=GROUP, listing_id=rod)
    market.do("revoke_link", DORA, link_id=link)
    market.pass_time(days=60)
    assert explained(market, opened) == before


def test_those_whom_it_concerns_are_told_and_only_the_buyer_where_else_she_looked(market: Market, rod: str) -> None:
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP, post_id=POST)
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod)))
    for all_of_it in (BORIS, OPERATOR):
        assert explained(market, opened, all_of_it)["touches"][1]["post_id"] == str(POST)
    for part_of_it in (ANNA, DORA):
        won, lost = explained(market, opened, part_of_it)["touches"]
        assert won["member_id"] == str(DORA)
        assert (lost["group_id"], lost["post_id"], lost["touched_at"]) == (None, None, None)
    with pytest.raises(NoSuchOrder):
        explained(market, opened, CHEN)


def test_a_sale_through_a_shelf_is_explained_to_the_owner_of_the_group(market: Market, rod: str) -> None:
    opened = buy(market, BORIS, line(rod, 1, GROUP))
    assert explained(market, opened, CHEN)["recipients"][0]["party_id"] == str(GROUP)


GUARDS = {
    "link_ended": (ShareLink, "_stands"), "out_of_season": (Picks, "_in_season"), "window_over": (Candidate, "is_over"),
}  # fmt: skip


@pytest.mark.parametrize("obstacle", GUARDS)
def test_each_guard_of_a_way_is_needed(
    market: Market, rod: str, obstacle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = linked(market, rod, group_id=GROUP)
    market.do("touch", BORIS, listing_id=rod, link_id=link)
    market.pass_time(days=31 if obstacle == "window_over" else 1)
    if obstacle == "link_ended":
        market.do("revoke_link", DORA, link_id=link)
    if obstacle == "out_of_season":
        market.do("set_season", CHEN, group_id=GROUP, closes_at=market.clock.at.isoformat())
    assert outcomes(market, buy(market, BORIS, line(rod))) == [obstacle]
    assert judged(CommissionsFollowTheRule(), market.facts) is None
    kind, guard = GUARDS[obstacle]
    monkeypatch.setattr(kind, guard, lambda *_: guard != "is_over")
    assert shares(market, buy(market, BORIS, line(rod))) == OF_12_000
    monkeypatch.undo()
    found = judged(CommissionsFollowTheRule(), market.facts)
    assert (found is None) == (obstacle != "window_over")


def test_the_audit_finds_a_commission_by_an_own_purchase(
    market: Market, rod: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_purchases(market, rod)
    assert judged(CommissionsFollowTheRule(), market.facts) is None
    monkeypatch.setattr(Attribution, "_why_not", lambda *_: None)
    buy(market, BORIS, by_way(rod, shelf_person_id=BORIS))
    assert "for the buyer or the seller" in str(judged(CommissionsFollowTheRule(), market.facts))


def test_without_the_guard_everybody_would(market: Market, rod: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attribution, "_why_not", lambda *_: None)
    assert all("member" in one for one in own_purchases(market, rod))
