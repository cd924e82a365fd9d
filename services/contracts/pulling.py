"""How messages are pulled instead of heard, as parts of the AsyncAPI document: a call in nameko's protocol.

A reader that has missed something, or begins, asks ``SERVICE.messages`` for what comes after a position.
"""

from collections.abc import Sequence
from typing import Any

from .envelope import CONTENT_TYPE

Part = dict[str, Any]

EXCHANGE = "nameko-rpc"
ASKED, ANSWERED = "messages.asked", "messages.answered"
ANSWERS = "reader.answers"
MOST_LOOKED_AT = 1000
_BINDING = {"bindingVersion": "0.3.0"}


def pulled_channels(services: Sequence[str]) -> dict[str, Part]:
    """Where each service is asked, and where it answers."""
    asked = {f"{service}.messages": _asked_of(service) for service in services}
    answers = {
        "address": None, "title": f"{EXCHANGE}, routing key as in reply_to", "servers": [_SERVER],
        "description": f"A queue of whoever asks, bound to `{EXCHANGE}` under a key that is made up and sent as "
        "`reply_to`; the answer comes with the question's `correlation_id`.",
        "messages": {ANSWERED: _message(ANSWERED)},
        "bindings": {"amqp": {"is": "routingKey", "exchange": _exchange(), **_BINDING}},
    }  # fmt: skip
    return {**asked, ANSWERS: answers}


def pulled_operations(services: Sequence[str]) -> dict[str, Part]:
    """What each service does when it is asked."""
    return {f"{service}.answers.messages": _answer_of(service) for service in services}


def pulled_messages() -> dict[str, Part]:
    """The question and its answer."""
    return {
        ASKED: {
            "name": ASKED, "title": "A page of messages is asked for", "contentType": CONTENT_TYPE,
            "payload": _object(args=_NO_ARGUMENTS, kwargs=_ASKED),
            "correlationId": _CORRELATION,
            "examples": [{"name": "from the beginning", "payload": {"args": [], "kwargs": {"after": 0}}}],
        },
        ANSWERED: {
            "name": ANSWERED, "title": "A page of messages", "contentType": CONTENT_TYPE,
            "payload": _object(result=_PAGE, error=_ERROR),
            "correlationId": _CORRELATION,
        },
    }  # fmt: skip


def _object(**properties: Part) -> Part:
    return {"type": "object", "required": list(properties), "properties": properties}


_SERVER = {"$ref": "#/servers/broker"}
_CORRELATION = {"location": "$message.header#/correlation_id", "description": "AMQP's property of this name."}
_NO_ARGUMENTS: Part = {"type": "array", "maxItems": 0}
_ASKED: Part = {
    "type": "object",
    "required": ["after"],
    "properties": {
        "after": {"type": "integer", "minimum": 0, "description": "The position that you have; 0 is the beginning."},
        "limit": {
            "type": "integer", "minimum": 1, "maximum": MOST_LOOKED_AT,
            "description": f"How many positions to look at, of which only some are messages; {MOST_LOOKED_AT} at most.",
        },
    },
}  # fmt: skip
_PAGE: Part = {
    **_object(
        source={"type": "string", "description": "The log they stand in."},
        messages={"type": "array", "items": {"$ref": "#/components/schemas/Event"}, "description": "In their order."},
        through={"type": "integer", "description": "How far the log was looked at: be there, and ask again after it."},
        head={"type": "integer", "description": "Where the log ends at present; once through is there, you have all."},
    ),
    "type": ["object", "null"],
}
_ERROR: Part = {
    "type": ["object", "null"],
    "description": "What was wrong with the question; null when nothing was.",
    "required": ["exc_type", "exc_path", "exc_args", "value"],
    "properties": {
        "exc_type": {"type": "string", "description": "The name of the refusal."},
        "exc_path": {"type": "string"},
        "exc_args": {"type": "array", "description": "The problem document, as HTTP gives it."},
        "value": {"type": "string", "description": "The sentence."},
    },
}


def _exchange() -> Part:
    return {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}


def _asked_of(service: str) -> Part:
    return {
        "address": f"{service}.messages", "title": f"{EXCHANGE}, routing key {service}.messages", "servers": [_SERVER],
        "messages": {ASKED: _message(ASKED)},
        "bindings": {"amqp": {"is": "routingKey", "exchange": _exchange(), **_BINDING}},
    }  # fmt: skip


def _answer_of(service: str) -> Part:
    return {
        "action": "receive", "channel": {"$ref": f"#/channels/{service}.messages"}, "tags": [{"name": service}],
        "title": f"{service} is asked for what it said",
        "messages": [{"$ref": f"#/channels/{service}.messages/messages/{ASKED}"}],
        "reply": {
            "address": {"location": "$message.header#/reply_to", "description": "AMQP's property of this name."},
            "channel": {"$ref": f"#/channels/{ANSWERS}"},
            "messages": [{"$ref": f"#/channels/{ANSWERS}/messages/{ANSWERED}"}],
        },
    }  # fmt: skip


def _message(name: str) -> Part:
    return {"$ref": f"#/components/messages/{name}"}
