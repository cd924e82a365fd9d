"""What people show and share, in which seasons, and what is sold by which way: equal to the ledger to the cent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.identity import PersonForgotten
from services.kernel.flow.rebuild import rebuild
from services.mall.domain.refusals import LinkEnded, NoSuchLink, NoSuchShelf
from services.mall.operations import shelves
from services.mall.projections.sales import sales
from services.mall.queries.sums import Scope, amounts_of, booked, sold

from .market import ANNA, BORIS, CHEN, DORA, GROUP, Market
from .questioning import OTHER_GROUP, ask, buy, line, person, put_on_shelf

POST, GATHERING = UUID(int=0x905), UUID(int=0x6A7)
WAYS = ("community", "link", "member", "post", "gathering")


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


@pytest.fixture
def rod(market: Market) -> str:
    rod = market.listed(stock=40)
    put_on_shelf(market, CHEN, rod)
    market.join(DORA)
    return rod


def linked(market: Market, owner_id: UUID, listing_id: str, **more: Any) -> dict[str, Any]:
    made = market.do("make_link", owner_id, listing_id=listing_id, **more)
    market.settle()
    return made


def told(market: Market) -> list[str]:
    return [one.type.split(".")[2] for one in market.service.messages(0).messages]


def test_a_person_shows_a_shelf_of_her_own(market: Market, rod: str) -> None:
    market.do("pick_mine", DORA, listing_id=rod, note="For calm water.")
    market.settle()
    shelf = ask(market, "member_shelf", BORIS, person_id=DORA)
    assert [(one["listing_id"], one["note"], one["is_open"]) for one in shelf["items"]] == [
        (rod, "For calm water.", True),
    ]  # fmt: skip
    market.do("drop_mine", DORA, listing_id=rod)
    market.settle()
    assert ask(market, "member_shelf", BORIS, person_id=DORA)["items"] == []
    assert told(market)[-2:] == ["member_picked", "member_dropped"]
    with pytest.raises(NoSuchShelf):
        ask(market, "member_shelf", BORIS, person_id=BORIS)


def test_a_shelf_and_its_picks_are_seen_as_they_are_now(market: Market, rod: str) -> None:
    lamp = market.listed()
    market.do("pick", CHEN, group_id=GROUP, listing_id=lamp)
    market.do("set_season", CHEN, group_id=GROUP, listing_id=rod, opens_at="2026-03-03T12:00:00Z")
    market.do("set_season", CHEN, group_id=GROUP, closes_at="2026-03-04T12:00:00Z")
    seen = []
    for days in (0, 1, 1):
        market.pass_time(days=days)
        shelf = ask(market, "shelf", BORIS, group_id=GROUP)
        seen.append((shelf["is_open"], {one["listing_id"]: one["is_open"] for one in shelf["items"]}))
    assert seen == [
        (True, {rod: False, lamp: True}), (True, {rod: True, lamp: True}), (False, {rod: False, lamp: False}),
    ]  # fmt: skip
    assert shelf["closes_at"] == "2026-03-04T12:00:00+00:00"


def test_a_link_shows_its_listing_to_anybody_and_remembers_nothing(market: Market, rod: str) -> None:
    made, before = linked(market, DORA, rod, group_id=GROUP), market.position
    page = ask(market, "shared_listing", UUID(int=0), link=made["code"])
    assert (page["listing_id"], page["link_id"], page["group_id"]) == (rod, made["link_id"], str(GROUP))
    assert (page["link_state"], page["is_advert"]) == ("valid", True)
    assert (market.position, ask(market, "my_touches", BORIS)["items"]) == (before, [])
    assert str(DORA) not in str(page)
    with pytest.raises(NoSuchLink):
        ask(market, "shared_listing", UUID(int=0), link="nolinkme")


def test_links_are_listed_for_their_owner_with_their_state(market: Market, rod: str) -> None:
    kept, gone = linked(market, DORA, rod), linked(market, DORA, rod, group_id=GROUP)
    ending = linked(market, DORA, rod, expires_at="2026-03-03T00:00:00Z")
    market.do("revoke_link", DORA, link_id=gone["link_id"])
    market.pass_time(days=1)
    mine = ask(market, "my_links", DORA)["items"]
    assert [(one["link_id"], one["state"]) for one in mine] == [
        (ending["link_id"], "expired"), (gone["link_id"], "revoked"), (kept["link_id"], "valid"),
    ]  # fmt: skip
    assert ask(market, "my_links", BORIS)["items"] == []
    with pytest.raises(NoSuchLink):
        market.do("revoke_link", BORIS, link_id=kept["link_id"])


def test_every_link_has_a_code_of_its_own(market: Market, rod: str) -> None:
    codes = [linked(market, DORA, rod)["code"] for _ in range(20)]
    assert len(set(codes)) == 20
    assert told(market).count("share_link_made") == 20


def sold_by_all_ways(market: Market, rod: str) -> str:
    """A lamp beside the rod, by every way, some of it returned; Dora's link from the shelf is answered."""
    lamp = market.listed(stock=40, price_minor=3_333, commission_bps=777)
    put_on_shelf(market, BORIS, rod, lamp, group_id=OTHER_GROUP)
    market.do("pick_mine", DORA, listing_id=lamp)
    from_shelf = str(linked(market, DORA, rod, group_id=GROUP)["link_id"])
    own = str(linked(market, person(9), lamp)["link_id"])
    opened = [
        buy(market, person(1), line(rod) | {"link_id": from_shelf, "post_id": POST}, line(lamp, 2)),
        buy(market, person(2), line(rod, 2, GROUP) | {"gathering_id": GATHERING}, line(lamp, 1, OTHER_GROUP)),
        buy(market, person(3), line(lamp, 3) | {"shelf_person_id": DORA, "post_id": POST}),
        buy(market, person(4), line(rod), line(lamp) | {"link_id": own}),
        buy(market, person(5), line(rod, 3) | {"link_id": from_shelf}),
    ]
    for number in (0, 4):
        (order,) = market.orders(opened[number])
        line_id = next(iter(order.lines))
        market.do("refund_line", ANNA, order_id=order.id, line_id=line_id, quantity=1)
    market.settle()
    return from_shelf


