"""A flash sale over HTTP on a real process: far more buyers than goods, all at the same moment."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.process import PLAIN
from tests.support.surface_wrong import assert_refused
from tests.support.worlds import Platform, World

pytestmark = pytest.mark.timeout(300)
STOCK, BUYERS, BUYERS_WITHOUT_GUARD, PRICE = 50, 500, 120, 1999
TRIES = 600
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Rush:
    """What came of it: the answer to each buyer, and what the platform says when all payments are settled."""

    answers: list[httpx.Response]
    listing: dict[str, Any]
    books: dict[str, Any]

    @property
    def winners(self) -> list[httpx.Response]:
        return [answer for answer in self.answers if answer.status_code == 201]

    @property
    def losers(self) -> list[httpx.Response]:
        return [answer for answer in self.answers if answer.status_code != 201]


class Sale:
    """Goods on a platform, and as many buyers as are wanted."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.operator = platform.token(uuid4(), "operator")
        seller = platform.token(uuid4())
        self._do(
            self.operator, "/mall/terms", platform_fee_bps=500, return_window_days=7, reservation_minutes=60,
            seller_threshold=None,
        )  # fmt: skip
        self._do(seller, "/mall/sellers", name="Rods and more")
        listed = self._do(seller, "/mall/listings", title="Rod", price_minor=PRICE, currency="EUR", stock=STOCK)
        self.listing_id = listed["listing_id"]

    async def rush(self, buyers: int) -> Rush:
        """Everybody orders at once; then all payments are waited for."""
        tokens = [self.platform.token() for _ in range(buyers)]
        answers = await asyncio.gather(*(self._order(token) for token in tokens))
        async with self._client() as client:
            won = sum(answer.status_code == 201 for answer in answers)
            listing = await self._settled(client, won)
            books = await client.get("/mall/books", headers=_signed(self.operator))
        return Rush(answers, listing, books.json())

    def _client(self) -> httpx.AsyncClient:
        """For one person alone, as she has a device alone; a client that many share looks at all their connections."""
        return httpx.AsyncClient(base_url=self.platform.url, timeout=60, **PLAIN)

    async def _order(self, token: str) -> httpx.Response:
        line = {"listing_id": self.listing_id, "quantity": 1}
        body = {"lines": [line], "payment_method": "card"}
        headers = {**_signed(token), "Idempotency-Key": "once"}
        async with self._client() as client:
            first = await _posted(client, body, headers)
            again = await _posted(client, body, headers)
        assert (first.status_code, first.content) == (again.status_code, again.content), "a repeat was something else"
        return first

    async def _settled(self, client: httpx.AsyncClient, won: int) -> dict[str, Any]:
        listing: dict[str, Any] = {}
        for _ in range(TRIES):
            listing = (await client.get(f"/mall/listings/{self.listing_id}")).json()
            if listing["sold"] >= won:
                return listing
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{won} were ordered and not all of them paid; last seen: {listing}")

    def _do(self, token: str, path: str, **fields: Any) -> dict[str, Any]:
        answer = self.platform.client(token).post(path, json=fields)
        assert answer.is_success, answer.text
        done: dict[str, Any] = answer.json()
        return done


async def _posted(client: httpx.AsyncClient, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
    """Sent again with the same key when the connection is lost, as every client should: it is done once."""
    for _ in range(2):
        with suppress(httpx.TransportError):
            return await client.post("/mall/checkouts", json=body, headers=headers)
    return await client.post("/mall/checkouts", json=body, headers=headers)


@pytest.fixture(scope="module")
def platform(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with world.platform(tmp_path_factory.mktemp("sale") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def rush(platform: Platform) -> Rush:
    return asyncio.run(Sale(platform).rush(BUYERS))


def test_exactly_the_stock_is_sold(rush):
    assert len(rush.answers) == BUYERS
    assert len(rush.winners) == STOCK
    assert (rush.listing["sold"], rush.listing["available"]) == (STOCK, 0)
    assert len({answer.json()["checkout_id"] for answer in rush.winners}) == STOCK


def test_everybody_else_is_told_so_in_a_sentence(rush):
    assert len(rush.losers) == BUYERS - STOCK
    assert Counter(answer.json().get("code") for answer in rush.losers) == {"mall.sold_out": BUYERS - STOCK}
    for answer in rush.losers:
        assert assert_refused(answer, 409)["detail"].startswith("Nothing is left of listing")


def test_the_books_balance_and_hold_what_was_paid(rush):
    assert rush.books["sums"] == {"EUR": 0}
    at_provider = [row["balance_minor"] for row in rush.books["accounts"] if row["account"] == "provider"]
    assert at_provider == [STOCK * PRICE]


def test_without_its_guard_it_oversells(world: World, platform: Platform, tmp_path: Path):
    with world.with_mall_of("tests.support.surface_unguarded", platform, tmp_path / "data") as unguarded:
        rush = asyncio.run(Sale(unguarded).rush(BUYERS_WITHOUT_GUARD))
    assert rush.listing["sold"] > STOCK
    assert rush.listing["available"] < 0


def _signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
