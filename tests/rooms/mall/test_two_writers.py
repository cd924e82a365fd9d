"""Two processes sell one product from many buckets: not one piece too many, and neither in the way of the other."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.blueprint import Surroundings
from services.kernel.domain import AggregateRoot
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from services.kernel.store.clashes import VersionConflict
from services.kernel.store.foresight import Foresight
from services.kernel.store.recorder import Entry
from services.kernel.store.unit import Unit
from services.mall.domain.refusals import SoldOut
from services.mall.domain.stock_bucket import StockBucket
from services.mall.domain.stocked import Stocked
from services.mall.service import blueprint
from tests.support.stored import stores_at

from .buckets import available, begin_at, bought_at, figures, spread
from .market import BORIS, CHEN, DORA, MASTER, Market
from .money_machine.checking import check

BUYERS = [UUID(int=0x1000 + number) for number in range(120)]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


@pytest.fixture
def other(market: Market) -> Iterator[Service]:
    """Another process over the same store."""
    made = Service(blueprint, Surroundings(stores_at(market.folder), MASTER, market.clock, market.extras))
    yield made
    made.stop()


def wanted(service: Service, listing_id: str) -> dict[str, Any]:
    """One of it, as the door reads it."""
    line = {"listing_id": listing_id, "quantity": 1}
    return forms.load(service.by_name["open_checkout"], {}, {"lines": [line], "payment_method": "card"})


async def buying(service: Service, buyer_id: UUID, listing_id: str) -> dict[str, Any]:
    """One of it."""
    return await service.do(service.by_name["open_checkout"], Actor(buyer_id), wanted(service, listing_id))


def rush(market: Market, services: Sequence[Service], listing_id: str) -> int:
    """How many of all who order at the same moment, every other one in another process, get one."""

    async def all_of_them() -> list[Any]:
        asked = [buying(services[number % 2], one, listing_id) for number, one in enumerate(BUYERS)]
        return await asyncio.gather(*asked, return_exceptions=True)

    outcomes = market.runner.run(all_of_them())
    assert {type(one) for one in outcomes} <= {dict, SoldOut}
    return sum(isinstance(one, dict) for one in outcomes)


@pytest.mark.parametrize(("stock", "buckets"), [(50, 8), (7, 64), (1, 2)])
def test_two_processes_sell_many_buckets_out_exactly(market: Market, other: Service, stock: int, buckets: int) -> None:
    rod = market.listed(stock=stock)
    spread(market, rod, buckets)
    assert rush(market, (market.service, other), rod) == stock
    assert figures(market, rod) == (0, stock, 0)
    check(list(enumerate(market.facts, start=1)))


def test_without_the_guard_of_the_stock_they_oversell(
    market: Market, other: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    rod = market.listed(stock=50)
    spread(market, rod, 8)
    monkeypatch.setattr(Stocked, "_has", lambda *_: True)
    assert rush(market, (market.service, other), rod) == len(BUYERS)
    assert sum(available(market, rod)) == 50 - len(BUYERS)


class Clashes:
    """How often what a service had decided was not stored, because another one had stored something in between."""

    def __init__(self, service: Service, held: ExitStack) -> None:
        self.count = 0
        append = service.recorder.append

        def appending(entries: Sequence[Entry]) -> list[int]:
            try:
                return append(entries)
            except VersionConflict:
                self.count += 1
                raise

        service.recorder.append = appending  # type: ignore[method-assign]
        held.callback(lambda: setattr(service.recorder, "append", append))


def taking_turns(market: Market, other: Service, rod: str) -> int:
    """How often the two clash while they sell in turns, neither looking whether the other has sold meanwhile."""
    with ExitStack() as held:
        clashes = [Clashes(one, held) for one in (market.service, other)]
        for _ in range(5):
            market.runner.run(buying(market.service, BORIS, rod))
            market.runner.run(buying(other, CHEN, rod))
    return sum(one.count for one in clashes)


def test_on_different_buckets_two_processes_do_not_clash_and_on_the_same_they_do(
    market: Market, other: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Foresight, "_ask", lambda *_: None)
    rod, same, whole = (market.listed(stock=40) for _ in range(3))
    for one in (rod, same):
        spread(market, one, 2)
        begin_at(market.service, market.listing(one), 1)
        begin_at(other, market.listing(one), 2 if one == rod else 1)
        clashes = taking_turns(market, other, one)
        assert clashes == 0 if one == rod else clashes >= 8
    assert (available(market, rod), available(market, same)) == ([0, 15, 15], [0, 10, 20])
    assert taking_turns(market, other, whole) >= 8


def moving(market: Market, other: Service, rod: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, Any]]:
    """A buyer comes while nothing is left but one piece, which is never reserved and free in no bucket that she looks
    at: while she goes from the first to the second it moves from the second to the first."""
    kept = bought_at(market, rod, 1)
    market.service.executor.live.clear()
    monkeypatch.setattr(Foresight, "_ask", lambda *_: None)
    load, second = market.service.store.load_any, StockBucket.create_id(UUID(rod), 2)
    begin_at(other, market.listing(rod), 2)

    def loading(kind: type[AggregateRoot], originator_id: UUID, **more: Any) -> AggregateRoot | None:
        if originator_id == second and kept:
            given_up = {"checkout_id": UUID(kept["checkout_id"])}
            kept.clear()
            other.do_now(other.by_name["cancel_checkout"], Actor(BORIS), given_up)
            other.do_now(other.by_name["open_checkout"], Actor(DORA), wanted(other, rod))
        return load(kind, originator_id, **more)

    monkeypatch.setattr(market.service.store, "load_any", loading)
    return lambda: bought_at(market, rod, 1, buyer_id=CHEN)


def test_nobody_is_told_that_it_is_sold_out_who_looked_while_a_piece_moved(
    market: Market, other: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    rod = market.listed(stock=2)
    spread(market, rod, 2)
    moving(market, other, rod, monkeypatch)()
    assert available(market, rod) == [0, 0, 0]


def test_without_the_second_look_she_is_told_so_while_a_piece_is_left(
    market: Market, other: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    rod = market.listed(stock=2)
    spread(market, rod, 2)
    monkeypatch.setattr(Unit, "rest_on", lambda *_: None)
    with pytest.raises(SoldOut):
        moving(market, other, rod, monkeypatch)()
    assert available(market, rod) == [0, 1, 0]
