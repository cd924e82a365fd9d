"""The intake that listens: one queue with all that its sources say, taken in as it comes.

What was received is acknowledged when it was dealt with: taken in, parked, or noted to be pulled. Messages after a
gap are acknowledged with the rest: they are in the log of their source, so nothing is kept at the broker, however
long a source cannot be asked. See stream.
"""

import time
from collections.abc import Callable, Sequence

import structlog

from . import wire
from .asking import Asking
from .deliveries import sorted_out
from .intake import Intake
from .reader_queue import HEARTBEAT_SECONDS, QueueLost, ReaderQueue, Received
from .stream import Stream

IDLE_SECONDS = 0.5
LOOK_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 5.0
log = structlog.get_logger()


class BrokerIntake:
    """Reads all that ``intakes`` are about from the queue of ``reader``, and pulls by them what the queue lacks.

    ``url`` is the broker's address. ``step`` waits half a second at most when there is nothing to do.
    """

    def __init__(
        self, reader: str, intakes: Sequence[Intake], url: str, *, heartbeat_seconds: int = HEARTBEAT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._reader, self._clock, self._now = reader, clock, intakes[0].taking_in.reacting.now
        for one in intakes:  # another worker of this service may have led until now
            one.taking_in.refresh()
        self.streams = {
            one.source.source: Stream(one.taking_in, Asking(one.source), self._now, clock) for one in intakes
        }
        exchanges = sorted({wire.exchange_of(source) for source in self.streams})
        self._queue = ReaderQueue(url, reader, exchanges, heartbeat_seconds=heartbeat_seconds)
        self._batch: list[Received] = []
        self._open_at, self._losses, self._lost = 0.0, 0, "there was no connection yet"

    @property
    def trouble(self) -> list[str]:
        """What keeps it from hearing or taking in, in words without secrets; empty when all is well."""
        broker = [] if self._queue.is_open else [f"no broker: {self._lost}"]
        return broker + [f"{name}: {one.trouble}" for name, one in self.streams.items() if one.trouble]

    def step(self) -> int:
        """Deal with what the queue has brought and what was pulled; return how much there was.

        Raises only what keeps poison from being parked: it comes again.
        """
        done = self._listen() + sum(stream.turn() for stream in self.streams.values())
        if self._queue.is_open and any(stream.has_missed for stream in self.streams.values()):
            self._bind_again()
        return done

    def close(self) -> None:
        """Let go of the queue; what was not dealt with comes again to whoever opens it next."""
        self._queue.close()
        for stream in self.streams.values():
            stream.close()

    def _listen(self) -> int:
        if not self._queue.is_open and not self._has_opened():
            return 0
        try:
            self._batch = self._batch or self._queue.gather(self._idle_seconds())
            if self._batch:
                self._losses = 0
                self._deal_with(self._batch)
                self._queue.acknowledge()
        except QueueLost as lost:
            self._note_lost(lost)
        dealt_with, self._batch = len(self._batch), []
        return dealt_with

    def _has_opened(self) -> bool:
        left = self._open_at - self._clock()
        if left > 0:
            time.sleep(min(left, self._idle_seconds()))
            return False
        try:
            self._queue.open()
        except QueueLost as lost:
            self._note_lost(lost)
            return False
        log.info("listens", reader=self._reader)
        for stream in self.streams.values():  # what was said while nobody listened
            stream.pull()
        return True

    def _bind_again(self) -> None:
        """Something was said and did not come, though the connection stands: its exchange may have been deleted."""
        try:
            self._queue.bind_again()
        except QueueLost as lost:
            return self._note_lost(lost)
        for stream in self.streams.values():
            stream.has_missed = False
        log.info("bound again", reader=self._reader)

    def _note_lost(self, lost: QueueLost) -> None:
        pause = min(LONGEST_PAUSE_SECONDS, 0.1 * 2**self._losses)
        self._losses, self._lost = min(self._losses + 1, 10), str(lost)
        self._open_at = self._clock() + pause
        log.warning("does not listen", reader=self._reader, cause=self._lost, pause_seconds=pause)

    def _idle_seconds(self) -> float:
        if any(stream.is_asking for stream in self.streams.values()):
            return LOOK_SECONDS
        return min(stream.idle_seconds(IDLE_SECONDS) for stream in self.streams.values())

    def _deal_with(self, batch: Sequence[Received]) -> None:
        """What can be read goes to the stream of its source; poison is parked here, since no log has it."""
        came = sorted_out(batch, self.streams, self._now())
        for source, heard in came.heard.items():
            self.streams[source].hear(heard)
        if came.poison:
            next(iter(self.streams.values())).taking_in.set_aside(came.poison)
        for row in came.poison:
            log.warning("poison parked", reader=self._reader, message=row.name, source=row.source, cause=row.cause)
        for source, position, noted in came.noted:
            self.streams[source].note(position, noted)
