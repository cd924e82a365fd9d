"""Somebody who hears everything that the services of a platform say at the broker, and remembers it."""

from dataclasses import dataclass

import pika

from services.composition import SERVICES
from services.kernel.flow.wire import WATERMARK_KEY

QUEUE = "overheard"


@dataclass(frozen=True, slots=True)
class Overheard:
    """One message. Without what it claims to follow: that is about the telling, and not about what is told."""

    source: str
    position: int
    name: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def begin(url: str) -> None:
    """Hear what is said at this virtual host from now on."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True)
    for service in SERVICES:
        channel.exchange_declare(f"{service}.events", "topic", durable=True)
        channel.queue_bind(QUEUE, f"{service}.events", "#")
    connection.close()


def everything(url: str) -> list[Overheard]:
    """What was said since, as often as it was; it stays to be read again."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel, found = connection.channel(), list[Overheard]()
    while (taken := channel.basic_get(QUEUE))[0] is not None:
        method, properties, body = taken
        if method.routing_key != WATERMARK_KEY:
            told = {name: str(value) for name, value in properties.headers.items() if name != "ce-previous"}
            headers = tuple(sorted(told.items()))
            found.append(Overheard(told["ce-source"], int(told["ce-sequence"]), method.routing_key, headers, body))
    connection.close()  # nothing was acknowledged
    return found
