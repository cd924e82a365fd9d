"""How an operation may say no, as its document declares it: what the door itself refuses, by status.

Each of these can happen to every operation that declares it; what else a service refuses has the same form
("default"), and a code of its own.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any

from marshmallow import fields

from ..refusals import Forbidden, KeyReused, Malformed, Missing, Refusal, Stale, TooLarge, TooMany, Unauthenticated
from .forms import BadJson
from .operation import Kind, Operation
from .problems import refused

MEDIA = "application/problem+json"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What is wrong, in the form of RFC 9457; what its sentence speaks of stands beside as members.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; branch on this.", "example": "mall.sold_out"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "errors": {"type": "object", "description": "For a form: what is wrong, by field."},
    },
}  # fmt: skip
_EXAMPLES: dict[str, Refusal] = {
    "400": BadJson(),
    "401": Unauthenticated(),
    "403": Forbidden(needs="an operator"),
    "404": Missing(),
    "409": KeyReused(),
    "412": Stale(known=3, version=4),
    "413": TooLarge(limit_bytes=1_000_000),
    "422": Malformed(errors={"quantity": ["Missing data for required field."]}),
    "429": TooMany(retry_after_seconds=12),
}
_WORDS = {
    "400": "What came cannot be read: the body, a header, or a position to wait for.",
    "409": "The thing is not in a state in which this can be done; or the Idempotency-Key was used otherwise.",
    "422": "A field does not have the form that is asked for; errors names each.",
}
_HEADERS = {
    "401": {"WWW-Authenticate": "Bearer."},
    "429": {"Retry-After": "Seconds until the next request is welcome."},
}


def responses() -> dict[str, dict[str, Any]]:
    """One response for each status that operations declare, and the one for whatever else is refused; by name."""
    said = {f"Refused{status}": _response(status, refusal) for status, refusal in _EXAMPLES.items()}
    return {**said, "Refused": _content("Refused; see code and detail.", None)}


def declared(operation: Operation) -> dict[str, Any]:
    """The refusals of an operation, by status, as references to ``responses``."""
    found = {status: {"$ref": f"#/components/responses/Refused{status}"} for status in sorted(_statuses(operation))}
    return {**found, "default": {"$ref": "#/components/responses/Refused"}}


def _statuses(operation: Operation) -> Iterator[str]:
    if operation.policy.signed_in or operation.policy.by_key:
        yield "401"
    if operation.policy.role is not None:
        yield "403"
    if operation.is_counted:
        yield "429"
    if operation.kind is Kind.RAW:
        return
    yield from ("400", "422")
    if operation.has_body:
        yield "413"
    if operation.kind is Kind.COMMAND:
        yield from ("409", "412")
    if any(isinstance(field, fields.UUID) for field in operation.path_schema._declared_fields.values()):
        yield "404"


def _response(status: str, refusal: Refusal) -> dict[str, Any]:
    words = _WORDS.get(status) or inspect.getdoc(type(refusal)) or ""
    made = _content(words, json.loads(bytes(refused(refusal).body)))
    headers = {
        name: {"required": True, "description": said, "schema": {"type": "string"}}
        for name, said in _HEADERS.get(status, {}).items()
    }
    return {**made, "headers": headers} if headers else made


def _content(description: str, example: Any) -> dict[str, Any]:
    problem: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": description, "content": {MEDIA: {**problem, "example": example} if example else problem}}
