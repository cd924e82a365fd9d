"""Many at once: never more is sold than there is, and the guards that see to it were seen to be needed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.application.attribution import Attribution
from services.mall.domain.refusals import SoldOut
from services.mall.domain.stocked import Stocked

from .market import ANNA, BORIS, CHEN, GROUP, Market

BUYERS = [UUID(int=0x1000 + number) for number in range(200)]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def rush(market: Market, listing_id: str) -> list[Any]:
    """All buyers at the same moment."""
    line = {"listing_id": listing_id, "quantity": 1}

    async def all_of_them() -> list[Any]:
        asked = [
            market.doing("open_checkout", buyer_id, lines=[line], payment_method="card") for buyer_id in BUYERS
        ]  # fmt: skip
        return await asyncio.gather(*asked, return_exceptions=True)

    return market.runner.run(all_of_them())


def test_of_200_buyers_of_50_exactly_50_get_one(market: Market) -> None:
    rod = market.listed(stock=50)
    outcomes = rush(market, rod)
    refused = [one for one in outcomes if not isinstance(one, dict)]
    assert len(refused) == 150
    assert {type(one) for one in refused} == {SoldOut}
    assert str(refused[-1]) == f"Nothing is left of listing {rod}; choose another, or come back when there is more."
    market.provider.instantly = "captured"
    market.settle()
    assert (market.listing(rod).sold, market.listing(rod).available) == (50, 0)
    assert market.account("provider") == market.provider.balance_minor == 50 * 12_000


def test_without_the_guard_of_the_stock_it_oversells(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    rod = market.listed(stock=50)
    monkeypatch.setattr(Stocked, "_has", lambda self, quantity: True)
    outcomes = rush(market, rod)
    assert sum(isinstance(one, dict) for one in outcomes) == 200
    assert market.listing(rod).available == -150


def test_the_last_one_goes_to_one_of_two_and_is_free_again_when_that_one_gives_up(market: Market) -> None:
    rod = market.listed(stock=1)
    opened = market.bought(rod, buyer_id=BORIS)
    with pytest.raises(SoldOut):
        market.bought(rod, buyer_id=CHEN)
    market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    market.bought(rod, buyer_id=CHEN)


def test_an_end_and_a_capture_at_the_same_moment_are_decided_once(market: Market) -> None:
    """The capture comes in while the end is being worked off: one of them wins, and neither is lost."""
    rod = market.listed(stock=1)
    opened = market.bought(rod)
    market.settle()
    market.provider.capture(opened["payment_id"])
    market.clock.at = market.checkout(opened).expires_at or market.clock.at
    assert market.told(opened["payment_id"]) == 204
    market.settle()
    assert market.checkout(opened).status == "paid"
    assert (market.listing(rod).sold, market.listing(rod).reserved) == (1, 0)


def through_the_shelf(market: Market, buyer_id: UUID) -> int:
    """What the community is owed after its shelf was bought from."""
    rod = market.listed()
    market.found_group(CHEN)
    market.do("pick", CHEN, group_id=GROUP, listing_id=rod)
    market.paid(lines=[{"listing_id": rod, "quantity": 1, "group_id": GROUP}], buyer_id=buyer_id)
    return -market.account("community_held")


def test_a_community_earns_by_what_is_bought_through_its_shelf(market: Market) -> None:
    assert through_the_shelf(market, BORIS) == 1_200


def test_the_owner_of_a_group_earns_nothing_by_his_own_purchase(market: Market) -> None:
    assert through_the_shelf(market, CHEN) == 0
    assert market.account("seller_held") == -11_400


def test_without_the_guard_an_owner_would_earn_by_his_own_purchase(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attribution, "_why_not", lambda *_: None)
    assert through_the_shelf(market, CHEN) == 1_200
    assert ANNA != CHEN
