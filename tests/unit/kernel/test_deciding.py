"""The thread in which decisions for event loops are made."""

import asyncio
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from services.kernel.store.deciding import MOST_AT_ONCE, Deciding

who: ContextVar[str] = ContextVar("who", default="nobody")


@pytest.fixture
def deciding() -> Iterator[Deciding]:
    made = Deciding()
    yield made
    made.stop()


def test_it_is_done_in_order_in_one_thread_and_in_the_context_of_whoever_asks(deciding: Deciding) -> None:
    seen = list[tuple[int, str, int]]()

    def step(number: int) -> int:
        seen.append((number, who.get(), threading.get_ident()))
        return -number

    async def ask(number: int) -> int:
        who.set(f"number {number}")
        return await deciding(lambda: step(number))

    async def ask_all() -> list[int]:
        return await asyncio.gather(*(ask(number) for number in range(3 * MOST_AT_ONCE)))

    assert asyncio.run(ask_all()) == [-number for number in range(3 * MOST_AT_ONCE)]
    assert [(number, name) for number, name, _ in seen] == [(one, f"number {one}") for one in range(3 * MOST_AT_ONCE)]
    assert {thread for _, _, thread in seen}.isdisjoint({threading.get_ident()})
    assert len({thread for _, _, thread in seen}) == 1


def test_one_that_fails_keeps_none_of_the_others_back(deciding: Deciding) -> None:
    def fail() -> int:
        raise ZeroDivisionError("one")

    async def ask_all() -> tuple[object, ...]:
        return await asyncio.gather(deciding(lambda: 1), deciding(fail), deciding(lambda: 3), return_exceptions=True)

    first, failed, third = asyncio.run(ask_all())
    assert (first, third) == (1, 3)
    assert isinstance(failed, ZeroDivisionError)


def test_whoever_goes_away_is_no_harm_to_the_others(deciding: Deciding) -> None:
    may_go_on = threading.Event()

    async def ask_all() -> object:
        waiting = asyncio.create_task(deciding(may_go_on.wait))
        gone, stays = asyncio.create_task(deciding(lambda: 2)), asyncio.create_task(deciding(lambda: 3))
        await asyncio.sleep(0)
        gone.cancel()
        may_go_on.set()
        return await waiting, await stays

    assert asyncio.run(ask_all()) == (True, 3)


def test_what_was_asked_for_is_done_before_it_ends_and_nothing_after() -> None:
    deciding, done = Deciding(), list[int]()

    async def ask() -> None:
        asked = [asyncio.create_task(deciding(lambda one=one: done.append(one))) for one in range(40)]  # type: ignore[misc]
        await asyncio.sleep(0)
        await asyncio.to_thread(deciding.stop)
        await asyncio.gather(*asked)
        with pytest.raises(RuntimeError, match="closing"):
            await deciding(lambda: 1)

    asyncio.run(ask())
    assert done == list(range(40))
