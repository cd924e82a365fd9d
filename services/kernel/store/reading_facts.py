"""Stored bytes to facts, trusting nothing: for the audit, which must not stumble over what it looks for."""

import dataclasses
import re
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from eventsourcing.persistence import UUIDAsHex
from eventsourcing.utils import resolve_topic

from ..domain import FORGOTTEN, Fact
from .chain import Row
from .invariants import Broken, Invariant
from .known_ids import KNOWN_IDS, id_of
from .quick_reading import QuickTranscoder
from .sealing import SealingMapper, transcoder

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SET_APART = ("originator_id", "originator_version", "timestamp")


class States:
    """What is in the bytes of one fact, for all who look at them: read once."""

    def __init__(self) -> None:
        self._state = b""
        self._told: dict[str, Any] = {}

    def told(self, state: bytes) -> dict[str, Any]:
        """All fields by name; nobody changes them. Raises ValueError."""
        if state is not self._state:
            self._told, self._state = orjson.loads(state), state
        return self._told


class _Ids(UUIDAsHex):
    """The same objects as those of the streams, so that looking one up seldom has to compare."""

    def __init__(self) -> None:
        self.decode = lru_cache(KNOWN_IDS)(id_of)  # type: ignore[method-assign]


class _Quick(QuickTranscoder):
    """Reads what is read already."""

    def __init__(self, states: States) -> None:
        super().__init__()
        self._states = states

    def told(self, data: bytes) -> dict[str, Any]:
        return self._states.told(data)


class FactsAreRead(Invariant):
    """Reads facts without keys, by the classes that the service has, and by no other class."""

    name = "facts"
    sentence = "Every fact is of a kind that the service knows, and has every field in its type."

    def __init__(self, service: str, states: States) -> None:
        super().__init__()
        self._kinds = {kind.TOPIC: kind for kind in _all_below(Fact) if _topic(kind).startswith(f"{service}:")}
        self._fields = {topic: _fields(kind) for topic, kind in self._kinds.items()}
        self._quick = transcoder(_Quick(states))
        self._quick.register(_Ids())
        self._mapper = SealingMapper(None, self._quick)
        self._sound: set[tuple[object, ...]] = set()

    def read(self, row: Row) -> Fact:
        """The fact of a row. Raises Broken."""
        if row.topic not in self._kinds:
            raise Broken(f"nothing is known of the kind {row.topic!r}")
        try:
            state, kind = self._quick.decode(row.state), resolve_topic(row.topic)
            fact: Fact = self._mapper.fact_of(kind, row.originator_id, row.version, state)
        except Exception as failure:
            raise Broken(f"it cannot be read: {failure!r}") from failure
        found = fact.__dict__
        shape = (kind, *found, *map(type, found.values()))
        if shape not in self._sound:
            self._check_fields(row.topic, found)
            self._sound.add(shape)
        self.checked += 1
        return fact

    def _check_fields(self, topic: str, found: Mapping[str, object]) -> None:
        """By name and type alone, so that fields of the same names and types need not be looked at again."""
        for name, kinds in self._fields[topic]:
            if not isinstance(found.get(name, _MISSING), kinds):
                raise Broken(f"its field {name!r} is missing or of another type than {topic} has")


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
        is_known = _is_id(actor) and (not on_behalf_of or _is_id(on_behalf_of))
        if not is_known or not _is_id(command) or (correlation != command and not _is_id(correlation)):
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


def _fields(kind: type[Any]) -> list[tuple[str, tuple[type, ...]]]:
    """The types that each field may have; a personal one may be forgotten."""
    hints = typing.get_type_hints(kind)
    personal = getattr(kind, "personal", {})
    return [
        (field.name, (*_types(hints[field.name]), *((type(FORGOTTEN),) if field.name in personal else ())))
        for field in dataclasses.fields(kind)
        if field.name not in _SET_APART
    ]


def _types(hint: Any) -> tuple[type, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(one for part in typing.get_args(hint) for one in _types(part))
    plain = typing.get_origin(hint) or hint
    return (plain,) if isinstance(plain, type) else (object,)


def _is_id(text: object) -> bool:
    return isinstance(text, str) and _is_written_as_id(text)


@lru_cache(KNOWN_IDS)
def _is_written_as_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
