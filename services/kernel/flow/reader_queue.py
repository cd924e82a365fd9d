"""The queue of one reader at the broker: durable, replicated, with one active consumer, and all that its sources say.

Nothing waits without a limit: a connection that is silent for two heartbeats is lost, and one that is lost is dropped
without a word, since whoever says goodbye on a dead one waits for ever.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import kombu as _kombu

from .exchanges import ensure_exchange
from .tolerant_frames import MARK, tolerant_frames
from .wire import Delivery

kombu: Any = _kombu  # it has no types
MOST_AT_ONCE = 200
GATHER_SECONDS = 0.002
NO_SECONDS = 0.0001
HEARTBEAT_SECONDS = 10
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
FAREWELL_SECONDS = 0.5
ARGUMENTS = {"x-queue-type": "quorum", "x-single-active-consumer": True}


class QueueLost(Exception):
    """The connection is gone, or the queue is. What was received and not acknowledged comes again."""


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery; ``digest`` names one that has no id. ``is_decodable`` is False when what stood around it was lost."""

    delivery: Delivery
    digest: str
    is_decodable: bool


def queue_of(reader: str) -> str:
    """The name of a reader's queue: "groups.intake"."""
    return f"{reader}.intake"


class ReaderQueue:
    """Consumes from the queue of ``reader``, bound to ``exchanges``. One thread at a time."""

    def __init__(
        self, url: str, reader: str, exchanges: Sequence[str], *, heartbeat_seconds: int = HEARTBEAT_SECONDS
    ) -> None:
        self._url, self._reader, self._exchanges = url, reader, exchanges
        self._heartbeat_seconds, self._beaten_at = heartbeat_seconds, 0.0
        self._connection: Any = None
        self._channel: Any = None
        self._waiting: list[Any] = []
        self._last_tag = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._channel is not None

    def open(self) -> None:
        """Connect, declare exchanges and queue, and consume. Raises QueueLost."""
        self.drop()
        try:
            self._open()
        except Exception as failure:  # whatever it was, another connection is the answer
            self.drop()
            raise QueueLost(_told(failure)) from failure

    def bind_again(self) -> None:
        """Declare and bind once more: somebody may have deleted an exchange, which takes our binding with it.

        Raises QueueLost.
        """
        try:
            channel = self._connection.channel()
            self._declare(channel)
            channel.close()
        except Exception as failure:
            self.drop()
            raise QueueLost(_told(failure)) from failure

    def gather(self, idle_seconds: float) -> list[Received]:
        """What is there, 200 at most: waits so long for the first, then 2 ms for more.

        Raises QueueLost.
        """
        try:
            self._drain(idle_seconds)
            self._beat()
        except Exception as failure:
            self.drop()
            raise QueueLost(_told(failure)) from failure
        messages, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        if messages:
            self._last_tag = messages[-1].delivery_tag
        return [_received(one) for one in messages]

    def acknowledge(self) -> None:
        """Everything gathered so far is dealt with. Raises QueueLost."""
        try:
            if self._last_tag:
                self._channel.basic_ack(self._last_tag, multiple=True)
            self._last_tag = 0
        except Exception as failure:
            self.drop()
            raise QueueLost(_told(failure)) from failure

    def drop(self) -> None:
        """Let go of the connection at once."""
        connection, self._connection, self._channel = self._connection, None, None
        self._waiting, self._last_tag = [], 0
        if connection is not None:
            with suppress(Exception):
                connection.collect(socket_timeout=FAREWELL_SECONDS)

    def close(self) -> None:
        """Say goodbye, but not for long, and let go."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.connection.sock.settimeout(FAREWELL_SECONDS)
                self._connection.connection.close()
        self.drop()

    def _open(self) -> None:
        self._connection = kombu.Connection(
            self._url, heartbeat=self._heartbeat_seconds, connect_timeout=CONNECT_SECONDS,
            transport_options={
                "frame_handler": tolerant_frames,
                "client_properties": {"connection_name": f"{self._reader} intake"},
            },
        )  # fmt: skip
        self._connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, interval_max=0)
        self._connection.connection.sock.settimeout(ANSWER_SECONDS)  # whoever awaits an answer gives no limit itself
        channel = self._connection.channel()
        channel.auto_decode = False  # a stranger would choose the codec
        self._declare(channel)
        channel.basic_qos(0, 2 * MOST_AT_ONCE, False)
        channel.basic_consume(queue_of(self._reader), callback=self._came)
        self._channel, self._beaten_at = channel, time.monotonic()

    def _declare(self, channel: Any) -> None:
        """Exchanges that are missing too: whoever starts first, reader or source, the other finds what it needs."""
        for name in self._exchanges:
            ensure_exchange(self._connection, name)
        exchanges = [kombu.Exchange(name, "topic", durable=True, no_declare=True) for name in self._exchanges]
        queue = kombu.Queue(
            queue_of(self._reader), [kombu.binding(exchange, "#") for exchange in exchanges], durable=True,
            queue_arguments=ARGUMENTS,
        )  # fmt: skip
        queue(channel).declare()

    def _came(self, message: Any) -> None:
        self._waiting.append(message)  # the list of now: gathering replaces it

    def _drain(self, idle_seconds: float) -> None:
        """Waits for the first, then a little for more; what is there already is taken without looking at the time."""
        until = time.monotonic() + idle_seconds
        while len(self._waiting) < MOST_AT_ONCE:
            is_first = not self._waiting
            try:
                self._connection.drain_events(timeout=max(until - time.monotonic(), NO_SECONDS))
            except TimeoutError:
                return
            if is_first:
                until = time.monotonic() + GATHER_SECONDS

    def _beat(self) -> None:
        """Heartbeats go out, and the silence of the other side is noticed."""
        if time.monotonic() - self._beaten_at >= self._heartbeat_seconds / 4:
            self._beaten_at = time.monotonic()
            self._connection.heartbeat_check(rate=2)


def _received(message: Any) -> Received:
    properties, body = message.properties, bytes(message.body or b"")
    headers = properties.get("application_headers")
    exchange = message.delivery_info["exchange"]
    delivery = Delivery(exchange, properties.get("content_type"), properties.get("content_encoding"), headers, body)
    is_decodable = not (isinstance(headers, dict) and MARK in headers)
    return Received(delivery, _digest(delivery, message.delivery_info["routing_key"]), is_decodable)


def _digest(delivery: Delivery, routing_key: str) -> str:
    """The same for the same delivery when it comes again."""
    around = (delivery.exchange, routing_key, delivery.content_type, delivery.content_encoding, delivery.headers)
    body = delivery.body if isinstance(delivery.body, bytes) else delivery.body.encode()
    try:
        told = repr(around).encode(errors="backslashreplace")
    except RecursionError:
        told = b""
    return sha256(told + b"\0" + body).hexdigest()


def _told(failure: BaseException) -> str:
    """One line. What the broker says names exchanges, queues and users, never passwords or messages."""
    return f"{type(failure).__name__}: {' '.join(str(failure).split())}"[:300]
