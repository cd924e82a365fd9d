"""Who buys waits for the payment: answered as soon as the checkout is open no longer, or when the time is over."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.kernel.doors import waiting
from services.mall.queries import MallQueries
from tests.support.http_client import Client, shape

from .market import Market

LONG = 20


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


@pytest.fixture
def client(market: Market) -> Client:
    return Client(market.service)


def opened(market: Market) -> dict[str, Any]:
    """A checkout of Boris's that waits for its payment."""
    checkout = market.bought(market.listed())
    market.settle()
    return checkout


async def asking(client: Client, checkout: dict[str, Any], token: str = "boris", **asked: Any) -> httpx.Response:
    transport = httpx.ASGITransport(client.app)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://mall") as asks:
        return await asks.get(f"/checkouts/{checkout['checkout_id']}", params=asked, headers=headers)


async def until(reached: Callable[[], bool]) -> None:
    """Let others work until it is so; the test's own limit ends one that never is."""
    while not reached():
        await asyncio.sleep(0.001)


def pay(market: Market, *checkouts: dict[str, Any]) -> Awaitable[None]:
    """The provider has the money and says so, beside the event loop."""

    def paid() -> None:
        for number, checkout in enumerate(checkouts):
            market.provider.capture(checkout["payment_id"])
            market.told(checkout["payment_id"], f"evt_{number}")
        market.settle()

    return asyncio.to_thread(paid)


def many_wait(client: Client, many: int) -> Callable[[], bool]:
    return lambda: sum(len(one._waiting) for one in client.door._waits._watches.values()) == many


def test_everybody_who_waits_is_answered_as_soon_as_the_payment_is_there(market: Market, client: Client) -> None:
    checkouts = [opened(market) for _ in range(3)]

    async def story() -> list[httpx.Response]:
        asked = [asyncio.create_task(asking(client, one, wait=LONG)) for one in checkouts]
        await until(many_wait(client, 3))
        await pay(market, *checkouts)
        return await asyncio.gather(*asked)

    answers = asyncio.run(story())
    assert [answer.json()["state"] for answer in answers] == ["paid"] * 3
    assert many_wait(client, 0)()


def test_what_has_ended_is_told_at_once(market: Market, client: Client) -> None:
    checkout = opened(market)

    async def story() -> httpx.Response:
        await pay(market, checkout)
        return await asking(client, checkout, wait=LONG)

    assert asyncio.run(story()).json()["state"] == "paid"


def test_it_is_told_as_it_stands_when_the_time_is_over(market: Market, client: Client) -> None:
    answer = asyncio.run(asking(client, opened(market), wait=1))
    assert (answer.status_code, answer.json()["state"]) == (200, "open")


def test_an_end_that_is_no_payment_is_told_too(market: Market, client: Client) -> None:
    checkout = opened(market)

    async def story() -> httpx.Response:
        asked = asyncio.create_task(asking(client, checkout, wait=LONG))
        await until(many_wait(client, 1))
        await asyncio.to_thread(market.pass_time, hours=2)
        return await asked

    assert asyncio.run(story()).json()["state"] == "expired"


def test_nobody_learns_by_waiting_that_there_is_a_checkout(market: Market, client: Client) -> None:
    answer = asyncio.run(asking(client, opened(market), token="anna", wait=LONG))
    assert shape(answer) == (404, "mall.no_such_checkout")


@pytest.mark.parametrize("wait", ["-1", "21", "soon", "1.5", "", "²", "999999999999"])
def test_what_is_no_time_to_wait_is_refused(market: Market, client: Client, wait: str) -> None:
    assert shape(asyncio.run(asking(client, opened(market), wait=wait))) == (400, "agora.wait_not_seconds")


def test_one_waits_with_few_questions_at_once(market: Market, client: Client) -> None:
    checkout = opened(market)

    async def story() -> httpx.Response:
        asked = [asyncio.create_task(asking(client, checkout, wait=LONG)) for _ in range(waiting.MOST_WAITING)]
        await until(many_wait(client, waiting.MOST_WAITING))
        refused = await asking(client, checkout, wait=LONG)
        assert (await asking(client, checkout)).status_code == 200, "who does not wait is answered"
        await pay(market, checkout)
        await asyncio.gather(*asked)
        return refused

    refused = asyncio.run(story())
    assert shape(refused) == (429, "agora.too_many_waiting")
    assert refused.headers["retry-after"] == "1"


def test_many_who_wait_are_looked_for_as_one(market: Market, client: Client) -> None:
    checkouts, looks = [opened(market) for _ in range(4)], list[int]()
    operation, ended = market.service.by_name["checkout"], MallQueries.ended_checkouts

    def noted(queries: MallQueries, ids: Any) -> Any:
        looks.append(len(ids))
        return ended(queries, ids)

    object.__setattr__(operation, "has_ended", noted)

    async def story() -> None:
        asked = [asyncio.create_task(asking(client, one, wait=LONG)) for one in checkouts]
        await until(many_wait(client, 4))
        looks.clear()
        await until(lambda: len(looks) >= 3)
        await pay(market, *checkouts)
        await asyncio.gather(*asked)

    try:
        asyncio.run(story())
    finally:
        object.__setattr__(operation, "has_ended", ended)
    assert looks[:3] == [4, 4, 4]


def test_a_process_that_is_to_end_answers_who_waits(market: Market, client: Client) -> None:
    checkout = opened(market)

    async def story() -> httpx.Response:
        asked = asyncio.create_task(asking(client, checkout, wait=LONG))
        await until(many_wait(client, 1))
        client.app.state.is_ending = True
        return await asked

    assert asyncio.run(asyncio.wait_for(story(), LONG / 2)).json()["state"] == "open"


def test_a_question_that_cannot_wait_does_not_take_it(market: Market, client: Client) -> None:
    assert shape(client("GET", "/terms?wait=1")) == (422, "agora.malformed")
