"""How far the views of a service have come, and waiting until they have come far enough."""

import asyncio
import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    source: str
    position: int
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[None]"

    def wake(self) -> None:
        """From any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(_resolve, self.future)


class Progress:
    """Positions reached, by source. Readers wait for one; the pump and the intake move them."""

    def __init__(self) -> None:
        self._reached: dict[str, int] = {}
        self._waiters: list[_Waiter] = []
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)
        self._is_closed = False

    def reached(self, source: str) -> int:
        """The position that every view has reached with a source, as far as was seen."""
        return self._reached.get(source, 0)

    def look(self, source: str) -> int:
        """The same, looked up where it is kept: for threads, since that may take a moment."""
        return self.reached(source)

    def advance(self, source: str, position: int) -> None:
        """Every view has come this far; wakes who waited for it."""
        with self._lock:
            self._reached[source] = max(position, self._reached.get(source, 0))
            ready = [waiter for waiter in self._waiters if waiter.source == source and waiter.position <= position]
            self._waiters = [waiter for waiter in self._waiters if waiter not in ready]
            self._moved.notify_all()
        for waiter in ready:
            waiter.wake()

    async def wait(self, source: str, position: int, timeout_seconds: float) -> bool:
        """Wait until the position is reached; False when the time is over first, or nobody moves it any more."""
        loop = asyncio.get_running_loop()
        waiter = _Waiter(source, position, loop, loop.create_future())
        with self._lock:
            if self._reached.get(source, 0) >= position:
                return True
            if self._is_closed:
                return False
            self._waiters.append(waiter)
            self._begin_waiting(source)
        try:
            await asyncio.wait_for(waiter.future, timeout_seconds)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiters = [one for one in self._waiters if one is not waiter]
                self._end_waiting(source)
        return self.reached(source) >= position

    def wait_now(self, source: str, position: int, timeout_seconds: float) -> bool:
        """The same for a thread of its own."""

        def is_over() -> bool:
            return self._is_closed or self.reached(source) >= position

        with self._lock:
            if not is_over():
                self._begin_waiting(source)
                try:
                    self._moved.wait_for(is_over, timeout_seconds)
                finally:
                    self._end_waiting(source)
            return self.reached(source) >= position

    def close(self) -> None:
        """Nobody moves the positions any more: whoever waits need not wait any longer."""
        with self._lock:
            self._is_closed = True
            waiters, self._waiters = self._waiters, []
            self._moved.notify_all()
        for waiter in waiters:
            waiter.wake()

    def _begin_waiting(self, source: str) -> None:
        """Called with the lock held, before somebody waits for a position that was not reached yet."""

    def _end_waiting(self, source: str) -> None:
        """Called with the lock held, when somebody waits no longer."""


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
