"""The JSON schema of a message's data, made from the marshmallow schema that reads and writes it."""

from dataclasses import MISSING, fields
from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter

from .meanings import MINOR_UNITS, NESTED, meaning_of
from .message import Message, schema_of

Schema = dict[str, Any]

_plain = OpenAPIConverter("3.1.0", schema_name_resolver=lambda _schema: False, spec=None)  # type: ignore[arg-type]


def payload_of(message: type[Message]) -> Schema:
    """What the body of a message is: every field typed and described, those without a default required.

    A reader passes over fields that are not named here: they may come later.
    """
    read = _plain.schema2jsonschema(schema_of(message))  # type: ignore[no-untyped-call]
    properties = {name: _told(message, name, plain) for name, plain in read["properties"].items()}
    required = [field.name for field in fields(message) if field.default is field.default_factory is MISSING]
    return {"type": "object", "required": required, "properties": properties}


def _told(message: type[Message], name: str, plain: Schema) -> Schema:
    meaning = meaning_of(message.SERVICE, message.NAME, name)
    words = {"description": meaning} if meaning else {}
    if plain["type"] == "integer" and name.endswith("_minor"):
        return {**plain, "format": MINOR_UNITS, **words}
    nested = NESTED.get(name)
    if nested is None:
        return {**plain, **words}
    if plain["type"] == "array":
        return {**plain, "items": nested, **words}
    return {"oneOf": [nested, {"type": "null"}], **words} if "null" in plain["type"] else {**nested, **words}
