"""A reader at a real broker, and somebody who says something to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from services.kernel.flow import wire
from services.kernel.flow.broker_intake import BrokerIntake
from services.kernel.flow.publisher import Publisher
from services.kernel.flow.reader_queue import queue_of
from services.kernel.service import Service
from tests.support.at_broker import channel_at
from tests.support.spoken import SpokenLog
from tests.support.waiting import until


class Speaker:
    """Publishes what its log says, as a relay does; it can leave something out."""

    def __init__(self, url: str, log: SpokenLog) -> None:
        self.log, self._publisher, self._previous = log, Publisher(url, log.source), 0

    def say(self, *names: str, is_lost: bool = False) -> None:
        """Say something about each of them; what is lost is in the log alone."""
        for name in names:
            envelope = self.log.say(name)
            if not is_lost:
                self._publisher.publish([wire.message(envelope, self._previous)])
            self._previous = envelope.position

    def publish(self, *wired: wire.Wired) -> None:
        """Anything else."""
        self._publisher.publish(wired)

    def close(self) -> None:
        """Let go of the connection."""
        self._publisher.close()


@contextmanager
def listening(service: Service, url: str, **more: Any) -> Iterator[BrokerIntake]:
    """The intake of a service at the broker."""
    made = BrokerIntake(service.name, service.intakes, url, **more)
    try:
        yield made
    finally:
        made.close()


def drive(reached: Callable[[], object], *intakes: BrokerIntake) -> None:
    """Step until something is so."""

    def is_reached() -> bool:
        if reached():
            return True
        for one in intakes:
            one.step()
        return False

    assert until(is_reached), [one.trouble for one in intakes]


def settled(intake: BrokerIntake) -> Callable[[], bool]:
    """It listens, and nothing is to be pulled."""
    return lambda: (
        not intake.trouble
        and all(stream._pull_at is None and not stream.is_asking for stream in intake.streams.values())
    )


def everything(log: SpokenLog) -> list[str]:
    return [one.id for one in log.said]


def waiting(url: str, reader: str = "echo") -> int:
    """How many messages lie ready in the queue."""
    with channel_at(url) as channel:
        return int(channel.queue_declare(queue_of(reader), passive=True).method.message_count)
