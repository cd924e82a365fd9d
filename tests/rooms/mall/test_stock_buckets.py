"""The stock of a listing in buckets: spread, sold, let go, restocked, and the same to everybody who looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.listing import Listing
from services.mall.domain.stock_bucket import StockBucket

from .buckets import Figures, available, bought_at, figures, spread, stocks
from .market import ANNA, BORIS, CHEN, DORA, Market
from .money_machine.checking import check


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        check(list(enumerate(market.facts, start=1)))


def spread_rod(market: Market, buckets: int, stock: int) -> str:
    rod = market.listed(stock=stock)
    spread(market, rod, buckets)
    return rod


def captured(market: Market, opened: dict[str, Any]) -> None:
    market.settle()
    market.provider.capture(opened["payment_id"])
    assert market.told(opened["payment_id"], f"evt_{opened['payment_id']}") == 204
    market.settle()


def test_a_stock_is_spread_in_equal_parts_in_one_append_and_comes_back(market: Market) -> None:
    rod, before = market.listed(stock=11), market.position
    position = spread(market, rod, 4)
    assert available(market, rod) == [0, 3, 3, 3, 2]
    assert position == market.position == before + 9, "one of the listing, two of each bucket"
    assert figures(market, rod) == (11, 0, 0)
    spread(market, rod, 2)
    assert available(market, rod) == [0, 6, 5, 0, 0]
    spread(market, rod, 1)
    assert available(market, rod) == [11, 0, 0, 0, 0]
    assert figures(market, rod) == (11, 0, 0)
    assert market.listing(rod).buckets == 1


def test_what_lies_as_it_should_is_left_alone(market: Market) -> None:
    rod, before = spread_rod(market, 3, stock=7), market.position
    assert spread(market, rod, 3) == before
    assert market.position == before


def test_a_sale_from_a_bucket_touches_neither_the_listing_nor_another_bucket(market: Market) -> None:
    rod = spread_rod(market, 3, stock=6)
    before = [one.version for one in stocks(market, rod)]
    opened = bought_at(market, rod, 2)
    assert figures(market, rod) == (5, 1, 0)
    captured(market, opened)
    assert figures(market, rod) == (5, 0, 1)
    assert available(market, rod) == [0, 2, 1, 2]
    after = [one.version for one in stocks(market, rod)]
    assert [now - then for then, now in zip(before, after, strict=True)] == [0, 0, 2, 0]


def test_the_last_pieces_in_other_buckets_are_found(market: Market) -> None:
    rod = spread_rod(market, 3, stock=3)
    for buyer_id in (BORIS, CHEN, DORA):
        bought_at(market, rod, 1, buyer_id=buyer_id)
    assert available(market, rod) == [0, 0, 0, 0]
    with pytest.raises(refusals.SoldOut) as refused:
        market.bought(rod, buyer_id=DORA)
    assert refused.value.facts["left"] == 0
    assert figures(market, rod) == (0, 3, 0)


def test_a_checkout_takes_pieces_of_several_buckets_when_no_single_one_has_enough(market: Market) -> None:
    rod = spread_rod(market, 3, stock=5)
    opened = bought_at(market, rod, 3, quantity=4)
    kept = market.checkout(opened).stocks[rod]
    assert [one["quantity"] for one in kept] == [1, 2, 1]
    assert figures(market, rod) == (1, 4, 0)
    with pytest.raises(refusals.SoldOut) as refused:
        bought_at(market, rod, 1, quantity=2, buyer_id=CHEN)
    assert refused.value.facts["left"] == 1
    captured(market, opened)
    assert figures(market, rod) == (1, 0, 4)


def test_what_is_given_up_declined_or_runs_out_is_free_again_where_it_lay(market: Market) -> None:
    rod = spread_rod(market, 2, stock=4)
    given_up = bought_at(market, rod, 1, quantity=3)
    market.do("cancel_checkout", BORIS, checkout_id=given_up["checkout_id"])
    assert available(market, rod) == [0, 2, 2]
    declined = bought_at(market, rod, 2, quantity=3, buyer_id=CHEN)
    market.settle()
    market.provider.decline(declined["payment_id"])
    market.told(declined["payment_id"])
    assert figures(market, rod) == (4, 0, 0)
    bought_at(market, rod, 2, quantity=3, buyer_id=DORA)
    market.pass_time(minutes=14, seconds=59)
    assert figures(market, rod) == (1, 3, 0)
    market.pass_time(seconds=1)
    assert figures(market, rod) == (4, 0, 0)
    assert available(market, rod) == [0, 2, 2]


def test_a_late_payment_takes_what_is_left_in_any_bucket(market: Market) -> None:
    rod = spread_rod(market, 3, stock=4)
    opened = bought_at(market, rod, 1, quantity=3)
    market.pass_time(minutes=15)
    bought_at(market, rod, 1, buyer_id=CHEN)
    captured(market, opened)
    assert market.orders(opened)[0].status == "paid"
    assert figures(market, rod) == (0, 1, 3)


def test_a_late_payment_for_what_was_sold_from_all_buckets_goes_back(market: Market) -> None:
    rod = spread_rod(market, 2, stock=2)
    opened = bought_at(market, rod, 1, quantity=2)
    market.pass_time(minutes=15)
    bought_at(market, rod, 1, buyer_id=CHEN)
    captured(market, opened)
    assert market.orders(opened)[0].status == "cancelled"
    assert [one["amount_minor"] for one in market.checkout(opened).refunds.values()] == [24_000]
    assert figures(market, rod) == (1, 1, 0)


def test_more_comes_into_one_of_the_buckets_and_is_sold(market: Market) -> None:
    rod = spread_rod(market, 4, stock=0)
    market.do("restock", ANNA, listing_id=rod, quantity=3)
    assert sorted(available(market, rod)) == [0, 0, 0, 0, 3]
    assert available(market, rod)[0] == 0
    captured(market, bought_at(market, rod, 1, quantity=3))
    assert figures(market, rod) == (0, 0, 3)
    spread(market, rod, 1)
    market.do("restock", ANNA, listing_id=rod, quantity=2)
    assert available(market, rod) == [2, 0, 0, 0, 0]


def test_a_withdrawn_listing_is_sold_from_no_bucket_and_what_was_kept_before_is(market: Market) -> None:
    rod = spread_rod(market, 2, stock=4)
    opened = bought_at(market, rod, 1)
    late = bought_at(market, rod, 1, buyer_id=DORA)
    market.do("cancel_checkout", DORA, checkout_id=late["checkout_id"])
    market.do("withdraw_listing", ANNA, listing_id=rod, reason="season_over")
    for refused in (
        lambda: bought_at(market, rod, 2, buyer_id=CHEN), lambda: spread(market, rod, 1),
        lambda: market.do("restock", ANNA, listing_id=rod, quantity=1),
    ):  # fmt: skip
        with pytest.raises(refusals.ListingWithdrawn):
            refused()
    captured(market, opened)
    assert figures(market, rod) == (3, 0, 1)


def test_a_payment_after_the_withdrawal_takes_nothing_from_a_bucket(market: Market) -> None:
    rod = spread_rod(market, 2, stock=4)
    opened = bought_at(market, rod, 1)
    market.pass_time(minutes=15)
    market.do("withdraw_listing", ANNA, listing_id=rod, reason="season_over")
    captured(market, opened)
    assert market.orders(opened)[0].status == "cancelled"
    assert figures(market, rod) == (4, 0, 0)


def test_what_is_reserved_stays_where_it_is_while_the_rest_moves_and_is_found_when_it_is_free(market: Market) -> None:
    rod = market.listed(stock=5)
    at_home = market.bought(rod, buyer_id=CHEN)
    spread(market, rod, 4)
    in_bucket = bought_at(market, rod, 4)
    spread(market, rod, 2)
    assert available(market, rod) == [0, 2, 1, 0, 0]
    for buyer_id, opened in ((CHEN, at_home), (BORIS, in_bucket)):
        market.do("cancel_checkout", buyer_id, checkout_id=opened["checkout_id"])
    assert available(market, rod) == [1, 2, 1, 0, 1]
    captured(market, bought_at(market, rod, 1, quantity=5, buyer_id=DORA))
    assert figures(market, rod) == (0, 0, 5)
    assert [one.sold for one in stocks(market, rod)] == [1, 2, 1, 0, 1]


def test_a_checkout_of_several_goods_keeps_each_where_it_lies(market: Market) -> None:
    rod, reel = spread_rod(market, 2, stock=2), market.listed(stock=2)
    opened = market.bought(rod, reel)
    assert list(market.checkout(opened).stocks) == [rod], "of the reel, the listing itself says it"
    captured(market, opened)
    assert (figures(market, rod), figures(market, reel)) == (Figures(1, 0, 1), Figures(1, 0, 1))


def test_who_gets_nothing_of_one_keeps_nothing_of_the_other(market: Market) -> None:
    rod, reel = spread_rod(market, 2, stock=2), market.listed(stock=0)
    before = market.position
    with pytest.raises(refusals.SoldOut):
        market.bought(rod, reel)
    assert market.position == before
    assert figures(market, rod) == (2, 0, 0)


def test_a_listing_that_was_never_spread_records_what_it_always_did(market: Market) -> None:
    market.paid(market.listed())
    kinds = {type(fact) for fact in market.facts}
    assert {Listing.Reserved, Listing.Sold} <= kinds
    assert not kinds & {Checkout.StockKept, StockBucket.Opened, Listing.StockSpread}


def test_the_stock_outlives_the_process(market: Market) -> None:
    rod = spread_rod(market, 3, stock=5)
    opened = bought_at(market, rod, 2, quantity=4)
    market.reopen()
    captured(market, opened)
    assert figures(market, rod) == (1, 0, 4)
