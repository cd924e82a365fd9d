"""What stands around a message, as JSON schemas: the attributes of CloudEvents.

Over a broker each of them is a header ``ce-...`` whose value is text; in a page or a batch it is a member of the event.
"""

from typing import Any

from .envelope import CONTENT_TYPE, SPEC_VERSION

Schema = dict[str, Any]

WATERMARK_KEY = "watermark"
WATERMARK_TYPE = "agora.watermark.v1"

_POSITION = "^[0-9]+$"
_ATTRIBUTES: dict[str, Schema] = {
    "specversion": {"const": SPEC_VERSION, "description": "The version of CloudEvents."},
    "id": {"description": "SOURCE:POSITION, unique for ever: the key by which a reader knows that it has seen it."},
    "source": {"description": "The log it stands in. Services have one today; nothing may assume that they always do."},
    "type": {"description": "The public type with its version; read the data by it."},
    "subject": {"description": "The id of what it is about; messages of one subject are handled in their order."},
    "time": {"format": "date-time", "description": "When Agora recorded it."},
    "sequence": {"pattern": _POSITION, "description": "The position in the source's log. Order by its number."},
    "correlationid": {"description": "The same for everything that one request caused, in every service."},
    "causationid": {"description": "What caused it: a command, a message or something that fell due."},
    "effectivetime": {
        "format": "date-time",
        "description": "When it happened; earlier than time when an operator recorded what happened elsewhere.",
    },
}  # fmt: skip
_PREVIOUS: Schema = {
    "pattern": _POSITION,
    "description": "The position that was said before this one, 0 at first. Above your own: you have missed something. "
    "Equal to its own sequence, on a watermark: it claims nothing about what lies before.",
}
_ON_A_WATERMARK = ("specversion", "id", "source", "type", "sequence")


def headers() -> Schema:
    """The headers of a message on a broker."""
    told = {**_ATTRIBUTES, "previous": _PREVIOUS}
    return _object({f"ce-{name}": _text(schema) for name, schema in told.items()}, "Every value is text.")


def watermark_headers() -> Schema:
    """The headers of a watermark: it is about nothing and caused by nothing."""
    told = {name: _text(_ATTRIBUTES[name]) for name in _ON_A_WATERMARK} | {"previous": _text(_PREVIOUS)}
    told["type"] = {"const": WATERMARK_TYPE}
    return _object({f"ce-{name}": schema for name, schema in told.items()}, "Every value is text.")


def watermark_payload() -> Schema:
    """The body of a watermark."""
    through = {"type": "integer", "minimum": 0, "description": "Up to here there is no other message."}
    return _object({"through": through}, "How far the log was looked at.")


def event() -> Schema:
    """A message in CloudEvents' JSON event format, as pages and batches have it."""
    told = {name: _text(schema) for name, schema in _ATTRIBUTES.items()}
    told["datacontenttype"] = {"const": CONTENT_TYPE}
    told["data"] = {"type": "object", "description": "The message, as its type promises."}
    return _object(told, "One message in CloudEvents 1.0, JSON event format.")


def example_headers(message_type: str, source: str, subject: str) -> dict[str, str]:
    """Headers as a message of this type could have them."""
    return {
        "ce-specversion": SPEC_VERSION, "ce-id": f"{source}:42", "ce-source": source, "ce-type": message_type,
        "ce-subject": subject, "ce-time": "2026-03-02T12:00:00+00:00", "ce-sequence": "42", "ce-previous": "40",
        "ce-correlationid": "00000000-0000-4000-8000-0000000000c0", "ce-causationid": f"{source}:41",
        "ce-effectivetime": "2026-03-02T12:00:00+00:00",
    }  # fmt: skip


def _text(schema: Schema) -> Schema:
    return {"type": "string", **schema}


def _object(properties: dict[str, Schema], description: str) -> Schema:
    return {"type": "object", "description": description, "required": list(properties), "properties": properties}
