"""What a delivery from the broker asks for: read, or refused. Nothing that stands in one can break the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ..refusals import Malformed, TooLarge
from . import forms
from .admission import MOST_BYTES

CONTEXT_PREFIX = "nameko."
SPOKEN = ("authorization", "idempotency_key", "if_match", "after", "correlation_id")
STACK = "call_id_stack"
MOST_STACKED = 20


class NoReplyTo(Malformed):
    """A call without an address for its answer: nobody would hear it."""

    sentence = "The call names no reply_to, so nobody would hear its answer; it was not carried out."


class NotPlainJson(Malformed):
    """The properties of the message announce something else than plain JSON."""

    sentence = "A call is plain JSON: send content_type 'application/json', content_encoding 'utf-8', no compression."


class WrongShape(Malformed):
    """The body is not what nameko's protocol asks for."""

    sentence = "A call is one JSON object with 'args', an empty list, and 'kwargs', an object of the fields by name."


class GivenByPlace(Malformed):
    """Fields came as positional arguments."""

    sentence = "Fields are given by name: call the method with keyword arguments alone."


class BadContext(Malformed):
    """A part of the context data is not a text."""

    sentence = "'{name}' of the context data has to be a text of at most 5,000 characters."


POISON = (NoReplyTo, TooLarge, NotPlainJson, forms.BadJson, WrongShape)
"""What no caller would send on purpose: it is parked, so that somebody finds out who does."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the broker hands it over. ``is_again``: it was handed over before, perhaps to somebody else."""

    routing_key: str
    properties: Mapping[str, Any]
    headers: Mapping[Any, Any]
    body: bytes
    is_again: bool

    @property
    def reply_to(self) -> str | None:
        """Where the answer is to go."""
        return self.properties.get("reply_to") or None

    @property
    def correlation_id(self) -> str | None:
        """By which the caller knows the answer again."""
        return self.properties.get("correlation_id") or None

    @property
    def method(self) -> str:
        """What is called."""
        return self.routing_key.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that can be answered. ``context`` is what came beside its fields, of the names in SPOKEN.

    ``call_id`` is unique to the call, the same when it is delivered again; None when the caller gave no UUID.
    """

    method: str
    fields: dict[str, Any]
    context: Mapping[str, str]
    stack: list[str]
    place: str
    call_id: UUID | None
    is_again: bool


def read(delivery: Delivery) -> Call:
    """What is called, with its fields. Raises one of POISON, or another Refusal that only the caller needs to see."""
    if delivery.reply_to is None:
        raise NoReplyTo()
    args, kwargs = _arguments(delivery)
    if args:
        raise GivenByPlace()
    return Call(
        method=delivery.method, fields=_plain(kwargs), context=_spoken(delivery.headers),
        stack=_stack(delivery.headers), place=delivery.reply_to, call_id=_uuid(delivery.correlation_id),
        is_again=delivery.is_again,
    )  # fmt: skip


def _arguments(delivery: Delivery) -> tuple[list[Any], dict[str, Any]]:
    if len(delivery.body) > MOST_BYTES:
        raise TooLarge(limit_bytes=MOST_BYTES)
    encoding = str(delivery.properties.get("content_encoding") or "utf-8").lower()
    is_json = delivery.properties.get("content_type") == "application/json" and encoding == "utf-8"
    if not is_json or delivery.headers.get("compression"):
        raise NotPlainJson()
    shape = forms.parse(delivery.body)
    args, kwargs = shape.get("args"), shape.get("kwargs")
    if not (isinstance(args, list) and isinstance(kwargs, dict)):
        raise WrongShape()
    return args, kwargs


def _plain(value: Any) -> Any:
    """As JSON has it. nameko's callers write a UUID, a time or a decimal as an object with its type: it is its text."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"__type__", "__value__"}:
        inner = value["__value__"]
        return inner.get("hex") if isinstance(inner, dict) else inner
    return {name: _plain(each) for name, each in value.items()}


def _spoken(headers: Mapping[Any, Any]) -> dict[str, str]:
    """The parts of the context data that the door understands; a version may come as a number."""
    found: dict[str, str] = {}
    for name in SPOKEN:
        said = headers.get(CONTEXT_PREFIX + name)
        if said is None:
            continue
        if isinstance(said, int) and not isinstance(said, bool) and name == "if_match":
            said = str(said)
        if not isinstance(said, str) or len(said) > 5_000:
            raise BadContext(name=name)
        found[name] = said
    return found


def _stack(headers: Mapping[Any, Any]) -> list[str]:
    """nameko's trace of who called whom; a broken one is left out."""
    stack = headers.get(CONTEXT_PREFIX + STACK)
    return [each for each in stack if isinstance(each, str)][-MOST_STACKED:] if isinstance(stack, list) else []


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
