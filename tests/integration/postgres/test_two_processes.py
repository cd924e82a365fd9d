"""Two processes that change the same goods do not make each other's work fail: each first catches up with the other."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.kernel.blueprint import Surroundings
from services.kernel.service import Service
from services.kernel.store.clashes import VersionConflict
from services.kernel.store.foresight import Foresight
from services.kernel.store.recorder import Entry
from services.mall.service import blueprint
from tests.rooms.mall.buckets import begin_at, spread, stocks
from tests.rooms.mall.market import MASTER, Market
from tests.support.servers.databases import Databases
from tests.support.servers.postgres import PostgresServer
from tests.support.stored import InDatabases, kept, stores_at

BUYERS = 8


@pytest.fixture
def market(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Market]:
    """What serves: buyers ask it, and it does nothing by itself."""
    databases = Databases(postgres_server)
    with kept(InDatabases(databases)) as keeping:
        with Market(tmp_path) as market:
            market.provider.instantly = "captured"
            market.seller()
            yield market
        keeping.give_back()
    databases.close()


@pytest.fixture
def worker(market: Market) -> Iterator[Service]:
    """What works: it asks for the payments, over the same database."""
    made = Service(blueprint, Surroundings(stores_at(market.folder), MASTER, market.clock, market.extras))
    assert made.clockwork.step() == 1, "the seller is new: whether there are tickets to offer"
    yield made
    made.stop()


class Asked:
    """What a service asked its recorder for."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clashes, self.counts = 0, dict.fromkeys(("news", "history", "side", "version"), 0)
        append = service.recorder.append

        def appending(entries: Sequence[Entry]) -> list[int]:
            try:
                return append(entries)
            except VersionConflict:
                self.clashes += 1
                raise

        monkeypatch.setattr(service.recorder, "append", appending)
        for name in self.counts:
            monkeypatch.setattr(service.recorder, name, self._counting(name, getattr(service.recorder, name)))

    def _counting(self, name: str, asked: Any) -> Any:
        def counting(*given: Any, **more: Any) -> Any:
            self.counts[name] += 1
            return asked(*given, **more)

        return counting


def all_buy(market: Market, *listing_ids: str) -> None:
    """All buyers at the same moment, each one of everything."""
    lines = [{"listing_id": one, "quantity": 1} for one in listing_ids]

    async def all_of_them() -> list[dict[str, Any]]:
        asked = [market.doing("open_checkout", uuid4(), lines=lines, payment_method="card") for _ in range(BUYERS)]
        return await asyncio.gather(*asked)

    market.runner.run(all_of_them())


def taking_turns(market: Market, worker: Service, monkeypatch: pytest.MonkeyPatch, *goods: str) -> tuple[int, int]:
    """How often what was ordered was not stored, and how often a payment was decided on what was outdated, while the
    two took turns with the same goods three times."""
    serving, working = (Asked(one, monkeypatch) for one in (market.service, worker))
    for _ in range(3):
        all_buy(market, *goods)
        worker.clockwork.step()
    return serving.clashes, working.clashes + working.counts["version"]


def test_they_take_turns_without_a_clash(market: Market, worker: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    goods = [market.listed(stock=100) for _ in range(2)]
    assert taking_turns(market, worker, monkeypatch, *goods) == (0, 0)
    assert [market.listing(one).sold for one in goods] == [BUYERS * 3] * 2


def test_they_take_turns_with_one_bucket_without_a_clash(
    market: Market, worker: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked for ahead leads to the bucket that the process sells from, a payment to where its goods lie."""
    rod = market.listed(stock=100)
    spread(market, rod, 2)
    begin_at(market.service, market.listing(rod), 2)
    assert taking_turns(market, worker, monkeypatch, rod) == (0, 0)
    assert [one.sold for one in stocks(market, rod)] == [0, 0, BUYERS * 3]



def test_they_would_clash_each_time_if_they_did_not_catch_up(
    market: Market, worker: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Foresight, "_ask", lambda *_: None)
    assert min(taking_turns(market, worker, monkeypatch, market.listed(stock=100))) >= 2


@pytest.mark.parametrize("pages", [1, 2])
def test_a_page_of_payments_asks_as_often_as_one_payment(
    market: Market, worker: Service, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    goods = [market.listed(stock=100) for _ in range(3)]
    for _ in range(pages):
        all_buy(market, *goods)
    asked = Asked(worker, monkeypatch)
    assert worker.clockwork.step() == BUYERS * pages
    assert asked.counts == {"news": 3, "history": 0, "side": 0, "version": 0}, "checkouts, then orders, then goods"
    assert [market.listing(one).sold for one in goods] == [BUYERS * pages] * 3
