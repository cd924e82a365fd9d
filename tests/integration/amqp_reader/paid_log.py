"""A mall that says what was paid: its log in memory, what it says to the broker, and its answers to who asks."""

import threading
from typing import Any, Self
from uuid import UUID

import orjson
import pika

from services.contracts.envelope import Envelope
from services.contracts.mall import OrderPaid
from services.kernel.flow import wire
from services.kernel.flow.wire import Wired
from tests.support.other_service import envelope_of
from tests.support.scenario import ANNA

QUEUE = "rpc-mall"


def order(position: int) -> Envelope:
    """An order of two pieces that was paid: it comes to twice its position, and five for the freight."""
    line = {
        "line_id": str(UUID(int=position)), "listing_id": str(ANNA), "quantity": 2, "price_minor": position,
        "freight_minor": 5, "group_id": None,
    }  # fmt: skip
    message = OrderPaid(
        order_id=UUID(int=position), checkout_id=ANNA, buyer_id=ANNA, seller_id=ANNA, currency="EUR", lines=[line]
    )
    return envelope_of(message, position)


class PaidLog:
    """A log in which every even position is an order that was paid, and every odd one is nobody's matter."""

    def __init__(self, length: int) -> None:
        self.length = length

    @property
    def total_minor(self) -> int:
        """What all of them come to."""
        return sum(2 * position + 5 for position in range(2, self.length + 1, 2))

    def said(self, position: int) -> Wired:
        """The message at a position, as the relay publishes it."""
        return wire.message(order(position), previous=position - 2)

    def page(self, after: int, limit: int) -> dict[str, Any]:
        """As the door of a service answers ``messages``."""
        through = max(after, min(after + limit, self.length))
        told = [order(position).to_dict() for position in range(after + 1, through + 1) if position % 2 == 0]
        return {"source": "mall", "messages": told, "through": through, "head": self.length}


class Answering(threading.Thread):
    """The door of that mall: answers whoever asks in nameko's protocol, until it is closed. ``pages`` are few."""

    def __init__(self, url: str, log: PaidLog) -> None:
        super().__init__(name="answering")
        self._log, self._is_closed = log, threading.Event()
        self.asked: list[int] = []
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel: Any = self._connection.channel()
        self._channel.exchange_declare("nameko-rpc", "topic", durable=True)
        self._channel.queue_declare(QUEUE, durable=True)
        self._channel.queue_bind(QUEUE, "nameko-rpc", "mall.*")

    def run(self) -> None:
        for _method, properties, body in self._channel.consume(QUEUE, auto_ack=True, inactivity_timeout=0.1):
            if self._is_closed.is_set():
                return
            if body is not None:
                self._answer(properties, orjson.loads(body)["kwargs"])

    def _answer(self, properties: Any, kwargs: dict[str, Any]) -> None:
        self.asked.append(kwargs["after"])
        told = {"result": self._log.page(kwargs["after"], kwargs.get("limit", 4)), "error": None}
        back = pika.BasicProperties(correlation_id=properties.correlation_id, content_type="application/json")
        self._channel.basic_publish("nameko-rpc", properties.reply_to, orjson.dumps(told), back)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed.set()
        self.join()
        self._connection.close()
