"""Money that comes after the checkout has ended: it is real, so it is booked; what cannot be sold for it goes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .market import ANNA, BORIS, CHEN, DORA, Market


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        market.seller(DORA)
        yield market


def expired(market: Market, *listing_ids: str) -> dict[str, Any]:
    """A checkout whose payment was requested and never came in time."""
    opened = market.bought(*listing_ids)
    market.settle()
    market.pass_time(minutes=15)
    assert market.checkout(opened).status == "expired"
    return opened


def captured_now(market: Market, opened: dict[str, Any]) -> None:
    market.provider.capture(opened["payment_id"])
    assert market.told(opened["payment_id"], "evt_late") == 204
    market.settle()


def test_a_checkout_expires_at_its_end_and_frees_the_stock(market: Market) -> None:
    rod = market.listed()
    opened = market.bought(rod)
    market.pass_time(minutes=14, seconds=59)
    assert market.listing(rod).available == 2
    market.pass_time(seconds=1)
    assert market.listing(rod).available == 3
    assert market.orders(opened)[0].status == "cancelled"
    (fact,) = [fact for fact in market.facts if type(fact).__name__ == "Expired"]
    assert fact.effective_at == market.checkout(opened).expires_at


def test_a_late_payment_takes_the_stock_that_is_still_there(market: Market) -> None:
    rod = market.listed()
    opened = expired(market, rod)
    captured_now(market, opened)
    assert market.checkout(opened).status == "paid_late"
    assert market.orders(opened)[0].status == "paid"
    assert (market.listing(rod).sold, market.listing(rod).available) == (1, 2)
    assert market.checkout(opened).refunds == {}
    assert market.account("unallocated") == 0


def test_a_late_payment_for_what_was_sold_to_others_goes_back(market: Market) -> None:
    rod = market.listed(stock=1)
    opened = expired(market, rod)
    market.paid(rod, buyer_id=CHEN)
    captured_now(market, opened)
    (refund_id,) = market.checkout(opened).refunds
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id)
    assert market.orders(opened)[0].status == "cancelled"
    assert market.listing(rod).sold == 1
    assert market.account("provider") == market.provider.balance_minor == 12_000
    assert market.account("unallocated") == market.account("refunds_due") == 0


def test_of_two_late_orders_one_is_revived_and_the_other_goes_back(market: Market) -> None:
    rod, reel = market.listed(), market.listed(DORA, title="Reel", price_minor=5_000, stock=1)
    opened = expired(market, rod, reel)
    market.paid(reel, buyer_id=CHEN)
    captured_now(market, opened)
    assert [order.status for order in market.orders(opened)] == ["paid", "cancelled"]
    assert [one["amount_minor"] for one in market.checkout(opened).refunds.values()] == [5_000]
    assert market.account("unallocated") == 0


def test_a_late_order_of_which_one_listing_is_gone_takes_nothing_of_the_other(market: Market) -> None:
    rod, reel = market.listed(), market.listed(title="Reel", price_minor=5_000, stock=1)
    opened = expired(market, rod, reel)
    market.paid(reel, buyer_id=CHEN)
    captured_now(market, opened)
    assert market.orders(opened)[0].status == "cancelled"
    assert (market.listing(rod).available, market.listing(rod).sold) == (3, 0)


def test_a_payment_that_was_declined_and_then_came_revives_the_order(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.decline(opened["payment_id"])
    market.told(opened["payment_id"])
    captured_now(market, opened)
    assert market.checkout(opened).status == "paid_late"
    assert market.orders(opened)[0].status == "paid"


def test_a_payment_for_what_the_buyer_gave_up_goes_back_as_a_whole(market: Market) -> None:
    rod = market.listed()
    opened = market.bought(rod)
    market.settle()
    market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    captured_now(market, opened)
    assert market.orders(opened)[0].status == "cancelled"
    assert market.listing(rod).available == 3
    assert [one["amount_minor"] for one in market.checkout(opened).refunds.values()] == [12_000]


def test_a_late_payment_to_a_suspended_seller_goes_back(market: Market) -> None:
    opened = expired(market, market.listed())
    market.withdraw_claim(ANNA)
    captured_now(market, opened)
    assert [one["amount_minor"] for one in market.checkout(opened).refunds.values()] == [12_000]


def test_too_little_too_late_goes_back(market: Market) -> None:
    opened = expired(market, market.listed())
    market.provider.capture(opened["payment_id"], amount_minor=1)
    market.told(opened["payment_id"])
    assert [one["amount_minor"] for one in market.checkout(opened).refunds.values()] == [1]
    assert market.account("unallocated") == 0


def test_a_payment_that_ends_up_declined_after_expiry_is_not_asked_for_any_more(market: Market) -> None:
    opened = expired(market, market.listed())
    market.provider.decline(opened["payment_id"])
    market.pass_time(hours=2)
    assert market.checkout(opened).status == "expired"
    assert market.checkout(opened).payment_status == "declined"
    before = market.position
    market.pass_time(days=9)
    assert market.position == before
