"""Commissions of others that went wrong: one test a bug that somebody reported elsewhere, named after it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kernel.refusals import Refusal
from services.mall.projections.sales import sales

from .attributing import OF_12_000, by_way, explained, linked, own_purchases, rod_on_shelf, shares
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .questioning import buy, person

TERMS = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None}


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


@pytest.fixture
def rod(market: Market) -> str:
    return rod_on_shelf(market)


def test_acg_faka_44_the_site_and_its_member_were_both_paid_and_of_the_wrong_amount(market: Market, rod: str) -> None:
    """A purchase by a member's link paid her less than was promised, and her site a rebate on top of its profit."""
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    assert shares(market, opened) == OF_12_000, "one pool of ten in a hundred for both, and the seller bears it"
    assert OF_12_000["community"] + OF_12_000["member"] == 12_000 * 1_000 // 10_000
    alone = buy(market, BORIS, by_way(rod, link_id=linked(market, rod)))
    assert shares(market, alone) == {"seller": 10_200, "member": 1_200, "platform": 600}
    market.do("reprice", ANNA, listing_id=rod, price_minor=5_000)
    cheaper = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    assert shares(market, cheaper) == {"seller": 4_250, "community": 250, "member": 250, "platform": 250}
    assert shares(market, opened) == OF_12_000, "of what was paid, whatever it costs now"


def test_v2board_111_who_referred_himself_was_paid_for_it(market: Market, rod: str) -> None:
    """Somebody bought by his own link and had the commission as a discount; there was no way to refuse it."""
    by_own_link, from_own_shelf, *_ = own_purchases(market, rod)
    assert by_own_link == from_own_shelf == {"seller": 11_400, "platform": 600}
    opened = buy(market, DORA, by_way(rod, link_id=linked(market, rod)))
    assert shares(market, opened) == {"seller": 11_400, "platform": 600}
    (told,) = explained(market, opened, DORA)["recipients"]
    assert told["standing"] == "own_purchase"
    assert str(BORIS) not in _earners(market)


@pytest.mark.parametrize("setting", ["brokerage_level", "levels", "inviter_share_bps"])
def test_crmeb_the_cap_of_levels_was_a_setting(market: Market, rod: str, setting: str) -> None:
    """How many levels of recruiters earn by a sale was a number that anybody with the settings could change."""
    with pytest.raises(Refusal):
        market.do("set_terms", OPERATOR, **TERMS, **{setting: 2})
    market.join(person(1))
    recruiter = linked(market, rod, DORA, group_id=GROUP)
    market.do("touch", person(1), listing_id=rod, link_id=recruiter)
    recruited = linked(market, rod, person(1), group_id=GROUP)
    opened = buy(market, BORIS, by_way(rod, link_id=recruited))
    assert shares(market, opened) == OF_12_000
    assert _earners(market) == {str(person(1)), str(GROUP)}, "who brought the buyer; nobody who had brought her"


def _earners(market: Market) -> set[str | None]:
    return {
        party
        for (account, party) in market.books()
        if account in ("member_held", "member_available", "community_held", "community_available")
    }


def test_two_ways_to_one_sale_are_paid_once(market: Market, rod: str) -> None:
    """Whoever remembers each touch by itself pays for each; of a sale only one way is known, and one pool."""
    market.do("touch", BORIS, listing_id=rod, link_id=linked(market, rod, DORA, group_id=GROUP))
    market.do("touch", BORIS, listing_id=rod, group_id=GROUP)
    opened = buy(market, BORIS, {"listing_id": rod, "quantity": 1})
    assert shares(market, opened) == {"seller": 10_200, "community": 1_200, "platform": 600}
    assert [one["outcome"] for one in explained(market, opened)["touches"]].count("won") == 1
    assert _rows(market) == 1
    assert CHEN != BORIS


def _rows(market: Market) -> int:
    with market.service.views.reading() as connection:
        rows: list[Any] = list(connection.execute(sales.select()))
    return len(rows)
