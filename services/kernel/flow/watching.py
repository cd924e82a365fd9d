"""Waiting until something has happened: one look for everybody who waits, and none while nobody does."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from ..refusals import Refusal

Thing = TypeVar("Thing", bound=Hashable)
log = structlog.get_logger()


class Places:
    """Who waits, so that nobody takes the places of all. For the event loop alone.

    ``most`` is how many questions of one may wait at the same time in one process; ``refusal`` what the next is told.
    """

    def __init__(self, most: int, refusal: Callable[[], Refusal]) -> None:
        self._most, self._refusal = most, refusal
        self._taken: Counter[UUID] = Counter()

    @contextmanager
    def one(self, who: UUID) -> Iterator[None]:
        """A place to wait for as long as the block lasts. Raises the refusal."""
        if self._taken[who] >= self._most:
            raise self._refusal()
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            self._taken += Counter()  # who waits no more is forgotten


class Watch(Generic[Thing]):
    """Wakes those who wait on the event loop for something to happen to a thing.

    ``happened`` says of some things to which of them it has happened; it may wait for a database, so it is asked in a
    thread, every ``pause_seconds``.
    """

    def __init__(self, happened: Callable[[Collection[Thing]], Collection[Thing]], pause_seconds: float) -> None:
        self._happened, self._pause_seconds = happened, pause_seconds
        self._waiting: dict[asyncio.Future[None], Thing] = {}
        self._watch: asyncio.Task[None] | None = None

    async def wait(self, thing: Thing, seconds: float) -> bool:
        """Wait until it has happened to this one; False when the time is over first."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()
        self._waiting[told] = thing
        if self._watch is None or self._watch.done():
            self._watch = loop.create_task(self._look())
        try:
            await asyncio.wait_for(told, seconds)
        except TimeoutError:
            return False
        finally:
            del self._waiting[told]
            if not self._waiting and self._watch is not None:
                self._watch.cancel()
                self._watch = None  # whoever comes next starts another, also before this one has ended
        return True

    async def _look(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._pause_seconds)
            things = set(self._waiting.values())
            try:
                happened = set(await asyncio.to_thread(self._happened, things))
            except Exception as failure:  # noqa: BLE001  the store may be away for a while; who waits is told in time
                log.warning("who waits cannot be told", error=repr(failure))
                continue
            for told, thing in self._waiting.items():
                if thing in happened and not told.done():
                    told.set_result(None)
