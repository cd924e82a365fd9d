"""The OpenAPI 3.1 document, made from the tables of operations."""

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any, Protocol

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from .declared import PROBLEM, declared, responses
from .operation import HTTP, CommandAnswer, Kind, Nothing, Operation
from .samples import sample_of
from .waiting import MOST_WAIT_SECONDS

ABOUT = """\
The back end for community commerce. A command answers with its `position`; a question with `?after=` that position is
answered once it is in. Sign in at `/identity/sessions`, and send the token as a bearer. Every error is a problem
document (RFC 9457) whose `code` is stable. The messages that services say are described in AsyncAPI.
"""
WAIT = {"type": "integer", "minimum": 0, "maximum": MOST_WAIT_SECONDS, "default": 0}
VERSION_SEEN = "Of a thing that has versions: send it as If-Match."


class Tabled(Protocol):
    """A service, or the blueprint of one: its name and its table."""

    @property
    def name(self) -> str:
        """The first part of its paths."""
        ...

    @property
    def operations(self) -> Sequence[Operation]:
        """Its table."""
        ...


def document(services: Iterable[Tabled], prefix: bool = False) -> dict[str, Any]:
    """One document for one service, or with ``prefix`` for all of them under one root."""
    listed = list(services)
    spec = APISpec(
        title="Agora" if prefix else f"Agora {listed[0].name}", version=version("agora"), openapi_version="3.1.0",
        info={"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
    )  # fmt: skip
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer", "description": "A partner's API key."})
    spec.components.schema("Problem", PROBLEM)
    for name, response in responses().items():
        spec.components.response(name, response)
    for service in listed:
        spec.tag({"name": service.name, "description": _purpose(service)})
        for operation in (each for each in service.operations if HTTP in each.doors):
            path = f"/{service.name}{operation.path}" if prefix else operation.path
            spec.path(path, operations={operation.method.lower(): _operation(service.name, operation)})
    made = spec.to_dict()
    if not prefix:
        made["servers"] = [{"url": f"/{listed[0].name}"}]
    return made


def _purpose(service: Tabled) -> str:
    """What the package of the service says of itself."""
    package = ".".join(service.operations[0].does.__module__.split(".")[:2])
    return inspect.getdoc(sys.modules[package]) or ""


def _schema_name(schema: Any) -> Any:
    kind = schema if isinstance(schema, type) else type(schema)
    package = kind.__module__.split(".")
    owner = package[1] if package[0] == "services" and package[1] != "kernel" else "agora"
    return False if kind is Nothing else re.sub(r"\W", "", f"{owner}_{kind.__name__}")


def _operation(tag: str, operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": f"{tag}_{operation.name}", "tags": [tag], "summary": operation.summary,
        "description": f"For {operation.policy.who}.", "parameters": _parameters(operation),
        "responses": {str(operation.status): _answer(operation), **declared(operation)},
    }  # fmt: skip
    if operation.policy.signed_in or operation.policy.by_key:
        made["security"] = [{"key" if operation.policy.by_key else "bearer": []}]
    if operation.has_body and operation.takes is not Nothing:
        body = {"schema": operation.takes, "example": sample_of(operation.takes)}
        made["requestBody"] = {"required": True, "content": {"application/json": body}}
    return made


def _parameters(operation: Operation) -> list[Any]:
    found: list[Any] = [{"in": "path", "schema": operation.path_schema}]
    if operation.kind is not Kind.COMMAND and not operation.has_body:
        found.append({"in": "query", "schema": operation.takes})
    if operation.kind is Kind.QUERY:
        found.append(_text("query", "after", "Answer only when this position is in the view, such as mall:42."))
    if operation.has_ended is not None:
        told = "Seconds to wait until it has ended; answered sooner when it has."
        found.append(_text("query", "wait", told) | {"schema": WAIT})
    if operation.kind is Kind.COMMAND:
        found.append(_text("header", "Idempotency-Key", "The same key and body give the same answer, done once."))
        found.append(_text("header", "If-Match", "Refuse with 412 unless the thing is still at this version."))
        found.append(_text("header", "Correlation-Id", "A UUID that all that follows from this will carry."))
    return found


def _text(where: str, name: str, description: str) -> dict[str, Any]:
    return {"in": where, "name": name, "required": False, "description": description, "schema": {"type": "string"}}


def _answer(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {"description": "Done." if operation.kind is Kind.COMMAND else "Found."}
    headers = {"ETag": VERSION_SEEN} if operation.kind is Kind.QUERY else operation.headers
    if headers:
        made["headers"] = {name: {"description": said, "schema": {"type": "string"}} for name, said in headers.items()}
    if operation.kind is Kind.RAW and operation.gives is CommandAnswer:
        return made
    gives: Any = {"type": "array", "items": operation.gives} if operation.many else operation.gives
    return {**made, "content": {operation.media: {"schema": gives}}}
