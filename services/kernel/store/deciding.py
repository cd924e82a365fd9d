"""The thread in which decisions for event loops are made: reading for them waits for a network, and a loop must not.

One thread, since decisions are taken in turn anyway. What is asked for while it decides gathers, and a loop is woken
once for several decisions: under load, waking one another costs threads more than deciding costs them.
"""

import asyncio
import contextvars
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

Outcome = TypeVar("Outcome")
MOST_AT_ONCE = 16


class _Asked(NamedTuple):
    """Something to do, what it is about, and who waits for it."""

    step: Callable[[], Any]
    about: Any
    loop: asyncio.AbstractEventLoop
    waiter: "asyncio.Future[Any]"


class Deciding:
    """Call it with something to do and wait for what it gives or raises."""

    def __init__(self, look_ahead: Callable[[Sequence[Any]], None] = lambda _about: None) -> None:
        """``look_ahead`` is told what the steps are about that have gathered, before they are done."""
        self._look_ahead = look_ahead
        self._asked: deque[_Asked] = deque()
        self._gathered = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="deciding", daemon=True)
        self._thread.start()

    async def __call__(self, step: Callable[[], Outcome], about: object = None) -> Outcome:
        """Do it in the thread, in the context of whoever calls; ``about`` may say what. Raises what it raises."""
        loop, run = asyncio.get_running_loop(), contextvars.copy_context().run
        waiter: asyncio.Future[Outcome] = loop.create_future()
        with self._gathered:
            if self._stopping:
                raise RuntimeError("the store is closing")
            self._asked.append(_Asked(lambda: run(step), about, loop, waiter))
            self._gathered.notify()
        return await waiter

    def stop(self) -> None:
        """Do what was asked for, then end the thread."""
        with self._gathered:
            self._stopping = True
            self._gathered.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._take():
            done: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any, BaseException | None]]]
            done = defaultdict(list)
            self._look_ahead([asked.about for asked in batch if asked.about is not None])
            for asked in batch:
                done[asked.loop].append((asked.waiter, *_outcome(asked.step)))
            for loop, outcomes in done.items():
                with suppress(RuntimeError):  # whoever waited is gone, loop and all
                    loop.call_soon_threadsafe(_tell, outcomes)

    def _take(self) -> list[_Asked]:
        with self._gathered:
            self._gathered.wait_for(lambda: self._asked or self._stopping)
            return [self._asked.popleft() for _ in range(min(MOST_AT_ONCE, len(self._asked)))]


def _outcome(step: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return step(), None
    except BaseException as failure:  # noqa: BLE001  raised where it was asked for
        return None, failure


def _tell(outcomes: "Sequence[tuple[asyncio.Future[Any], Any, BaseException | None]]") -> None:
    for waiter, found, failure in outcomes:
        if waiter.done():  # cancelled: nobody waits any more
            continue
        if failure is None:
            waiter.set_result(found)
        else:
            waiter.set_exception(failure)
