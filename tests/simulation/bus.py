"""The broker of a simulated platform: one queue a reader, and everything that can happen to a message on its way."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.contracts.envelope import CONTENT_TYPE
from services.kernel.flow import wire
from services.kernel.flow.reader_queue import QueueLost, Received
from services.kernel.flow.wire import Wired

from .chance import Chance

AT_ONCE = 8
REORDERED = 6
"""So far a message may be overtaken."""


class BrokerAway(ConnectionError):
    """Nobody answers there at this moment."""


@dataclass
class Bus:
    """What is there of every reader, and who hears whom. It outlives every service."""

    chance: Chance
    queues: dict[str, deque[Received]] = field(default_factory=dict)
    bound: dict[str, list[str]] = field(default_factory=dict)
    numbers: int = 0

    def bind(self, reader: str, exchanges: Sequence[str]) -> None:
        """A queue and what it hears; what was said before is not in it."""
        self.queues.setdefault(reader, deque())
        for exchange in exchanges:
            readers = self.bound.setdefault(exchange, [])
            if reader not in readers:
                readers.append(reader)

    def deliver(self, exchange: str, message: Wired) -> None:
        """To everybody bound: lost, doubled or ahead of others, as it happens."""
        for reader in self.bound.get(exchange, ()):
            queue = self.queues[reader]
            for _ in range(2 if self.chance.goes_wrong(12) else 1):
                if self.chance.goes_wrong(25):
                    continue
                place = len(queue) - (self.chance.between(1, REORDERED) if self.chance.goes_wrong(8) else 0)
                queue.insert(max(0, place), self._received(exchange, message))

    def _received(self, exchange: str, message: Wired) -> Received:
        self.numbers += 1
        delivery = wire.Delivery(exchange, CONTENT_TYPE, wire.CONTENT_ENCODING, dict(message.headers), message.body)
        return Received(delivery, f"{message.message_id}-{self.numbers}", is_decodable=True)


class Outlet:
    """``Relay``'s way to the bus. It may break after some messages, also after all of them."""

    def __init__(self, bus: Bus, source: str) -> None:
        self._bus, self._exchange = bus, wire.exchange_of(source)

    def publish(self, batch: Sequence[Wired]) -> None:
        """All of them, or some and then BrokerAway."""
        most = self._bus.chance.between(0, len(batch)) if self._bus.chance.goes_wrong(15) else None
        for message in batch[:most]:
            self._bus.deliver(self._exchange, message)
        if most is not None:
            raise BrokerAway

    def idle(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to let go."""


class Queue:
    """``ReaderQueue`` of one reader: what is not acknowledged comes again."""

    def __init__(self, bus: Bus, reader: str, exchanges: Sequence[str]) -> None:
        self._bus, self._reader, self._exchanges = bus, reader, exchanges
        self._gathered: list[Received] = []
        self.is_open = False

    def open(self) -> None:
        """Raises QueueLost now and then."""
        if self._bus.chance.goes_wrong(10):
            raise QueueLost("nobody answers")
        self._bus.bind(self._reader, self._exchanges)
        self.is_open = True

    def bind_again(self) -> None:
        """It was never unbound."""

    def gather(self, _idle_seconds: float) -> list[Received]:
        """Some of what is there. Raises QueueLost now and then."""
        if self._bus.chance.goes_wrong(40):
            self.drop()
            raise QueueLost("the connection broke")
        queue = self._bus.queues[self._reader]
        self._gathered = [queue.popleft() for _ in range(min(len(queue), self._bus.chance.between(1, AT_ONCE)))]
        return list(self._gathered)

    def acknowledge(self) -> None:
        """Raises QueueLost now and then: then everything comes again."""
        if self._bus.chance.goes_wrong(40):
            self.drop()
            raise QueueLost("the connection broke")
        self._gathered = []

    def drop(self) -> None:
        """What was gathered is in the queue again."""
        self.is_open = False
        if self._gathered:
            self._bus.queues[self._reader].extendleft(reversed(self._gathered))
            self._gathered = []

    close = drop
