"""Group commit: what many commands store at the same moment goes to disk as one transaction.

A batch that fails stores nothing. Everything that was decided on top of it is told to decide again
(``DecideAgain``), one by one, from the store: saving it again would store facts that were decided
on a state that never was, and the key (id, version) would not notice.
"""

import asyncio
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import NamedTuple

from .keys import KeyTaken
from .recorder import Entry, Recorder

MOST_ENTRIES = 512


class DecideAgain(Exception):
    """What this was decided on was not stored; decide again from the store."""


class Ticket:
    """The outcome of one entry: a position once it is stored, or the error that kept it out."""

    __slots__ = ("_done", "_waiters", "error", "position")

    def __init__(self) -> None:
        self.position = 0
        self.error: BaseException | None = None
        self._done = threading.Event()
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    @property
    def done(self) -> bool:
        """Whether the outcome is known."""
        return self._done.is_set()

    def wait(self) -> None:
        """Block this thread until the outcome is known."""
        self._done.wait()

    async def settled(self) -> None:
        """Wait on the event loop until the outcome is known."""
        if self.done:
            return
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters.append((loop, waiter))
        if not self.done:  # set between the look and the append: nobody else would wake us
            await waiter


class Ahead(NamedTuple):
    """What a command waits for. Once its own entry is stored, nothing is left but to answer."""

    ticket: Ticket
    is_own: bool = False

    @property
    def ends_it(self) -> bool:
        """Whether the command is carried out by that."""
        return self.is_own and self.ticket.error is None


class GroupCommit:
    """One leader thread that stores what has gathered.

    ``decisions`` is the lock under which commands are decided and submitted, so that the order of the
    log is the order of decisions; ``forget`` drops every live aggregate and is called under it. ``store_new_keys`` puts
    on disk what a batch is sealed under, before the batch is.
    """

    def __init__(
        self, recorder: Recorder, decisions: AbstractContextManager[object], forget: Callable[[], None],
        store_new_keys: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.recorder = recorder
        self._decisions, self._forget, self._store_new_keys = decisions, forget, store_new_keys
        self._queue: deque[tuple[Entry, Ticket, bool]] = deque()
        self._gathered = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.on_commit: list[Callable[[], None]] = []
        """Whom to tell that there are facts, or something falls due: how far a reader came is nobody's work."""
        self.on_append: Callable[[float, int], None] = lambda _seconds, _entries: None

    def submit(self, entry: Entry, *, alone: bool = False) -> Ticket:
        """Hand in what a command stores; ``alone`` keeps it out of anybody else's batch."""
        ticket = Ticket()
        with self._gathered:
            if self._stopping:
                raise RuntimeError("the store is closing")
            self._queue.append((entry, ticket, alone))
            self._gathered.notify()
        return ticket

    def start(self, name: str) -> None:
        """Start the leader."""
        self._thread = threading.Thread(target=self._lead, name=f"{name}-commit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Store what is left, then end the leader."""
        with self._gathered:
            self._stopping = True
            self._gathered.notify()
        if self._thread:
            self._thread.join()

    def step(self) -> int:
        """Store one batch of what has gathered; return how many entries were settled."""
        batch = self._take()
        if not batch:
            return 0
        since = time.perf_counter()
        try:
            self._store_new_keys()
            positions = self.recorder.append([entry for entry, _, _ in batch])
        except KeyTaken:
            self._fail(batch, DecideAgain())
        except Exception as failure:  # noqa: BLE001  handed to everybody who waits
            self._fail(batch, failure)
        else:
            for (_, ticket, _), position in zip(batch, positions, strict=True):
                ticket.position = position
            self._settle([ticket for _, ticket, _ in batch])
            if any(entry.facts or entry.due for entry, _, _ in batch):
                for listener in self.on_commit:
                    listener()
        self.on_append(time.perf_counter() - since, len(batch))
        return len(batch)

    def _lead(self) -> None:
        while True:
            with self._gathered:
                while not self._queue and not self._stopping:
                    self._gathered.wait()
                if not self._queue:
                    return
            self.step()

    def _take(self) -> list[tuple[Entry, Ticket, bool]]:
        batch: list[tuple[Entry, Ticket, bool]] = []
        with self._gathered:
            while self._queue and len(batch) < MOST_ENTRIES:
                if self._queue[0][2] and batch:
                    break
                batch.append(self._queue.popleft())
                if batch[0][2]:
                    break
        return batch

    def _fail(self, batch: Sequence[tuple[Entry, Ticket, bool]], failure: Exception) -> None:
        with self._decisions:  # nobody decides on what was not stored from here on
            with self._gathered:
                dependants = [ticket for _, ticket, _ in self._queue]
                self._queue.clear()
            self._forget()
        tickets = [ticket for _, ticket, _ in batch]
        for ticket in tickets:
            ticket.error = failure if len(tickets) == 1 else DecideAgain()
        for ticket in dependants:
            ticket.error = DecideAgain()
        self._settle([*tickets, *dependants])

    @staticmethod
    def _settle(tickets: Sequence[Ticket]) -> None:
        """Wake every waiting thread, and every event loop once for the whole batch."""
        waiting: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
        for ticket in tickets:
            ticket._done.set()
            for loop, waiter in ticket._waiters:
                waiting[loop].append(waiter)
        for loop, waiters in waiting.items():
            with suppress(RuntimeError):  # whoever waited is gone, loop and all
                loop.call_soon_threadsafe(_wake, waiters)


def _wake(waiters: Sequence[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)
