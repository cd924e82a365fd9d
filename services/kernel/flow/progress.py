"""How far the views of a service have come, and waiting until they have come far enough."""

import asyncio
import threading


class Progress:
    """Positions reached, by source. Readers wait for one; the pump and the intake move them."""

    def __init__(self) -> None:
        self._reached: dict[str, int] = {}
        self._waiters: list[tuple[str, int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)

    def reached(self, source: str) -> int:
        """The position that every view has reached with a source."""
        return self._reached.get(source, 0)

    def advance(self, source: str, position: int) -> None:
        """Every view has come this far; wakes who waited for it."""
        with self._lock:
            self._reached[source] = max(position, self._reached.get(source, 0))
            ready = [waiter for waiter in self._waiters if waiter[0] == source and waiter[1] <= position]
            self._waiters = [waiter for waiter in self._waiters if waiter not in ready]
            self._moved.notify_all()
        for _, _, loop, future in ready:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, future)

    async def wait(self, source: str, position: int, timeout_seconds: float) -> bool:
        """Wait until the position is reached; False when the time is over first."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self._reached.get(source, 0) >= position:
                return True
            waiter = (source, position, loop, future)
            self._waiters.append(waiter)
        try:
            await asyncio.wait_for(future, timeout_seconds)
        except TimeoutError:
            with self._lock:
                self._waiters = [one for one in self._waiters if one is not waiter]
            return self.reached(source) >= position
        return True

    def wait_now(self, source: str, position: int, timeout_seconds: float) -> bool:
        """The same for a thread of its own."""
        with self._lock:
            return self._moved.wait_for(lambda: self._reached.get(source, 0) >= position, timeout_seconds)


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
