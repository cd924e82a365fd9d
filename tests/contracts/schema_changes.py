"""What changed between two JSON schemas that somebody notices, in sentences: which of them depends on the direction.

Who sends us a form is hurt by what is no longer taken; who reads an answer by what is no longer there, or was never
there before; a message is both, for its writer of today and its readers of every version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

Schema = dict[str, Any]

EVERY_TYPE = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_LOWEST, _HIGHEST = ("minLength", "minimum", "minItems"), ("maxLength", "maximum", "maxItems")


class Direction(Enum):
    """Who depends on the schema."""

    TAKEN = "they send it, we read it"
    GIVEN = "we send it, they read it"
    KEPT = "whoever read or wrote it at any time"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents, the place in them that is looked at, and what was looked at on the way (schemas may recur)."""

    old: Schema
    new: Schema
    direction: Direction
    whole: str = ""
    where: str = ""
    seen: tuple[tuple[str, str], ...] = ()

    def inside(self, name: str) -> "Comparison":
        """The same one level deeper."""
        return replace(self, where=f"{self.where}.{name}" if self.where else name)

    @property
    def place(self) -> str:
        """The place in words: "lines[].quantity in the body"."""
        return " in ".join(part for part in (self.where, self.whole) if part) or "it"

    @property
    def counts_less(self) -> bool:
        """Whether it hurts that less is possible than before."""
        return self.direction is not Direction.GIVEN

    @property
    def counts_more(self) -> bool:
        """Whether it hurts that more is possible than before."""
        return self.direction is not Direction.TAKEN


def changes(at: Comparison, old: Schema, new: Schema) -> Iterator[str]:
    """Each change that breaks somebody, as a sentence without a subject: "quantity is gone"."""
    step = (str(old.get("$ref")), str(new.get("$ref")))
    if "$ref" in old and step in at.seen:
        return
    at = replace(at, seen=(*at.seen, step))
    old, new = _plain(at.old, old), _plain(at.new, new)
    yield from _types(at, old, new)
    yield from _values(at, old, new)
    yield from _limits(at, old, new)
    yield from _fields(at, old, new)
    yield from _alternatives(at, old, new)
    for part in ("items", "additionalProperties"):
        if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
            yield from changes(replace(at, where=f"{at.where}[]"), old[part], new[part])


def _plain(document: Schema, schema: Schema) -> Schema:
    """The schema that a reference names; "X or null" as X that may be null."""
    while "$ref" in schema:
        found: Any = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    for key in ("anyOf", "oneOf", "allOf"):
        others = [part for part in schema.get(key, []) if part.get("type") != "null"]
        if len(others) == 1:
            inner = _plain(document, others[0])
            is_nullable = key != "allOf" and len(others) < len(schema[key])
            return {**inner, "type": sorted(_types_of(inner) | {"null"})} if is_nullable else inner
    return schema


def _types_of(schema: Schema) -> frozenset[str]:
    told = schema.get("type", sorted(EVERY_TYPE))
    types = frozenset([told] if isinstance(told, str) else told)
    return types | {"integer"} if "number" in types else types


def _types(at: Comparison, old: Schema, new: Schema) -> Iterator[str]:
    was, now = _types_of(old), _types_of(new)
    less, more = at.counts_less and was - now, at.counts_more and now - was
    if less or more:
        yield f"{at.place} was {_named(was)}, is {_named(now)}"
    elif old.get("format") != new.get("format") and (
        (at.counts_less and "format" in new) or (at.counts_more and "format" in old)
    ):
        yield f"{at.place} was {old.get('format', 'of any form')}, is {new.get('format', 'of any form')}"


def _named(types: frozenset[str]) -> str:
    if types == EVERY_TYPE:
        return "anything"
    return " or ".join(sorted(types - {"integer"} if "number" in types else types))


def _values(at: Comparison, old: Schema, new: Schema) -> Iterator[str]:
    was, now = _values_of(old), _values_of(new)
    if at.counts_less and now is not None:
        lost = [value for value in was if value not in now] if was is not None else []
        if lost or was is None:
            yield f"{at.place} no longer knows {', '.join(lost) or 'all values'}"
    if at.counts_more and was is not None:
        gained = [value for value in now if value not in was] if now is not None else []
        if gained or now is None:
            yield f"{at.place} may be {', '.join(gained) or 'any value'} now, which nobody knows yet"


def _values_of(schema: Schema) -> list[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else [str(value) for value in values if value is not None]


def _limits(at: Comparison, old: Schema, new: Schema) -> Iterator[str]:
    if not at.counts_less:
        return
    for names, is_tighter in ((_LOWEST, lambda was, now: now > was), (_HIGHEST, lambda was, now: now < was)):
        for name in names:
            if name in new and (name not in old or is_tighter(old[name], new[name])):
                yield f"{at.place} has {name} {new[name]}, had {old.get(name, 'none')}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{at.place} has to look like {new['pattern']}"


def _fields(at: Comparison, old: Schema, new: Schema) -> Iterator[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    needed, now_needed = set(old.get("required", [])), set(new.get("required", []))
    for name, schema in was.items():
        if name not in now:
            yield f"{at.inside(name).place} is gone"
            continue
        if at.counts_less and name in now_needed - needed:
            yield f"{at.inside(name).place} could be left out and no longer can"
        if at.counts_more and name in needed - now_needed:
            yield f"{at.inside(name).place} was always there and no longer is"
        yield from changes(at.inside(name), schema, now[name])
    if at.counts_less:
        yield from (
            f"{at.inside(name).place} is new and cannot be left out" for name in now if name in now_needed - set(was)
        )


def _alternatives(at: Comparison, old: Schema, new: Schema) -> Iterator[str]:
    for key in ("anyOf", "oneOf", "allOf"):
        was, now = old.get(key, []), new.get(key, [])
        if (at.counts_less and len(now) < len(was)) or (at.counts_more and len(now) > len(was)):
            yield f"{at.place} has {len(now)} alternatives, had {len(was)}"
        for one, other in zip(was, now, strict=False):
            yield from changes(at, one, other)
