"""Flash sales in this process: five hundred buyers at the same moment, round after round, and each sells out exactly.

``tests/e2e/test_flash_sale.py`` has one over HTTP; ``make simulate SALES=1`` plays them with failing stores.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.refusals import SoldOut
from services.mall.domain.stocked import Stocked
from tests.support.stored import InFiles, Keeping

from .market import Market
from .money_machine.checking import check

pytestmark = pytest.mark.timeout(600)
BUYERS = [UUID(int=0x1000 + number) for number in range(500)]
ROUNDS, ROUNDS_ON_A_SERVER = 50, 3


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def rush(market: Market, listing_id: str, buyers: list[UUID]) -> int:
    """How many of all who order at the same moment get one; the others are told that nothing is left."""
    line = {"listing_id": listing_id, "quantity": 1}

    async def all_of_them() -> list[Any]:
        asked = [market.doing("open_checkout", one, lines=[line], payment_method="card") for one in buyers]
        return await asyncio.gather(*asked, return_exceptions=True)

    outcomes = market.runner.run(all_of_them())
    assert {type(one) for one in outcomes} <= {dict, SoldOut}
    return sum(isinstance(one, dict) for one in outcomes)


def test_every_round_sells_out_exactly(market: Market, keeping: Keeping) -> None:
    rounds = ROUNDS if isinstance(keeping, InFiles) else ROUNDS_ON_A_SERVER
    for number in range(rounds):
        stock = 1 + number * 49 // (rounds - 1)
        rod = market.listed(stock=stock)
        assert rush(market, rod, BUYERS) == stock
        found = market.listing(rod)
        assert (found.reserved, found.available) == (stock, 0)
    check(list(enumerate(market.facts, start=1)))


def test_without_its_guard_every_round_oversells(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stocked, "_has", lambda *_: True)
    for stock in (1, 50):
        rod = market.listed(stock=stock)
        assert rush(market, rod, BUYERS[:120]) == 120
        assert market.listing(rod).available == stock - 120
