"""The AsyncAPI 3.0 document of all messages, made from their classes: for whoever hears them over a broker.

One document for both sides: an operation is named after who does it, ``mall.says...``, ``reader.hears``.
"""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from . import attributes, feed
from .attributes import WATERMARK_KEY, WATERMARK_TYPE
from .envelope import CONTENT_TYPE
from .meanings import THRESHOLD
from .message import MADE_FROM_PEOPLE, Message
from .payloads import payload_of
from .pulling import pulled_channels, pulled_messages, pulled_operations

Part = dict[str, Any]
Messages = Sequence[type[Message]]

BINDING = "0.3.0"
ABOUT = """\
Each service says what happened in it to a topic exchange of its own, `SERVICE.events`, under the name of the message.
The body is the message as JSON; around it stand CloudEvents 1.0 attributes, in headers `ce-...`, all of them text.

Messages come at least once and in order. A reader that is at position P of a source drops what has a `ce-sequence` up
to P, takes what has a `ce-previous` up to P and is then at its `ce-sequence`; anything else says that it has missed
something, which it pulls with `SERVICE.messages`, also from 0.

A reader passes over fields that it does not know: an optional field may be added to a message at any time. Whatever
cannot be said that way becomes the next version of the message, beside the old one. Nothing personal is in any of them.
"""
BROKER: Part = {
    "host": "{host}:5672", "protocol": "amqp", "protocolVersion": "0.9.1", "title": "The broker",
    "description": "RabbitMQ, with an account that the operator gives.",
    "variables": {"host": {"default": "localhost"}}, "security": [{"type": "userPassword"}],
}  # fmt: skip
INTAKE = "reader.intake"


def document(messages: Messages, examples: Mapping[str, Part], version: str) -> Part:
    """The whole document. ``examples`` holds the data of one message for each type that has an example."""
    services = list(dict.fromkeys(message.SERVICE for message in messages))
    said = {name: channel for service in services for name, channel in _said_by(service, messages).items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Agora: messages", "version": version, "description": ABOUT, "license": {"name": "Apache-2.0"},
            "tags": [{"name": service, "description": f"What {service} says."} for service in services],
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": BROKER, "entrance": feed.ENTRANCE},
        "channels": {
            **said, INTAKE: _intake(services, messages), **pulled_channels(services), feed.CHANNEL: feed.feed_channel(),
        },
        "operations": {
            **{_saying(name): _says(name, channel) for name, channel in said.items()},
            "reader.hears": _hears(messages),
            **pulled_operations(services),
            "partner.reads": feed.feed_operation(),
        },
        "components": {
            "messages": {
                **{message.type_name(): _message(message, examples) for message in messages},
                WATERMARK_TYPE: _watermark(services[0]),
                **pulled_messages(),
                feed.BATCH: feed.feed_message(),
            },
            "schemas": {"Headers": attributes.headers(), "Event": attributes.event(), "Threshold": THRESHOLD},
        },
    }  # fmt: skip


def words_of(thing: object) -> str:
    """The docstring of a class as Markdown, in words of JSON."""
    return re.sub(r"\bNone\b", "null", (inspect.getdoc(thing) or "").replace("``", "`"))


def _said_by(service: str, messages: Messages) -> dict[str, Part]:
    """A channel for each name that a service says; the versions of a message share one."""
    found: dict[str, Part] = {}
    for message in messages:
        if service == message.SERVICE:
            channel = found.setdefault(f"{service}.{message.NAME}", _channel(service, message.NAME))
            channel["messages"][message.type_name()] = _reference(message.type_name())
    watermark = _channel(service, WATERMARK_KEY)
    watermark["messages"][WATERMARK_TYPE] = _reference(WATERMARK_TYPE)
    return {**found, f"{service}.{WATERMARK_KEY}": watermark}


def _channel(service: str, key: str) -> Part:
    exchange = {"name": f"{service}.events", "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": key, "title": f"{service}.events, routing key {key}", "servers": [{"$ref": "#/servers/broker"}],
        "messages": {},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": BINDING}},
    }  # fmt: skip


