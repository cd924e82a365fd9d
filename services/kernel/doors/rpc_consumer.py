"""Takes deliveries from the broker, and lives on whatever happens to the connection.

The stock consumer of nameko ends its service when a connection is lost at the wrong moment, and gives back what is
still being handled as soon as it is told to stop. This one does neither.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

import structlog

from ..flow.exchanges import ensure_exchange
from .rpc_nameko import Consumer, kombu
from .rpc_wire import Delivered, Transport

GRACE_SECONDS = 12.0
AGAIN_SECONDS = 1.0
log = structlog.get_logger()


class SafeConsumer(Consumer):  # type: ignore[misc]
    """``callbacks``: one function, which gets every delivery and raises nothing. Each is settled by ack or requeue."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.hears = False
        self.ended = threading.Event()
        self._handled = 0
        self._late: list[Delivered] = []
        self._writing = threading.Lock()

    @property
    def connection(self) -> Any:
        """How to reach the broker; see ``rpc_wire`` for what is different."""
        is_tls = self.amqp_uri.startswith("amqps:")
        return kombu.Connection(self.amqp_uri, ssl=is_tls, heartbeat=self.heartbeat, transport=Transport)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Any]:
        """One consumer, which hands over what came without reading it."""
        for queue in self.queues:
            ensure_exchange(channel.connection, queue.exchange.name)
            queue.exchange.no_declare = True
        consumer = consumer_cls(queues=self.queues, on_message=self.take)
        consumer.qos(prefetch_count=self.prefetch_count)
        return [consumer]

    def take(self, message: Delivered) -> None:
        """Have a delivery handled. What comes after the word to stop is kept until nothing more comes."""
        self._handled += 1
        if self.should_stop:
            self._late.append(message)
        else:
            self.callbacks[0](message)

    def ack_message(self, message: Delivered) -> None:
        """It is done with. On a lost connection there is nothing to say: the broker delivers it again."""
        self._settle(message.ack)

    def requeue_message(self, message: Delivered) -> None:
        """Somebody is to try again."""
        self._settle(message.requeue)

    def _settle(self, say: Any) -> None:
        try:
            with self._writing:  # two green threads must not write into one another's frames
                say()
        except Exception as lost:  # noqa: BLE001  an OSError, an AMQP error: the stock consumer dies of half of them
            log.warning("a delivery could not be settled, it will come again", cause=repr(lost))
        finally:
            self._handled -= 1

    def run(self, *args: Any, **more: Any) -> None:
        """Consume until told to stop, on one connection after the other."""
        while not self.should_stop:
            try:
                super().run(*args, **more)
            except Exception as failure:  # noqa: BLE001  whatever it is, the service lives on
                log.warning("consuming failed, trying again", cause=repr(failure))
                time.sleep(AGAIN_SECONDS)
        self.ended.set()

    def consume(self, *args: Any, **more: Any) -> Iterator[Any]:
        """Consume on one connection. Raises what ends it, once that is told: kombu just tries again."""
        try:
            yield from super().consume(*args, **more)
        except Exception as failure:
            log.warning("calls are not heard, trying again", cause=repr(failure))
            raise
        finally:
            self.hears = False

    def on_consume_ready(self, *args: Any, **more: Any) -> None:
        """Deliveries come in from here on."""
        super().on_consume_ready(*args, **more)
        self.hears = True

    def on_consume_end(self, _connection: Any, _channel: Any) -> None:
        """Told to stop, nothing more comes: what came late goes to others, and the connection stays until what is being
        handled is settled on it."""
        while self._late:
            self.requeue_message(self._late.pop())
        deadline = time.monotonic() + GRACE_SECONDS
        while self._handled and time.monotonic() < deadline:
            time.sleep(0.02)

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        """Try again, unless told to stop meanwhile. Raises the error then, which ends the trying."""
        if self.should_stop:
            raise exc
        log.warning("the broker cannot be reached", cause=repr(exc), again_in_seconds=interval)
