"""What comes in, checked against its schema: every error names its field."""

from typing import Any

import orjson
from marshmallow import RAISE, Schema, ValidationError

from ..refusals import Malformed
from .operation import Operation


class BadJson(Malformed):
    """The body is not a JSON object in UTF-8."""

    sentence = "The body is not a JSON object; send one object in UTF-8, with 'Content-Type: application/json'."


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty body is an empty object. Raises BadJson."""
    if not body.strip():
        return {}
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as cause:
        raise BadJson() from cause
    if not isinstance(parsed, dict):
        raise BadJson()
    return parsed


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