def test_each_way_adds_up_to_the_whole_and_to_the_ledger(market: Market, rod: str) -> None:
    link = sold_by_all_ways(market, rod)
    for seen in (ask(market, "listing_sales", ANNA, listing_id=rod), ask(market, "my_sales", DORA)):
        assert seen["amounts"] == seen["ledger"]
        for way in WAYS:
            rows = seen[f"by_{way}"]
            for name in ("gross_minor", "net_minor", "seller_minor", "community_minor", "member_minor", "units"):
                assert sum(row[name] for row in rows) == seen[name], (way, name)
    by_link = {row["link_id"]: row for row in ask(market, "listing_sales", ANNA, listing_id=rod)["by_link"]}
    assert (by_link[link]["units"], by_link[link]["returned"], by_link[link]["net_minor"]) == (4, 2, 24_000)
    assert (by_link[link]["community_minor"], by_link[link]["member_minor"]) == (1_200, 1_200)


@pytest.mark.parametrize("column", ["link_id", "member_id", "post_id", "gathering_id"])
def test_every_single_way_comes_to_what_the_entries_say_of_it(market: Market, rod: str, column: str) -> None:
    sold_by_all_ways(market, rod)
    way = sales.c[column]
    with market.service.views.reading() as connection:
        known = set(connection.execute(sales.select().with_only_columns(way)).scalars())
        assert len(known) >= 2
        for one in known - {None}:
            scope = Scope(way == one, way.is_distinct_from(one))
            assert amounts_of(sold(connection, scope.mine)) == amounts_of(booked(connection, scope)), (column, one)


def test_who_shares_sees_what_she_sold_and_her_account_says_the_same(market: Market, rod: str) -> None:
    sold_by_all_ways(market, rod)
    mine = ask(market, "my_sales", DORA)
    assert (mine["orders"], mine["units"], mine["sold"]) == (3, 7, True)
    assert ask(market, "account", DORA, party_id=DORA)["balances"][0]["held_minor"] == mine["member_minor"] == 1_977
    assert "buyers" not in mine
    assert ask(market, "my_sales", BORIS)["orders"] == 0


def test_the_community_sees_its_sales_by_way(market: Market, rod: str) -> None:
    link = sold_by_all_ways(market, rod)
    seen = ask(market, "community_sales", CHEN, group_id=GROUP)
    assert {row["link_id"]: row["units"] for row in seen["by_link"]} == {link: 4, None: 2}
    assert {row["member_id"]: row["member_minor"] for row in seen["by_member"]} == {str(DORA): 1_200, None: 0}
    assert {row["gathering_id"] for row in seen["by_gathering"]} == {str(GATHERING), None}
    assert seen["buyers"]["count"] is None


def test_the_views_of_ways_made_again_from_the_facts_are_the_same(market: Market, rod: str) -> None:
    link = sold_by_all_ways(market, rod)
    market.do("revoke_link", DORA, link_id=link)
    market.do("set_my_season", DORA, opens_at="2026-03-03T12:00:00Z")
    market.do("set_season", CHEN, group_id=GROUP, listing_id=rod, closes_at="2026-03-03T12:00:00Z")
    market.settle()
    found = rebuild(market.service, page=7)
    assert found.is_equal, [table for table in found.tables if not table.is_equal]
    assert {one.table for one in found.tables} >= {"share_links_v1", "shelves_v2", "picks_v2", "sales_v6"}


def test_by_the_link_of_somebody_forgotten_nobody_earns_and_nothing_is_remembered_of_her(
    market: Market, rod: str
) -> None:
    link = linked(market, DORA, rod)["link_id"]
    market.do("pick_mine", DORA, listing_id=rod)
    market.do("touch", BORIS, listing_id=rod, link_id=link)
    market.do("touch", DORA, listing_id=rod, group_id=GROUP)
    market.identity.say(PersonForgotten(person_id=DORA), market.clock.at)
    market.settle()
    assert market.orders(buy(market, BORIS, line(rod)))[0].shares[0][1]["seller"] == 11_400
    for way, refusal in (({"link_id": link}, LinkEnded), ({"shelf_person_id": DORA}, NoSuchShelf)):
        with pytest.raises(refusal):
            market.bought(lines=[line(rod) | way])
    assert ask(market, "my_touches", DORA)["items"] == []


def test_what_a_shelf_shows_can_be_changed_so_often_a_minute() -> None:
    rates = {operation.name: operation.rate for operation in shelves.operations}
    toggles = ("pick", "drop", "set_season", "pick_mine", "drop_mine", "set_my_season")
    assert [rates[name] for name in toggles] == ["30/minute"] * len(toggles)