def _intake(services: Sequence[str], messages: Messages) -> Part:
    """The queue of a reader, bound to every source that it hears."""
    types = [*(message.type_name() for message in messages), WATERMARK_TYPE]
    exchanges = ", ".join(f"`{service}.events`" for service in services)
    queue = {"name": "{reader}.intake", "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    return {
        "address": "{reader}.intake", "title": "The queue of a reader", "servers": [{"$ref": "#/servers/broker"}],
        "description": f"Bind it with `#` to the exchange of each source that you hear: {exchanges}. One consumer at a "
        "time keeps the order.",
        "parameters": {"reader": {"description": "The name of the reader: one queue each."}},
        "messages": {name: _reference(name) for name in types},
        "bindings": {"amqp": {"is": "queue", "queue": queue, "bindingVersion": BINDING}},
        "x-queue-arguments": {"x-queue-type": "quorum", "x-single-active-consumer": True},
    }  # fmt: skip


def _saying(channel: str) -> str:
    service, _, key = channel.partition(".")
    return f"{service}.says.{key}"


def _says(name: str, channel: Part) -> Part:
    return {
        "action": "send", "channel": {"$ref": f"#/channels/{name}"}, "title": f"{name.partition('.')[0]} says it",
        "messages": [{"$ref": f"#/channels/{name}/messages/{told}"} for told in channel["messages"]],
        "bindings": {"amqp": {"deliveryMode": 2, "bindingVersion": BINDING}},
        "tags": [{"name": name.partition(".")[0]}],
    }  # fmt: skip


def _hears(messages: Messages) -> Part:
    types = [*(message.type_name() for message in messages), WATERMARK_TYPE]
    return {
        "action": "receive", "channel": {"$ref": f"#/channels/{INTAKE}"}, "title": "A reader hears it",
        "description": "Store its position and what follows from it in one transaction, then acknowledge.",
        "messages": [{"$ref": f"#/channels/{INTAKE}/messages/{name}"} for name in types],
        "bindings": {"amqp": {"ack": True, "bindingVersion": BINDING}},
    }  # fmt: skip


def _message(message: type[Message], examples: Mapping[str, Part]) -> Part:
    summary, _, more = words_of(message).partition("\n\n")
    told = message.type_name()
    made = _around(told, summary, {"allOf": [{"$ref": "#/components/schemas/Headers"}, _of_type(message)]})
    made |= {
        "payload": payload_of(message), "tags": [{"name": message.SERVICE}],
        "correlationId": {"location": "$message.header#/ce-correlationid"},
        "x-subject": message.SUBJECT, "x-people": sorted(message.PEOPLE), "x-own-words": sorted(message.OWN_WORDS),
        "x-made-from-people": sorted(MADE_FROM_PEOPLE.intersection(field.name for field in fields(message))),
    }  # fmt: skip
    if more:
        made["description"] = more
    if told in examples:
        data = examples[told]
        around = attributes.example_headers(told, message.SERVICE, str(data[message.SUBJECT]))
        made["examples"] = [{"name": message.NAME, "headers": around, "payload": data}]
    return made


def _of_type(message: type[Message]) -> Part:
    return {"type": "object", "properties": {"ce-type": {"const": message.type_name()}}}


def _watermark(source: str) -> Part:
    summary = "The log was looked at up to here, and there is nothing else to say: be at this position."
    made = _around(WATERMARK_TYPE, summary, attributes.watermark_headers())
    around = attributes.example_headers(WATERMARK_TYPE, source, "")
    there = {name: around[name] for name in attributes.watermark_headers()["required"]}
    example = {"name": WATERMARK_KEY, "headers": {**there, "ce-id": f"{source}:through:42"}, "payload": {"through": 42}}
    return {**made, "payload": attributes.watermark_payload(), "examples": [example]}


def _around(name: str, summary: str, headers: Part) -> Part:
    return {
        "name": name, "title": name, "summary": " ".join(summary.split()), "contentType": CONTENT_TYPE,
        "headers": headers, "bindings": {"amqp": {"contentEncoding": "utf-8", "bindingVersion": BINDING}},
    }  # fmt: skip


def _reference(name: str) -> Part:
    return {"$ref": f"#/components/messages/{name}"}
