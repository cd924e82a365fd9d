"""The long poll: an answer once there is something to say, one look at the store for everybody who waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from services.partners.feed.waiting import Growth
from tests.support.http_client import shape
from tests.support.scenario import NOON

from .alliance import Alliance, Partnership
from .story import PEOPLE, STORY, registered


async def asking(partner: Partnership, **parameters: Any) -> httpx.Response:
    transport = httpx.ASGITransport(partner.alliance.client.app)
    headers = {"Authorization": f"Bearer {partner.key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://partners") as client:
        return await client.get("/feed", params=parameters, headers=headers)


async def until(reached: Callable[[], bool]) -> None:
    """Let others work until it is so; the test's own limit ends one that never is."""
    while not reached():
        await asyncio.sleep(0.001)


def waiting_for(alliance: Alliance, many: int) -> Callable[[], bool]:
    """Whether so many wait for the journal of this service."""
    from services.partners.visiting import _reception

    return lambda: len(_reception(alliance.service).growth._waiting) == many


def say_beside(alliance: Alliance, *people: Any) -> Awaitable[None]:
    """A neighbour says something, and a worker takes it in, beside the event loop."""
    for message in registered(*people):
        alliance.neighbours["identity"].say(message, NOON, people[0])
    return asyncio.to_thread(alliance.settle)


def test_everybody_who_waits_is_told_as_soon_as_there_is_something(alliance: Alliance) -> None:
    partners = [alliance.partner(name) for name in ("One", "Other", "Third")]

    async def story() -> list[httpx.Response]:
        waiting = [asyncio.create_task(asking(partner, wait=30)) for partner in partners]
        await until(waiting_for(alliance, 3))
        await say_beside(alliance, PEOPLE[0])
        return await asyncio.gather(*waiting)

    for answer in asyncio.run(story()):
        assert [event["journal"] for event in answer.json()] == ["1"]
        assert answer.headers["agora-through"] == "1"


def test_many_who_wait_look_into_the_store_as_one(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.partners.feed.waiting.PAUSE_SECONDS", 0.001)
    recorder = alliance.service.recorder
    partners = [alliance.partner(f"Club {number}") for number in range(10)]
    look, looks, at_once = recorder.kept_head, [], []

    def kept_head() -> tuple[int, bytes]:
        looks.append(len([task for task in asyncio.all_tasks(loop[0]) if "Watch._look" in repr(task)]))
        return look()

    loop: list[asyncio.AbstractEventLoop] = []

    async def story() -> list[httpx.Response]:
        loop.append(asyncio.get_running_loop())
        waiting = [asyncio.create_task(asking(partner, wait=30)) for partner in partners for _ in range(4)]
        await until(waiting_for(alliance, 40))
        monkeypatch.setattr(recorder, "kept_head", kept_head)
        await until(lambda: len(looks) >= 5)
        at_once.extend(looks)
        await say_beside(alliance, PEOPLE[0])
        return await asyncio.gather(*waiting)

    assert all(len(answer.json()) == 1 for answer in asyncio.run(story()))
    assert set(at_once) == {1}
    assert len(at_once) < 40, "not one look for each of them"


def test_what_is_there_is_told_at_once_however_long_one_would_wait(alliance: Alliance) -> None:
    alliance.say(*STORY)
    assert len(alliance.partner().feed(wait=30)) == len(STORY)


def test_an_empty_answer_comes_when_the_time_is_over(alliance: Alliance) -> None:
    answer = alliance.partner().ask("/feed", wait=1)
    assert (answer.status_code, answer.json()) == (200, [])


def test_what_is_not_asked_for_wakes_nobody_and_moves_the_cursor(alliance: Alliance) -> None:
    partner = alliance.partner()

    async def story() -> httpx.Response:
        waiting = asyncio.create_task(asking(partner, wait=1, types="agora.mall.order_paid.v1"))
        await until(waiting_for(alliance, 1))
        await say_beside(alliance, *PEOPLE)
        return await waiting

    answer = asyncio.run(story())
    assert answer.json() == []
    assert answer.headers["agora-through"] == str(len(PEOPLE))


def test_who_goes_away_is_not_looked_for_any_more() -> None:
    async def story() -> None:
        growth = Growth(lambda: 0)
        waiting = asyncio.create_task(growth.wait(0, 30))
        await until(lambda: len(growth._waiting) == 1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert growth._waiting == {}
        await until(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(story())


def test_who_comes_while_the_last_one_goes_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.partners.feed.waiting.PAUSE_SECONDS", 0.001)

    async def story() -> bool:
        growth = Growth(lambda: 1)
        for _ in range(50):
            assert not await growth.wait(1, 0)
            assert await growth.wait(0, 30)
        return True

    assert asyncio.run(story())


def test_a_store_that_is_away_for_a_while_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.partners.feed.waiting.PAUSE_SECONDS", 0.001)
    answers = iter([OSError("away"), OSError("away")])

    def head() -> int:
        for failure in answers:
            raise failure
        return 7

    assert asyncio.run(Growth(head).wait(6, 30))


def test_one_partner_waits_with_few_questions_at_once_and_keeps_nobody_else_from_waiting(alliance: Alliance) -> None:
    partner, other = alliance.partner("One"), alliance.partner("Other")

    async def story() -> list[httpx.Response]:
        waiting = [asyncio.create_task(asking(partner, wait=30)) for _ in range(4)]
        await until(waiting_for(alliance, 4))
        refused = await asking(partner, wait=30)
        assert shape(refused) == (429, "partners.too_many_wait")
        assert refused.headers["retry-after"] == "1"
        assert (await asking(partner)).status_code == 200, "who does not wait is answered"
        waiting.append(asyncio.create_task(asking(other, wait=30)))
        await until(waiting_for(alliance, 5))
        await say_beside(alliance, PEOPLE[0])
        return await asyncio.gather(*waiting)

    assert [len(answer.json()) for answer in asyncio.run(story())] == [1] * 5
    assert partner.ask("/feed", wait=1).status_code == 200, "a place is free again"
