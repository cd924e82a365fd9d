"""The yardsticks at the broker: pika and nothing else, on an exchange and a queue like those of Agora."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pika

from services.contracts.envelope import CONTENT_TYPE
from services.kernel.flow.reader_queue import ARGUMENTS
from services.kernel.flow.wire import CONTENT_ENCODING, Wired

QUEUE = "bare.intake"
SENT_AT = "sent-at"


@contextmanager
def channel(url: str) -> Iterator[Any]:
    """A channel that waits for each answer."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        yield connection.channel()
    finally:
        connection.close()


def listen(url: str, exchange: str) -> None:
    """Declare a topic exchange and a quorum queue that hears all of it, both durable."""
    with channel(url) as opened:
        opened.exchange_declare(exchange, "topic", durable=True)
        opened.queue_declare(QUEUE, durable=True, arguments=ARGUMENTS)
        opened.queue_bind(QUEUE, exchange, "#")


def waiting(url: str) -> int:
    """Throw away what waits in the queue; how many messages it was."""
    with channel(url) as opened:
        return int(opened.queue_purge(QUEUE).method.message_count)


class BarePublisher:
    """Publishes prepared messages with so many unconfirmed at most, and returns once all of them are confirmed."""

    def __init__(self, url: str, exchange: str, messages: Sequence[Wired], window: int) -> None:
        self._url, self._exchange, self._messages, self._window = url, exchange, messages, window
        self._sent = self._confirmed = 0
        self.seconds = 0.0

    def run(self) -> float:
        """Messages a second, from the first sent to the last confirmed."""
        connection: Any = pika.SelectConnection(pika.URLParameters(self._url), on_open_callback=self._opened)
        self._connection = connection
        connection.ioloop.start()
        return len(self._messages) / self.seconds

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._prepared)

    def _prepared(self, opened: Any) -> None:
        self._channel = opened
        opened.confirm_delivery(self._on_confirm, callback=self._begin)

    def _begin(self, _frame: object) -> None:
        self._begun = time.perf_counter()
        self._send()

    def _send(self) -> None:
        while self._sent < len(self._messages) and self._sent - self._confirmed < self._window:
            wired = self._messages[self._sent]
            self._channel.basic_publish(self._exchange, wired.routing_key, wired.body, properties(wired))
            self._sent += 1

    def _on_confirm(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        self._confirmed = max(self._confirmed, tag) if frame.method.multiple else self._confirmed + 1
        if self._confirmed >= len(self._messages):
            self.seconds = time.perf_counter() - self._begun
            self._connection.close()
            self._connection.ioloop.stop()
        else:
            self._send()


def properties(wired: Wired) -> Any:
    """Those that the relay gives."""
    return pika.BasicProperties(
        content_type=CONTENT_TYPE, content_encoding=CONTENT_ENCODING, delivery_mode=2, message_id=wired.message_id,
        headers=wired.headers,
    )  # fmt: skip


class BareDelays:
    """How long messages take from being published to being consumed, at a steady rate. Seconds, sorted."""

    def __init__(self, url: str, exchange: str, body: bytes) -> None:
        self._url, self._exchange, self._body = url, exchange, body
        self._delays: list[float] = []

    def measure(self, count: int, a_second: int) -> list[float]:
        """Of so many messages."""
        self._delays.clear()
        reads, reader = threading.Event(), threading.Thread(target=lambda: self._consume(count, reads), daemon=True)
        reader.start()
        reads.wait(30)
        with channel(self._url) as opened:
            begun = time.perf_counter()
            for number in range(count):
                time.sleep(max(0.0, begun + number / a_second - time.perf_counter()))
                headers = {SENT_AT: repr(time.perf_counter())}
                opened.basic_publish(
                    self._exchange, "probe", self._body, pika.BasicProperties(delivery_mode=2, headers=headers)
                )
            reader.join(60)
        return sorted(self._delays)

    def _consume(self, count: int, reads: threading.Event) -> None:
        with channel(self._url) as opened:
            reads.set()
            for method, told, _body in opened.consume(QUEUE, inactivity_timeout=30):
                if method is None:
                    return
                self._delays.append(time.perf_counter() - float(told.headers[SENT_AT]))
                opened.basic_ack(method.delivery_tag)
                if len(self._delays) == count:
                    return
