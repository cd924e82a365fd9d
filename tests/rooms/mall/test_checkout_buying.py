"""Buying: from several sellers at once, through shelves, all or nothing, and the same request twice."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from services.kernel.refusals import KeyReused
from services.mall.domain.refusals import SoldOut

from .market import BORIS, CHEN, DORA, GROUP, Market


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        market.seller(DORA)
        yield market


def test_a_checkout_over_two_sellers_has_an_order_for_each(market: Market) -> None:
    rod, reel, line = market.listed(), market.listed(DORA, price_minor=3_333), market.listed(title="Line")
    opened = market.paid(rod, reel, line)
    assert opened["total_minor"] == 12_000 + 3_333 + 12_000
    first, second = market.orders(opened)
    assert [len(order.lines) for order in (first, second)] == [2, 1]
    held = {party: -amount for (account, party), amount in market.books().items() if account == "seller_held"}
    assert held == {str(first.seller_id): 22_800, str(second.seller_id): 3_166}
    assert market.account("platform_held") == -(1_200 + 167)


def test_one_append_holds_checkout_orders_and_reservations(market: Market) -> None:
    rod, reel = market.listed(), market.listed(DORA)
    before = market.position
    opened = market.bought(rod, reel)
    made = [type(one.fact).__name__ for one in market.service.store.facts(before, 100)]
    assert sorted(made) == ["Opened", "Placed", "Placed", "Reserved", "Reserved"]
    assert len({fact.meta[2] for fact in market.facts[before:]}) == 1
    assert market.checkout(opened).payment_status == "awaited"


def test_when_the_last_of_many_lines_cannot_be_had_nothing_is_reserved(market: Market) -> None:
    rod, reel = market.listed(), market.listed(DORA, stock=0)
    before = market.position
    with pytest.raises(SoldOut):
        market.bought(rod, reel)
    assert market.position == before
    market.bought(rod, lines=[{"listing_id": rod, "quantity": 3}])


def test_the_same_listing_on_two_lines_is_summed_before_the_stock_is_checked(market: Market) -> None:
    rod = market.listed(stock=3)
    line = {"listing_id": rod, "quantity": 2}
    with pytest.raises(SoldOut):
        market.bought(lines=[line, line])
    opened = market.paid(lines=[line, line | {"quantity": 1}])
    assert [one["quantity"] for one in market.orders(opened)[0].lines.values()] == [2, 1]
    assert (market.listing(rod).sold, market.listing(rod).available) == (3, 0)


def test_two_lines_of_one_listing_may_come_through_two_shelves(market: Market) -> None:
    rod, other = market.listed(), UUID(int=0x61)
    for group_id in (GROUP, other):
        market.found_group(CHEN, group_id=group_id)
        market.do("pick", CHEN, group_id=group_id, listing_id=rod)
    market.paid(lines=[{"listing_id": rod, "quantity": 1, "group_id": one} for one in (GROUP, other)])
    earned = {party: -amount for (account, party), amount in market.books().items() if account == "community_held"}
    assert earned == {str(GROUP): 1_200, str(other): 1_200}


def test_the_same_request_again_is_the_same_checkout(market: Market) -> None:
    asked = {"lines": [{"listing_id": market.listed(), "quantity": 1}], "payment_method": "card"}
    opened = market.do("open_checkout", BORIS, "key", **asked)
    before = market.position
    assert market.do("open_checkout", BORIS, "key", **asked) == opened
    assert market.position == before
    with pytest.raises(KeyReused):
        market.do("open_checkout", BORIS, "key", **(asked | {"payment_method": "other"}))


def test_a_price_that_changes_later_does_not_change_the_order(market: Market) -> None:
    rod = market.listed()
    opened = market.bought(rod)
    market.do("reprice", UUID(int=0xA), listing_id=rod, price_minor=1)
    market.settle()
    market.provider.capture(opened["payment_id"])
    market.told(opened["payment_id"])
    assert market.orders(opened)[0].total_minor == 12_000


def test_a_buyer_who_gives_up_twice_gives_up_once(market: Market) -> None:
    rod = market.listed()
    opened = market.bought(rod)
    market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    before = market.position
    market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    assert market.position == before
    assert (market.checkout(opened).status, market.listing(rod).available) == ("cancelled", 3)
