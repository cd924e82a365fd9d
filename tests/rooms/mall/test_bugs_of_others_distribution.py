"""Commissions and payouts of others that went wrong: one test a bug that somebody reported elsewhere, named after it.

Those about payouts alone stand beside their rules: Xboard 860 in ``test_payouts_races``, dub 2777, Spree 14606 and what
Spree 14622 says of payouts in ``test_payouts_flow``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kernel.refusals import Malformed, Refusal
from services.mall.domain.payout import Payout
from services.mall.domain.refusals import BalanceTooLow
from services.mall.domain.seller import Seller
from services.mall.projections.sales import sales

from .attributing import OF_12_000, by_way, explained, linked, own_purchases, rod_on_shelf, shares
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import account, asked, ensure_sound, paid_out, payable, payout, sold, terms
from .questioning import ask, buy, line, person, put_on_shelf

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


def two_sellers(market: Market) -> dict[str, Any]:
    """One checkout by the shelf of Chen's group: Anna gives a tenth of 120.00, Dora a fifth of 50.00."""
    market.seller(DORA)
    rod, reel = market.listed(ANNA), market.listed(DORA, price_minor=5_000, commission_bps=2_000)
    put_on_shelf(market, CHEN, rod, reel)
    return buy(market, BORIS, line(rod, 1, GROUP), line(reel, 1, GROUP))


OF_ANNA = {"seller": 10_200, "community": 1_200, "platform": 600}
OF_DORA = {"seller": 3_750, "community": 1_000, "platform": 250}


def test_openmarketplace_93_vendors_of_one_order_had_the_commission_of_one_of_them(market: Market) -> None:
    """Nobody had looked at one order of two vendors, each with a commission of her own."""
    opened = two_sellers(market)
    found = [{party: share for party, share in of_line(order)["shares"].items() if share}
             for order in market.orders(opened)]  # fmt: skip
    assert found == [OF_ANNA, OF_DORA]
    assert market.books()[("community_held", str(GROUP))] == -2_200
    assert market.books()[("seller_held", str(Seller.create_id(DORA)))] == -3_750


def of_line(order: Any) -> dict[str, Any]:
    (bought,) = order.lines.values()
    return dict(bought)


def test_spree_14622_an_order_showed_the_commissions_of_all_sellers_of_the_checkout(market: Market) -> None:
    """Whoever had sold one part of a checkout read what the others earned and gave."""
    opened = two_sellers(market)
    market.settle()
    for order_id, seller, foreign in zip(opened["order_ids"], (ANNA, DORA), (OF_DORA, OF_ANNA), strict=True):
        (told,) = ask(market, "order", seller, order_id=order_id)["lines"]
        assert not set(foreign.values()) & {share for share in told["shares"].values() if share}
    for order, stranger in zip(market.orders(opened), (DORA, ANNA), strict=True):
        with pytest.raises(Refusal):
            ask(market, "order", stranger, order_id=order.id)


def test_spree_14622_orders_of_a_split_checkout_were_never_fulfilled_nor_paid_out(market: Market) -> None:
    """Whether an order was paid did not look at its part of the one payment; so nobody could deliver, or was paid."""
    opened = two_sellers(market)
    for order_id, seller in zip(opened["order_ids"], (ANNA, DORA), strict=True):
        account(market, Seller.create_id(seller), seller, f"acct_{seller.hex[:8]}")
        market.do("deliver", seller, order_id=order_id)
    market.pass_time(days=8)
    market.pass_time(days=7)
    drawn = {(fact.party_id, fact.amount_minor) for fact in market.facts if isinstance(fact, Payout.Requested)}
    assert drawn == {(Seller.create_id(ANNA), 10_200), (Seller.create_id(DORA), 3_750)}
    ensure_sound(market)


@pytest.mark.parametrize("amount_minor", [-1, -9_000, 0])
def test_sspanel_10_a_withdrawal_below_zero_was_accepted_and_added_to_the_balance(
    market: Market, amount_minor: int
) -> None:
    """Who asked for less than nothing had so much more afterwards."""
    account(market)
    sold(market)
    before = market.facts
    with pytest.raises(Malformed):
        asked(market, amount_minor)
    assert len(market.facts) == len(before)
    with pytest.raises(BalanceTooLow):
        asked(market, 11_401)


def test_ssrpanel_1446_what_was_withdrawn_was_not_what_the_orders_marked_as_paid_came_to(market: Market) -> None:
    """The amount was of all orders at that moment, and other orders were marked."""
    terms(market, schedule="manual")
    account(market)
    sold(market, days=8)
    sold(market, days=8)
    first = asked(market, 15_000)
    sold(market, days=8)
    second = asked(market)
    for payout_id in (first, second):
        paid_out(market, payout_id)
    released: list[Any] = [fact for fact in market.facts if type(fact).__name__ == "Released"]
    came_to = sum(-entry["amount_minor"] for fact in released for entry in fact.entries
                  if entry["account"] == "seller_available")  # fmt: skip
    assert [payout(market, one).amount_minor for one in (first, second)] == [15_000, came_to - 15_000]
    assert came_to == 3 * 11_400
    assert payable(market).balance_minor == market.account("seller_available") == market.account("payouts_due") == 0
    ensure_sound(market)
