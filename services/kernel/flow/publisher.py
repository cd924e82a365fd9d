"""Publishes messages of one source and knows of each whether the broker has it.

Many are on their way at once (the window), so that the broker's writing to disk is waited for once and not for each.
A message that no queue takes is confirmed like any other: nobody listens yet, and whoever comes later asks for it.
"""

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import Any

import pika
from pika.spec import PERSISTENT_DELIVERY_MODE, Basic

from services.contracts.envelope import CONTENT_TYPE

from ..refusals import Unready
from .broker_line import CONNECT_SECONDS, HEARTBEAT_SECONDS, BrokerBlocks, Line
from .wire import CONTENT_ENCODING, Wired, exchange_of

WINDOW = 500
CONFIRM_SECONDS = 10.0


class NotTaken(Unready):
    """The broker said of some messages that it does not have them."""

    sentence = "The message broker did not take {count} of {source}'s messages; they are sent again."


class Publisher:
    """Speaks for ``source`` through its exchange, which it declares. Opens its connection when it is needed.

    ``window`` is how many messages may be unconfirmed; ``confirm_seconds`` how long none of them may be confirmed.
    Not for two threads at once.
    """

    def __init__(
        self, url: str, source: str, *, window: int = WINDOW, confirm_seconds: float = CONFIRM_SECONDS,
        heartbeat_seconds: int = HEARTBEAT_SECONDS,
    ) -> None:  # fmt: skip
        self.source, self._exchange = source, exchange_of(source)
        self._url, self._window, self._seconds = url, window, confirm_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._line: Line | None = None
        self._sent = 0
        self._unconfirmed: dict[int, None] = {}  # in the order of sending, since a confirm may be about all up to one
        self._refused: set[int] = set()

    @property
    def unconfirmed(self) -> int:
        """How many messages were sent of which the broker has not said whether it has them."""
        return len(self._unconfirmed)

    def publish(self, batch: Sequence[Wired]) -> None:
        """Send all of them in order; return once the broker has them all.

        Raises NotTaken, BrokerLost, BrokerSilent or BrokerBlocks; then some may have been taken, and sending the
        batch again is right.
        """
        line = self._ready()
        try:
            self._wait_until_unblocked(line)
            for wired in batch:
                self._wait_until(line, most=self._window - 1)
                self._send(line, wired)
            self._wait_until(line, most=0)
        except BrokerBlocks:  # the connection stays: each new one would hang in the broker until it has memory again
            raise
        except BaseException:
            self._drop()
            raise
        if self._refused:
            count = len(self._refused)
            self._refused.clear()
            raise NotTaken(count=count, source=self.source)

    def idle(self) -> None:
        """Keep the connection alive while there is nothing to send. Raises BrokerLost or BrokerSilent."""
        line = self._ready()
        try:
            line.breathe()
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """Let go of the connection; what is unconfirmed will be sent again by whoever comes next."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _ready(self) -> Line:
        if self._line is None:
            line = Line(self._url, f"{self.source} relay", heartbeat_seconds=self._heartbeat_seconds)
            try:
                self._prepare(line)
            except BaseException:
                line.drop()
                raise
            self._line = line
        return self._line

    def _prepare(self, line: Line) -> None:
        self._sent, self._unconfirmed, self._refused, ready = 0, {}, set(), list[object]()
        line.channel.exchange_declare(self._exchange, "topic", durable=True, callback=ready.append)
        line.channel.confirm_delivery(self._confirmed, callback=ready.append)
        line.wait(lambda: len(ready) == 2, CONNECT_SECONDS, f"declared the exchange {self._exchange}")

    def _wait_until_unblocked(self, line: Line) -> None:
        line.breathe()
        line.wait(lambda: line.blocked_by is None, self._seconds, "unblocked us")

    def _wait_until(self, line: Line, most: int) -> None:
        """Until no more than so many are unconfirmed. The limit of time begins anew with everything confirmed."""
        while (before := len(self._unconfirmed)) > most:
            line.wait(partial(self._has_fewer_than, before), self._seconds, "confirmed a message")

    def _has_fewer_than(self, count: int) -> bool:
        return len(self._unconfirmed) < count

    def _send(self, line: Line, wired: Wired) -> None:
        properties = pika.BasicProperties(
            content_type=CONTENT_TYPE, content_encoding=CONTENT_ENCODING, delivery_mode=PERSISTENT_DELIVERY_MODE,
            message_id=wired.message_id, headers=wired.headers,
        )  # fmt: skip
        line.channel.basic_publish(self._exchange, wired.routing_key, wired.body, properties)
        self._sent += 1
        self._unconfirmed[self._sent] = None

    def _confirmed(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        settled = list(takewhile(lambda one: one <= tag, self._unconfirmed)) if frame.method.multiple else [tag]
        for one in settled:
            self._unconfirmed.pop(one, None)
        if isinstance(frame.method, Basic.Nack):
            self._refused.update(settled)

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.drop()
