"""Who earns by a sale: through which way it came, what stands in the books, and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.refusals import Forbidden
from services.mall.domain.refusals import LinkElsewhere, LinkEnded, NoSuchLink, NotPicked, OutOfSeason

from .attributing import (
    GATHERING,
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
from .questioning import ask, buy, line


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """Anna sells; the group of Chen shows her rod, and Dora is a member."""
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


@pytest.fixture
def rod(market: Market) -> str:
    return rod_on_shelf(market)


def test_community_and_member_share_the_pool(market: Market, rod: str) -> None:
    link = linked(market, rod, group_id=GROUP)
    opened = buy(market, BORIS, by_way(rod, link_id=link, post_id=POST))
    assert shares(market, opened) == OF_12_000
    assert market.books()["member_held", str(DORA)] == -600
    assert market.books()["community_held", str(GROUP)] == -600
    sold = next(one.data for one in market.service.messages(0).messages if one.type.endswith("order_paid.v1"))
    assert sold["lines"][0].items() >= {
        "group_id": str(GROUP), "link_id": link, "member_id": str(DORA), "post_id": str(POST),
    }.items()  # fmt: skip


def test_a_link_of_no_shelf_earns_its_owner_the_whole_pool(market: Market, rod: str) -> None:
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod)))
    assert shares(market, opened) == {"seller": 10_200, "member": 1_200, "platform": 600}


def test_a_persons_own_shelf_earns_her_the_whole_pool(market: Market, rod: str) -> None:
    market.do("pick_mine", DORA, listing_id=rod, note="Mine.")
    opened = buy(market, BORIS, by_way(rod, shelf_person_id=DORA))
    assert shares(market, opened) == {"seller": 10_200, "member": 1_200, "platform": 600}
    assert explained(market, opened)["recipients"] == [
        {"party": "member", "party_id": str(DORA), "standing": "earns"},
    ]  # fmt: skip


def test_the_split_is_that_of_the_terms(market: Market, rod: str) -> None:
    terms = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None}
    market.do("set_terms", OPERATOR, **terms, member_share_bps=2_500)
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    assert shares(market, opened) == {"seller": 10_200, "community": 900, "member": 300, "platform": 600}


def test_the_latest_touch_that_is_remembered_wins(market: Market, rod: str) -> None:
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP)
    market.pass_time(hours=1)
    market.do("touch", BORIS, listing_id=rod, link_id=linked(market, rod), gathering_id=GATHERING)
    opened = buy(market, BORIS, line(rod))
    assert shares(market, opened) == {"seller": 10_200, "member": 1_200, "platform": 600}
    assert outcomes(market, opened) == ["won", "overtaken_by_a_later_one"]
    assert market.orders(opened)[0].lines[explained(market, opened)["line_id"]]["gathering_id"] == str(GATHERING)


def test_a_way_that_is_named_is_later_than_any_that_is_remembered(market: Market, rod: str) -> None:
    market.do("touch", BORIS, listing_id=rod, link_id=linked(market, rod))
    assert shares(market, buy(market, BORIS, line(rod, 1, GROUP)))["community"] == 1_200


@pytest.mark.parametrize(("days", "share"), [(7, 1_200), (8, 0)])
def test_a_touch_through_a_shelf_counts_for_a_week(market: Market, rod: str, days: int, share: int) -> None:
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP)
    market.pass_time(days=days)
    opened = buy(market, BORIS, line(rod))
    assert shares(market, opened).get("community", 0) == share
    assert outcomes(market, opened) == ["won" if share else "window_over"]


def test_who_was_remembered_by_nobody_brings_a_commission_to_nobody(market: Market, rod: str) -> None:
    market.do("touch", CHEN, listing_id=rod, group_id=GROUP)
    opened = buy(market, BORIS, line(rod))
    assert shares(market, opened) == {"seller": 11_400, "platform": 600}
    assert explained(market, opened)["steps"][0] == "The pool is 0 of 10000 of the price of 12000: 0."


def test_what_was_left_counts_no_more(market: Market, rod: str) -> None:
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP)
    assert [one["group_id"] for one in ask(market, "my_touches", BORIS)["items"]] == [str(GROUP)]
    market.do("leave_ways", BORIS, listing_id=rod)
    assert ask(market, "my_touches", BORIS)["items"] == []
    assert shares(market, buy(market, BORIS, line(rod))) == {"seller": 11_400, "platform": 600}


def test_a_link_that_was_revoked_between_touch_and_order_earns_nothing_and_the_sale_goes_on(
    market: Market, rod: str
) -> None:
    link = linked(market, rod, group_id=GROUP)
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP)
    market.do("touch", BORIS, listing_id=rod, link_id=link)
    market.do("revoke_link", DORA, link_id=link)
    opened = buy(market, BORIS, line(rod))
    assert shares(market, opened) == {"seller": 11_400, "platform": 600}
    assert outcomes(market, opened) == ["link_ended", "overtaken_by_a_later_one"]
    with pytest.raises(LinkEnded):
        market.bought(lines=[by_way(rod, link_id=link)])


def test_a_link_that_expired_or_whose_owner_has_left_the_group_earns_nothing(market: Market, rod: str) -> None:
    ends_at = (market.clock.at).isoformat().replace("2026-03-02", "2026-03-03")
    expiring, lasting = linked(market, rod, expires_at=ends_at), linked(market, rod, group_id=GROUP)
    market.pass_time(days=1)
    with pytest.raises(LinkEnded, match="expired"):
        market.bought(lines=[by_way(rod, link_id=expiring)])
    market.leave(DORA)
    with pytest.raises(LinkEnded, match="has left the group"):
        market.bought(lines=[by_way(rod, link_id=lasting)])


def test_a_listing_that_was_dropped_meanwhile_earns_the_shelf_nothing(market: Market, rod: str) -> None:
    link = linked(market, rod, group_id=GROUP)
    market.do("touch", BORIS, listing_id=rod, link_id=link)
    market.do("drop", CHEN, group_id=GROUP, listing_id=rod)
    opened = buy(market, BORIS, line(rod))
    assert shares(market, opened) == {"seller": 11_400, "platform": 600}
    assert outcomes(market, opened) == ["not_picked"]


def test_a_link_leads_to_its_own_listing(market: Market, rod: str) -> None:
    lamp = market.listed()
    with pytest.raises(LinkElsewhere):
        market.bought(lines=[by_way(lamp, link_id=linked(market, rod))])
    with pytest.raises(NoSuchLink):
        market.bought(lines=[by_way(rod, link_id=GROUP)])


def test_only_a_member_shares_from_a_shelf_and_only_what_stands_on_it(market: Market, rod: str) -> None:
    with pytest.raises(Forbidden):
        linked(market, rod, BORIS, group_id=GROUP)
    with pytest.raises(NotPicked):
        linked(market, market.listed(), group_id=GROUP)


def test_nobody_earns_by_his_own_purchase_and_the_part_is_the_sellers(market: Market, rod: str) -> None:
    nobody = {"seller": 11_400, "platform": 600}
    assert own_purchases(market, rod) == [
        nobody, nobody, {"seller": 10_800, "member": 600, "platform": 600},
        {"seller": 10_800, "community": 600, "platform": 600}, nobody,
    ]  # fmt: skip


def test_a_refund_after_the_release_is_a_debt_of_everybody_who_earned(market: Market, rod: str) -> None:
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    (order,) = market.orders(opened)
    market.do("deliver", ANNA, order_id=order.id)
    market.pass_time(days=7)
    released = [one.data for one in market.service.messages(0).messages if "commission_released" in one.type]
    assert released[0]["members"] == [{"person_id": str(DORA), "amount_minor": 600}]
    assert ask(market, "account", DORA, party_id=DORA)["balances"] == [
        {"currency": "EUR", "held_minor": 0, "withheld_minor": 0, "available_minor": 600, "debt_minor": 0,
         "reserved_minor": 0, "paying_minor": 0,
         "paid_minor": 0, "not_paid_as": None},
    ]  # fmt: skip
    market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.settle()
    assert ask(market, "account", DORA, party_id=DORA)["balances"][0]["available_minor"] == 0
    assert not {account for account, _ in market.books() if account.startswith(("member", "community", "seller"))}


def test_out_of_season_the_shelf_earns_nothing(market: Market, rod: str) -> None:
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP)
    market.do("set_season", CHEN, group_id=GROUP, listing_id=rod, closes_at="2026-03-03T12:00:00Z")
    assert shares(market, buy(market, BORIS, line(rod, 1, GROUP)))["community"] == 1_200
    market.pass_time(days=1)
    with pytest.raises(OutOfSeason):
        market.bought(lines=[line(rod, 1, GROUP)])
    opened = buy(market, BORIS, line(rod))
    assert (shares(market, opened), outcomes(market, opened)) == (
        {"seller": 11_400, "platform": 600}, ["out_of_season"],
    )  # fmt: skip
