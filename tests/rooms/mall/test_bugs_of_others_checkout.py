"""Checkouts of others that went wrong: one test a bug that somebody reported elsewhere, named after it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kernel.refusals import KeyReused
from services.mall.domain.refusals import SoldOut
from services.mall.domain.stocked import Stocked
from tests.support.scenario import CHEN

from .market import ANNA, BORIS, Market
from .questioning import ask, line, person

BUYERS, STOCK = 60, 10


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def at_once(market: Market, *carts: tuple[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Everybody checks out at the same moment; what came of those who could. All others were told that it is gone."""

    async def all_of_them() -> list[Any]:
        asked = [
            market.doing("open_checkout", person(number), lines=lines, payment_method="card")
            for number, lines in carts
        ]  # fmt: skip
        return await asyncio.gather(*asked, return_exceptions=True)

    outcomes = market.runner.run(all_of_them())
    assert {type(one) for one in outcomes} <= {dict, SoldOut}
    return [one for one in outcomes if isinstance(one, dict)]


def reserved(market: Market, listing_id: str) -> tuple[int, int]:
    market.settle()
    found = market.listing(listing_id)
    return found.reserved + found.sold, found.available


def test_vendure_3508_buyers_at_the_same_moment_were_sold_more_than_there_was(market: Market) -> None:
    """Stock was looked at in one transaction and allocated in another, until pull request 4930 made them one."""
    rod = market.listed(stock=STOCK)
    won = at_once(market, *((number, [line(rod)]) for number in range(BUYERS)))
    assert len(won) == STOCK
    assert reserved(market, rod) == (STOCK, 0)


def test_without_the_guard_of_the_stock_they_are_here_too(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: those who check out at once do meet, and it is the guard that stops them."""
    monkeypatch.setattr(Stocked, "_has", lambda *_: True)
    rod = market.listed(stock=STOCK)
    assert len(at_once(market, *((number, [line(rod)]) for number in range(BUYERS)))) == BUYERS
    assert reserved(market, rod) == (BUYERS, STOCK - BUYERS)


def test_vendure_1738_what_was_there_at_the_check_was_gone_when_it_was_paid(market: Market) -> None:
    """Looked at when it was ordered, allocated when it was paid: a paid order had goods that another one had got."""
    rod = market.listed(stock=1)
    late = market.bought(rod)
    market.settle()
    market.pass_time(minutes=16)
    market.paid(rod, buyer_id=CHEN)
    market.provider.capture(late["payment_id"])
    market.told(late["payment_id"], "evt_late")
    market.settle()
    found = market.listing(rod)
    assert (found.sold, found.reserved, found.available) == (1, 0, 0)
    went_back = [one["amount_minor"] for one in market.checkout(late).refunds.values()]
    assert went_back == [12_000], "nothing of it was there, so all of it goes back"


def test_saleor_12491_who_asked_again_had_it_done_twice(market: Market) -> None:
    """A request that was sent again after a lost answer was another request."""
    rod = market.listed(stock=3)
    cart = {"lines": [line(rod)], "payment_method": "card"}
    first, again = (market.do("open_checkout", BORIS, "my-key", **cart) for _ in range(2))
    assert first == again
    assert reserved(market, rod) == (1, 2)
    assert len(market.provider.requests) == 1
    with pytest.raises(KeyReused):
        market.do("open_checkout", BORIS, "my-key", **(cart | {"lines": [line(rod, 2)]}))
    assert reserved(market, rod) == (1, 2)


def test_medusa_16502_two_lines_of_one_cart_were_each_checked_alone(market: Market) -> None:
    """Two lines that draw on the same stock were held against what was there, each by itself, and both passed."""
    rod = market.listed(stock=3)
    with pytest.raises(SoldOut):
        market.bought(lines=[line(rod, 2), line(rod, 2)])
    assert reserved(market, rod) == (0, 3)
    market.bought(lines=[line(rod, 2), line(rod)])
    assert reserved(market, rod) == (3, 0)


def test_medusa_16569_concurrent_reservations_took_more_than_there_was(market: Market) -> None:
    """Each reservation wrote the sum that it had read, so that of two at the same moment one was lost."""
    rod, reel = market.listed(stock=STOCK), market.listed(stock=STOCK)
    carts = [(number, [line(rod, 3), line(reel, number % 3 + 1)]) for number in range(BUYERS)]
    won = at_once(market, *carts)
    taken = [
        sum(order.lines[one]["quantity"] for one in order.lines) for opened in won for order in market.orders(opened)
    ]
    assert sum(taken) == reserved(market, rod)[0] + reserved(market, reel)[0]
    assert len(won) == STOCK // 3
    for listing_id in (rod, reel):
        held, available = reserved(market, listing_id)
        assert held + available == STOCK
        assert available >= 0


def test_saleor_543_the_last_piece_was_sold_to_two(market: Market) -> None:
    """Nothing was kept for a checkout while it was paid, so that two paid for the last one."""
    rod = market.listed(stock=1)
    (won,) = at_once(market, (1, [line(rod)]), (2, [line(rod)]))
    market.settle()
    market.provider.capture(won["payment_id"])
    market.told(won["payment_id"])
    with pytest.raises(SoldOut):
        market.bought(rod, buyer_id=CHEN)
    assert (market.listing(rod).sold, market.listing(rod).available) == (1, 0)
    assert market.account("provider") == market.provider.balance_minor == 12_000


@pytest.mark.parametrize("ends", ["expired", "declined", "cancelled"])
def test_eventyay_6653_pending_orders_kept_what_nobody_paid_for(market: Market, ends: str) -> None:
    """Goods were told to be sold out while orders that nobody went on with still held them; 3366 is the same."""
    rod = market.listed(stock=1)
    opened = market.bought(rod)
    with pytest.raises(SoldOut):
        market.bought(rod, buyer_id=CHEN)
    market.settle()
    end(market, opened, ends)
    assert ask(market, "listing", ANNA, listing_id=rod)["available"] == 1
    market.bought(rod, buyer_id=CHEN)
    assert reserved(market, rod) == (1, 0)


def end(market: Market, opened: dict[str, Any], how: str) -> None:
    """It is not paid for."""
    if how == "expired":
        market.pass_time(minutes=15)
    elif how == "declined":
        market.provider.decline(opened["payment_id"])
        market.told(opened["payment_id"])
    else:
        market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    market.settle()
    assert market.checkout(opened).status == how


def test_eventyay_3366_what_is_paid_for_in_time_is_never_given_to_others(market: Market) -> None:
    """The other side of it: what an order holds until its end is not counted as free before."""
    rod = market.listed(stock=2)
    opened = market.bought(rod)
    market.settle()
    market.pass_time(minutes=14, seconds=59)
    assert reserved(market, rod) == (1, 1)
    market.provider.capture(opened["payment_id"])
    market.told(opened["payment_id"])
    market.pass_time(minutes=1)
    assert (market.listing(rod).sold, market.listing(rod).available) == (1, 1)
