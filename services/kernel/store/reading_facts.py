"""Stored bytes to facts, trusting nothing: for the audit, which must not stumble over what it looks for."""

import dataclasses
import re
import types
import typing
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from eventsourcing.persistence import StoredEvent

from ..domain import FORGOTTEN, Fact
from .chain import Row
from .invariants import Broken, Invariant
from .sealing import SealingMapper

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SET_APART = ("originator_id", "originator_version", "timestamp")


class FactsAreRead(Invariant):
    """Reads facts without keys, by the classes that the service has, and by no other class."""

    name = "facts"
    sentence = "Every fact is of a kind that the service knows, and has every field in its type."

    def __init__(self, service: str) -> None:
        super().__init__()
        self._kinds = {kind.TOPIC: kind for kind in _all_below(Fact) if _topic(kind).startswith(f"{service}:")}
        self._fields = {topic: _fields(kind) for topic, kind in self._kinds.items()}
        self._mapper = SealingMapper(None)

    def read(self, row: Row) -> Fact:
        """The fact of a row. Raises Broken."""
        if row.topic not in self._kinds:
            raise Broken(f"nothing is known of the kind {row.topic!r}")
        try:
            fact: Fact = self._mapper.to_domain_event(StoredEvent(row.originator_id, row.version, row.topic, row.state))
        except Exception as failure:
            raise Broken(f"it cannot be read: {failure}") from failure
        for name, kinds in self._fields[row.topic].items():
            if not isinstance(fact.__dict__.get(name, _MISSING), kinds):
                raise Broken(f"its field {name!r} is missing or of another type than {row.topic} has")
        self.checked += 1
        return fact


class FactsHaveAuthors(Invariant):
    """What ``Fact`` takes from the context is there."""

    name = "authors"
    sentence = "Every fact says who did it, by which command, why, when it was recorded and when it happened."

    def see(self, position: int, fact: Fact) -> None:  # noqa: ARG002
        self.checked += 1
        meta = fact.__dict__.get("meta")
        if not isinstance(meta, list) or len(meta) != 5:
            raise Broken("its author and command are missing")
        actor, on_behalf_of, command, correlation, causation = meta
        if not all(map(_is_id, (actor, on_behalf_of or actor, command, correlation))):
            raise Broken("its author, command or correlation is not an id")
        if not isinstance(causation, str) or not causation:
            raise Broken("it does not say what caused it")
        for name in ("timestamp", "effective_at"):
            at = fact.__dict__.get(name)
            if not isinstance(at, datetime) or at.tzinfo is None:
                raise Broken(f"its time {name!r} is missing or without a zone")


_MISSING = object()


def _all_below(kind: type[Any]) -> Iterable[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all_below(below)


def _topic(kind: type[Any]) -> str:
    return str(vars(kind).get("TOPIC", ""))


def _fields(kind: type[Any]) -> dict[str, tuple[type, ...]]:
    """The types that each field may have; a personal one may be forgotten."""
    hints = typing.get_type_hints(kind)
    personal = getattr(kind, "personal", {})
    return {
        field.name: (*_types(hints[field.name]), *((type(FORGOTTEN),) if field.name in personal else ()))
        for field in dataclasses.fields(kind)
        if field.name not in _SET_APART
    }


def _types(hint: Any) -> tuple[type, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(one for part in typing.get_args(hint) for one in _types(part))
    plain = typing.get_origin(hint) or hint
    return (plain,) if isinstance(plain, type) else (object,)


def _is_id(text: object) -> bool:
    return isinstance(text, str) and _ID.fullmatch(text) is not None
