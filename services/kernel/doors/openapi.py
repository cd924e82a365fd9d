"""The OpenAPI 3.1 document, made from the tables of operations."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from .operation import CommandAnswer, Kind, Nothing, Operation

if TYPE_CHECKING:
    from ..service import Service

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; branch on this.", "example": "mall.sold_out"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "errors": {"type": "object", "description": "For a form: what is wrong, by field."},
    },
}  # fmt: skip


def document(services: "Iterable[Service]", prefix: bool = False) -> dict[str, Any]:
    """One document for one service, or with ``prefix`` for all of them under one root."""
    listed = list(services)
    spec = APISpec(
        title="Agora" if prefix else f"Agora {listed[0].name}", version="1", openapi_version="3.1.0",
        info={"description": "The back end for community commerce."},
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
    )  # fmt: skip
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Problem", PROBLEM)
    for service in listed:
        for operation in service.operations:
            path = f"/{service.name}{operation.path}" if prefix else operation.path
            spec.path(path, operations={operation.method.lower(): _operation(service.name, operation)})
    made = spec.to_dict()
    if not prefix:
        made["servers"] = [{"url": f"/{listed[0].name}"}]
    return made


def _schema_name(schema: Any) -> Any:
    kind = schema if isinstance(schema, type) else type(schema)
    package = kind.__module__.split(".")
    owner = package[1] if package[0] == "services" and package[1] != "kernel" else "agora"
    return False if kind is Nothing else re.sub(r"\W", "", f"{owner}_{kind.__name__}")


def _operation(tag: str, operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": f"{tag}_{operation.name}", "tags": [tag], "summary": operation.summary,
        "description": f"For {operation.policy.who}.", "parameters": _parameters(operation),
        "responses": _responses(operation),
    }  # fmt: skip
    if operation.policy.signed_in:
        made["security"] = [{"bearer": []}]
    if operation.has_body and operation.takes is not Nothing:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": operation.takes}}}
    return made


def _parameters(operation: Operation) -> list[Any]:
    found: list[Any] = [{"in": "path", "schema": operation.path_schema}]
    if operation.kind is Kind.QUERY:
        if not operation.has_body:
            found.append({"in": "query", "schema": operation.takes})
        found.append(_text("query", "after", "Answer only when this position is in the view, such as mall:42."))
    if operation.kind is Kind.COMMAND:
        found.append(_text("header", "Idempotency-Key", "The same key and body give the same answer, done once."))
        found.append(_text("header", "If-Match", "Refuse with 412 unless the thing is still at this version."))
    return found


def _text(where: str, name: str, description: str) -> dict[str, Any]:
    return {"in": where, "name": name, "required": False, "description": description, "schema": {"type": "string"}}


def _responses(operation: Operation) -> dict[str, Any]:
    is_bare = operation.kind is Kind.RAW and operation.gives is CommandAnswer
    answer = {"description": "Done."} if is_bare else _content("application/json", operation.gives)
    found: dict[str, Any] = {str(operation.status): answer}
    refusal = _content(
        "application/problem+json", {"$ref": "#/components/schemas/Problem"}, "Refused; see code and detail."
    )
    return {**found, "default": refusal}


def _content(media: str, schema: Any, description: str = "Done.") -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": schema}}}
