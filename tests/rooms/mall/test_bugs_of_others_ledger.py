"""Books of others that went wrong: one test a bug that somebody reported elsewhere, named after it.

What went wrong there is told in one sentence; here it is done again, through what everybody may ask for.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.ledger import imbalance
from services.mall.domain.refusals import OverRefunded
from tests.unit.mall.samples import balances

from .market import ANNA, BORIS, CHEN, GROUP, OPERATOR, Market
from .questioning import ask, line, put_on_shelf
from .stories import eventful


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def sold(market: Market, quantity: int = 1, **changes: Any) -> dict[str, Any]:
    """Boris buys so many of Anna's through the shelf of Chen's group, and has them."""
    market.seller()
    listing = market.listed(**({"stock": 9} | changes))
    put_on_shelf(market, CHEN, listing)
    opened = market.paid(lines=[line(listing, quantity, GROUP)])
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    return opened


def refund(market: Market, opened: dict[str, Any], quantity: int = 1) -> str:
    (order,) = market.orders(opened)
    done = market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=quantity)
    market.settle()
    return str(done["refund_id"])


def confirmed(market: Market, refund_id: str) -> None:
    market.provider.end_refund(refund_id)
    assert market.told_of_refund(refund_id, f"evt_{refund_id}") == 204
    market.settle()


def owed(market: Market, opened: dict[str, Any]) -> dict[str, int]:
    """What the seller reads of herself: held and available, as far as it is not nothing."""
    (order,) = market.orders(opened)
    return account(market, ANNA, order.seller_id)


def account(market: Market, asks: UUID, party_id: UUID) -> dict[str, int]:
    """What somebody reads of a party."""
    market.settle()
    (row,) = ask(market, "account", asks, party_id=party_id)["balances"]
    return {name: row[f"{name}_minor"] for name in ("held", "available") if row[f"{name}_minor"]}


def shares_taken(market: Market) -> dict[str, int]:
    """Of each party, what all refunds together took back."""
    taken: dict[str, int] = {}
    for fact in market.facts:
        if type(fact).__name__ == "LineRefunded":
            for party, share in vars(fact)["shares"].items():
                taken[party] = taken.get(party, 0) + share
    return taken


def test_opencollective_1025_the_sum_of_all_transactions_was_not_zero(market: Market) -> None:
    """A query over the whole ledger should have returned 0 and returned 256.86: nothing enforced that it sums up."""
    eventful(market)
    seen: list[Any] = []
    for fact in market.facts:
        seen.append(fact)
        assert imbalance(getattr(fact, "entries", [])) == {}
        assert sum(balances(seen).values()) == 0
    market.settle()
    assert ask(market, "books", OPERATOR, limit=100)["sums"] == {"EUR": 0}


def test_opencollective_6230_a_fee_was_credited_twice_by_a_refund(market: Market) -> None:
    """The refund gave the fee back as a part of the amount and once more as an entry of its own."""
    opened = sold(market)
    before = market.books()
    assert before[("platform_held", None)] == -600
    confirmed(market, refund(market, opened))
    assert shares_taken(market) == {"seller": 10_200, "community": 1_200, "platform": 600}
    assert market.books() == {}, "after the refund everybody has what there was before the sale"


def test_opencollective_api_10225_host_fees_were_refunded_twice(market: Market) -> None:
    """Who refunded the transaction of a fee by itself had it refunded with the contribution as well."""
    opened = sold(market)
    refund_id = refund(market, opened)
    market.provider.end_refund(refund_id, "failed", "card_closed")
    market.told_of_refund(refund_id)
    again = {"checkout_id": opened["checkout_id"], "refund_id": refund_id}
    retried = str(market.do("retry_refund", OPERATOR, **again)["refund_id"])
    market.settle()
    with pytest.raises(OverRefunded):
        refund(market, opened)
    confirmed(market, retried)
    assert shares_taken(market)["platform"] == 600
    assert market.books() == {}


def test_opencollective_2353_the_balance_still_showed_what_was_refunded(market: Market) -> None:
    """The money had gone back to the contributor, and the page of the collective still counted it."""
    opened = sold(market, 2)
    assert owed(market, opened) == {"held": 20_400}
    refund(market, opened)
    assert owed(market, opened) == {"held": 10_200}, "at once, not when the provider has done it"
    assert account(market, CHEN, GROUP) == {"held": 1_200}
    refund(market, opened)
    assert owed(market, opened) == {}


@pytest.mark.parametrize("is_released", [False, True])
def test_dokan_905_the_balance_of_the_vendor_stayed_after_a_refund(market: Market, is_released: bool) -> None:
    """The administrator's commission turned 0, and the vendor's earnings remained the same."""
    opened = sold(market)
    if is_released:
        market.pass_time(days=7)
    assert owed(market, opened) == {"available" if is_released else "held": 10_200}
    confirmed(market, refund(market, opened))
    assert owed(market, opened) == {}
    assert market.account("platform_held") == market.account("platform_fees") == 0


def test_multivendorx_976_the_commission_was_wrong_after_a_part_was_refunded(market: Market) -> None:
    """After half of an order went back, the commission was not that of the half that was kept."""
    opened = sold(market, 3, price_minor=3_333)
    kept = [held(market)]
    for _ in range(3):
        refund(market, opened)
        kept.append(held(market))
    assert kept == [(8_499, 1_000, 500), (5_666, 667, 333), (2_833, 333, 167), (0, 0, 0)]
    assert [sum(more) - sum(less) for more, less in pairwise(kept)] == [3_333, 3_333, 3_333]
    assert shares_taken(market) == {"seller": 8_499, "community": 1_000, "platform": 500}


def test_dokan_2267_who_bears_the_fee_of_a_refund_was_nowhere_said(market: Market) -> None:
    """The fee came back to the vendor or stayed with the platform, as the code happened to have it."""
    market.seller()
    fee = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None}
    for bearing, left in (("returned", {}), ("kept", {"seller_available": 600, "platform_fees": -600})):
        market.do("set_terms", OPERATOR, **fee, platform_fee_on_refund=bearing)
        market.pass_time(days=7)
        opened = market.paid(market.listed())
        confirmed(market, refund(market, opened))
        assert {account: amount for (account, _), amount in market.books().items()} == left


def held(market: Market) -> tuple[int, int, int]:
    """What is held for seller, community and platform."""
    return -market.account("seller_held"), -market.account("community_held"), -market.account("platform_held")


@pytest.mark.parametrize("is_released", [False, True])
def test_mercur_1247_a_refund_did_not_reverse_what_the_sellers_had(market: Market, is_released: bool) -> None:
    """The buyer had the money back while the transfers to the sellers stayed where they were."""
    opened = sold(market)
    if is_released:
        market.pass_time(days=7)
    accounts = ["seller_available", "community_available", "platform_fees"] if is_released else [
        "seller_held", "community_held", "platform_held",
    ]  # fmt: skip
    assert [market.account(one) for one in accounts] == [-10_200, -1_200, -600]
    refund_id = refund(market, opened)
    assert [market.account(one) for one in accounts] == [0, 0, 0]
    assert market.account("refunds_due") == -12_000
    confirmed(market, refund_id)
    assert market.books() == {}
    assert market.provider.balance_minor == 0


def test_saleor_12098_a_refunded_order_showed_a_negative_balance(market: Market) -> None:
    """After a whole refund an order said that something was outstanding, and it was below zero."""
    opened = sold(market)
    confirmed(market, refund(market, opened))
    seen = ask(market, "order", BORIS, order_id=opened["order_ids"][0])
    checkout = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])
    assert all(amount >= 0 for amount in amounts_in(seen) + amounts_in(checkout))
    (order,) = market.orders(opened)
    assert (order.left_minor, order.total_minor) == (0, 12_000)
    assert checkout["captured_minor"] - sum(one["amount_minor"] for one in checkout["refunds"]) == 0


def amounts_in(told: Any) -> list[int]:
    """Every amount of an answer, wherever it stands."""
    if isinstance(told, list):
        return [amount for one in told for amount in amounts_in(one)]
    if not isinstance(told, dict):
        return []
    own = [amount for name, amount in told.items() if name.endswith("_minor") and amount is not None]
    return own + [amount for one in told.values() for amount in amounts_in(one)]


def test_repairdesk_196_a_commission_could_not_be_deducted_when_the_invoice_was_refunded(market: Market) -> None:
    """Whoever had earned by a sale kept the commission, whatever became of the sale."""
    opened = sold(market)
    market.pass_time(days=7)
    assert market.account("community_available") == -1_200
    refund(market, opened)
    assert market.account("community_available") == market.account("community_held") == 0
    assert account(market, CHEN, GROUP) == {}


@pytest.mark.parametrize("days", [6, 7, 8, 400])
def test_dub_2939_a_clawback_was_missed_by_the_filter_of_the_holding_period(market: Market, days: int) -> None:
    """What was taken back was looked for among the commissions of one period, and so was missed on its other side."""
    opened = sold(market)
    market.pass_time(days=days)
    confirmed(market, refund(market, opened))
    market.pass_time(days=400)
    assert market.books() == {}
    assert shares_taken(market) == {"seller": 10_200, "community": 1_200, "platform": 600}
