"""What comes in, checked against its schema: every error names its field."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from marshmallow import RAISE, Schema, ValidationError

from ..refusals import Malformed
from .operation import Operation

DEEPEST = 50


class BadJson(Malformed):
    """The body is not a JSON object in UTF-8."""

    sentence = "The body is not a JSON object; send one object in UTF-8, with 'Content-Type: application/json'."


class NullCharacter(Malformed):
    """A text holds U+0000, which not every store can keep."""

    sentence = "A text cannot hold the character U+0000; leave it out."


class TooDeep(Malformed):
    """The body is nested so deeply that it could be read, and not written again."""

    sentence = "The body is nested more than {deepest} deep; send it flatter."


# An escape that is not itself escaped: an even number of backslashes before it.
_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty body is an empty object. Raises BadJson, NullCharacter, TooDeep."""
    if not body.strip():
        return {}
    if _NULL.search(body):
        raise NullCharacter()
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as cause:
        raise BadJson() from cause
    if not isinstance(parsed, dict):
        raise BadJson()
    _refuse_deep(parsed)
    return parsed


def _refuse_deep(parsed: dict[str, Any]) -> None:
    level: list[Any] = [parsed]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise TooDeep(deepest=DEEPEST)


def _inside(outer: Any) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def asked(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a URL. Raises NullCharacter."""
    if any("\0" in text for text in parameters.values()):
        raise NullCharacter()
    return dict(parameters)


def load(operation: Operation, path: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Path and body or query parameters as typed fields. Raises Malformed with ``errors`` by field."""
    errors: dict[str, Any] = {}
    loaded: dict[str, Any] = {}
    for schema, values in ((_one(operation.path_schema), path), (_one(operation.takes), given)):
        try:
            loaded.update(schema.load(values, unknown=RAISE))
        except ValidationError as wrong:
            errors.update(wrong.messages_dict)
    if errors:
        raise Malformed(errors=errors)
    return loaded


def dump(operation: Operation, answer: Any) -> Any:
    """The answer with exactly the fields that its schema names."""
    return _one(operation.gives).dump(answer)


_schemas: dict[type[Schema], Schema] = {}


def _one(schema: type[Schema]) -> Schema:
    made = _schemas.get(schema)
    if made is None:
        made = _schemas[schema] = schema()
    return made
