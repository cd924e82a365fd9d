"""Waiting for views that somebody else moves: as long as needed, not longer than asked for, and in nobody's way."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from services.kernel.flow.projection import Projection
from services.kernel.flow.stored_progress import StoredProgress
from tests.support.statements import glances_at
from tests.support.stored import stores_at

LONG, SHORT = 30.0, 0.05


class First(Projection):
    """A view of two sources."""

    name, hears, metadata = "first", frozenset({"tally", "mall"}), MetaData()


class Second(Projection):
    """A view of one of them."""

    name, hears, metadata = "second", frozenset({"tally"}), MetaData()


class Moved:
    """Views in two processes: one moves them, the other one waits."""

    def __init__(self, directory: Path) -> None:
        self.mover, self.waiter = (stores_at(directory).views("tally", [First(), Second()]) for _ in range(2))
        self.reacted = {"groups": 0}
        self.progress = StoredProgress(self.waiter, lambda source: self.reacted[source])

    def move(self, source: str, *positions: int) -> None:
        """The first view comes this far, and the second."""
        with self.mover.writing() as connection:
            for view, position in zip(("first.v1", "second.v1"), positions, strict=False):
                self.mover.track(connection, view, source, position)

    def close(self) -> None:
        self.progress.close()
        self.mover.close()
        self.waiter.close()


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[Moved]:
    moved = Moved(tmp_path)
    yield moved
    moved.close()


def wait(moved: Moved, source: str, position: int, seconds: float) -> bool:
    return asyncio.run(moved.progress.wait(source, position, seconds))


def test_what_is_stored_already_is_seen(moved: Moved) -> None:
    moved.move("tally", 5, 7)
    assert wait(moved, "tally", 5, LONG)
    assert moved.progress.reached("tally") == 5


def test_the_view_that_is_furthest_behind_counts(moved: Moved) -> None:
    moved.move("tally", 5, 7)
    assert not wait(moved, "tally", 6, SHORT)
    moved.move("mall", 9)
    assert wait(moved, "mall", 9, LONG)


def test_a_source_that_no_view_hears_counts_by_what_was_reacted_to(moved: Moved) -> None:
    assert not wait(moved, "groups", 3, SHORT)
    moved.reacted["groups"] = 3
    assert wait(moved, "groups", 3, LONG)


def test_however_many_sources_are_waited_for_it_is_one_statement(moved: Moved) -> None:
    moved.move("tally", 5, 7)
    moved.move("mall", 9, 4)  # the second view does not hear it, whatever stands there
    with glances_at(moved.waiter) as glances:
        moved.progress._look(["tally", "mall"])
    assert [moved.progress.reached(source) for source in ("tally", "mall")] == [5, 9]
    assert glances == [1]


def test_who_waits_is_told_when_somebody_else_has_moved_the_views(moved: Moved) -> None:
    async def many() -> list[bool]:
        waiting = [asyncio.create_task(moved.progress.wait("tally", number % 3 + 1, LONG)) for number in range(30)]
        await asyncio.sleep(0)
        for position in (1, 2, 3):
            await asyncio.to_thread(moved.move, "tally", position, position)
        return await asyncio.gather(*waiting)

    assert all(asyncio.run(many()))


def test_threads_wait_too(moved: Moved) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(moved.progress.wait_now, "tally", number, LONG) for number in (1, 2)]
        moved.move("tally", 2, 2)
        assert [one.result() for one in waiting] == [True, True]
    assert not moved.progress.wait_now("tally", 3, SHORT)


def test_the_event_loop_goes_on_meanwhile(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    may_look = threading.Event()
    monkeypatch.setattr(moved.progress, "_look", lambda sources: may_look.wait(LONG))

    async def go_on() -> bool:
        waiting = asyncio.create_task(moved.progress.wait("tally", 1, SHORT))
        for _ in range(100):
            await asyncio.sleep(0)
        return not await waiting

    try:
        assert asyncio.run(go_on())
    finally:
        may_look.set()


def test_nothing_is_read_while_nobody_waits(moved: Moved) -> None:
    assert not wait(moved, "tally", 1, SHORT)
    assert moved.progress._waited_for == {}
    with moved.progress._lock:
        assert not moved.progress._wanted.wait_for(lambda: moved.progress._waited_for, SHORT)
    moved.move("tally", 1, 1)
    assert moved.progress.reached("tally") == 0
    assert wait(moved, "tally", 1, LONG)


def test_a_database_that_was_away_is_asked_again(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = threading.Event()

    def away() -> None:
        failed.set()
        raise OSError("the database is away")

    moved.move("tally", 1, 1)
    with monkeypatch.context() as broken, ThreadPoolExecutor() as pool:
        broken.setattr(moved.waiter, "glancing", away)
        waiting = pool.submit(moved.progress.wait_now, "tally", 1, LONG)
        assert failed.wait(LONG)
        broken.undo()
        assert waiting.result()


def test_at_the_end_nobody_is_left_waiting(moved: Moved) -> None:
    async def close_under_one() -> bool:
        waiting = asyncio.create_task(moved.progress.wait("tally", 1, LONG))
        await asyncio.sleep(0)
        await asyncio.to_thread(moved.progress.close)
        return await waiting

    with ThreadPoolExecutor() as pool:
        thread = pool.submit(moved.progress.wait_now, "tally", 1, LONG)
        assert not asyncio.run(close_under_one())
        assert not thread.result()
    assert not wait(moved, "tally", 1, LONG)
    assert not any(thread.name == "stored-progress" for thread in threading.enumerate())
