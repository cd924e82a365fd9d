"""Waiting for the journal to grow: one look at the store for everybody who waits, and none while nobody does."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from services.partners.domain.refusals import TooManyWait

PAUSE_SECONDS = 0.1
MOST_WAITING = 4
"""How many questions of one partner may wait at the same time in one process."""
log = structlog.get_logger()


class Places:
    """Who waits, so that one partner does not take the places of all. For the event loop alone."""

    def __init__(self) -> None:
        self._taken: Counter[UUID] = Counter()

    @contextmanager
    def one(self, partner_id: UUID) -> Iterator[None]:
        """A place to wait for as long as the block lasts. Raises TooManyWait."""
        if self._taken[partner_id] >= MOST_WAITING:
            raise TooManyWait(most=MOST_WAITING, retry_after_seconds=1)
        self._taken[partner_id] += 1
        try:
            yield
        finally:
            self._taken[partner_id] -= 1
            self._taken += Counter()  # who waits no more is forgotten


class Growth:
    """Wakes those who wait on the event loop once the journal has grown beyond what each of them has seen."""

    def __init__(self, head: Callable[[], int]) -> None:
        self._head = head
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._watch: asyncio.Task[None] | None = None

    async def beyond(self, position: int, seconds: float) -> bool:
        """Wait until there is more than this; False when the time is over first."""
        loop = asyncio.get_running_loop()
        grown: asyncio.Future[None] = loop.create_future()
        self._waiting[grown] = position
        if self._watch is None or self._watch.done():
            self._watch = loop.create_task(self._look())
        try:
            await asyncio.wait_for(grown, seconds)
        except TimeoutError:
            return False
        finally:
            del self._waiting[grown]
            if not self._waiting and self._watch is not None:
                self._watch.cancel()
                self._watch = None  # whoever comes next starts another, also before this one has ended
        return True

    async def _look(self) -> None:
        while self._waiting:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                head = await asyncio.to_thread(self._head)
            except Exception as failure:  # noqa: BLE001  the store may be away for a while; who waits is told in time
                log.warning("the journal cannot be read", error=repr(failure))
                continue
            for grown, position in self._waiting.items():
                if head > position and not grown.done():
                    grown.set_result(None)
