"""What nobody should send: at the queues of readers, and at the doors for calls. Each has the words of its cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pika

from services.composition import SERVICES, blueprint_of
from services.contracts.envelope import Envelope
from services.kernel.flow import wire
from services.kernel.flow.reader_queue import queue_of
from services.kernel.flow.rpc_client import EXCHANGE

HEARS = {name: heard for name in SERVICES if (heard := blueprint_of(name).hears)}
"""Every service with a queue for messages, and whose messages come to it."""
QUEUES = {*map(queue_of, HEARS), *(f"rpc-{name}" for name in SERVICES)}
"""All that anybody can put something on: for messages, and for calls."""
SOURCES = ("identity", "groups")
"""What is published where these speak comes to every queue for messages."""
LARGE = b'{"note": "' + b"x" * 10_000_000 + b'"}'
JSON = {"content_type": "application/json", "content_encoding": "utf-8"}


@dataclass(frozen=True, slots=True)
class Poison:
    """A message, and what its cause must say."""

    cause: str
    body: bytes
    headers: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=lambda: JSON)

    def publish(self, channel: Any, exchange: str, routing_key: str) -> None:
        """Send it; returns once the broker has it."""
        channel.confirm_delivery()
        properties = pika.BasicProperties(headers=dict(self.headers), **self.properties)
        channel.basic_publish(exchange, routing_key, self.body, properties, mandatory=True)


def at_queues(said: Envelope) -> list[Poison]:
    """Poison after the example of a message that a source has said."""
    later = [wire.message(replace(said, position=said.position + number), said.position) for number in range(1, 5)]
    headers = [one.headers for one in later]
    unknown = headers[2] | {"ce-type": said.type.replace(".v1", ".v9")}
    return [
        Poison("Its body is not JSON.", b'{"person_id": ', headers[0]),
        Poison("Its content type is not exactly application/json.", later[1].body, headers[1],
               JSON | {"content_type": "text/plain"}),
        Poison("is of a version that is not known here", later[2].body, unknown),
        Poison("Its body has 10000012 bytes", LARGE, headers[3]),
        Poison("It has no headers", b"{}"),
    ]  # fmt: skip


def at_doors() -> list[Poison]:
    """Poison for whoever answers calls."""
    body, asked = b'{"args": [], "kwargs": {"after": 0}}', JSON | {"correlation_id": str(uuid4())}
    answered = asked | {"reply_to": str(uuid4())}
    return [
        Poison("The body is not a JSON object", b'{"args": [', properties=answered),
        Poison("A call is plain JSON", body, properties=answered | {"content_type": "text/plain"}),
        Poison("The request is larger than 1000000 bytes", LARGE, properties=answered),
        Poison("The call names no reply_to", body, properties=asked),
    ]


def comes_to(reader: str) -> list[str]:
    """Those of SOURCES that a reader hears."""
    return [source for source in SOURCES if source in HEARS[reader]]


__all__ = ["EXCHANGE", "HEARS", "QUEUES", "SOURCES", "Poison", "at_doors", "at_queues", "comes_to"]
