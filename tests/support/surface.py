"""The whole surface as tests see it: every operation of every service, and of each an example that is accepted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any
from uuid import UUID

import httpx
from marshmallow import Schema

from services.composition import SERVICES
from services.kernel.doors.operation import Operation
from tests.support.everybody import Everybody


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of one service, named as ``mall.open_checkout``."""

    service: str
    operation: Operation

    @property
    def name(self) -> str:
        """Unique over all services."""
        return f"{self.service}.{self.operation.name}"

    @property
    def fields(self) -> dict[str, Any]:
        """What it takes beside the ids in its path, by name."""
        return fields_of(self.operation.takes)


def fields_of(schema: type[Schema]) -> dict[str, Any]:
    """The fields of a form, by the name under which they are sent."""
    return {kind.data_key or name: kind for name, kind in schema._declared_fields.items()}


def rows() -> list[Row]:
    """Every operation there is."""
    tables = {name: import_module(f"services.{name}.operations").operations for name in SERVICES}
    return [Row(service, operation) for service, table in tables.items() for operation in table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that will be accepted from ``by``.

    ``other_body`` is the body of another request (for one key used twice); ``other`` is somebody else
    whom the thing concerns. ``content`` and ``headers`` are for what is no JSON of ours.
    """

    by: UUID | None
    path: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    other_body: Mapping[str, Any] | None = None
    other: UUID | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Example = Callable[[Everybody, UUID], Call]
"""Makes all that the request needs. Who is handed in may be taken as the one who asks, where anybody may."""


def examples() -> dict[str, Example]:
    """The example of each operation, by its name."""
    found: dict[str, Example] = {}
    for service in SERVICES:
        table = import_module(f"tests.support.surface_{service}").EXAMPLES
        found.update({f"{service}.{name}": example for name, example in table.items()})
    return found


def send(everybody: Everybody, row: Row, call: Call, **more: Any) -> httpx.Response:
    """Make the request of an example; ``more`` goes to the client in place of what the example has."""
    path = f"/{row.service}{row.operation.path.format_map(call.path)}"
    headers = {**call.headers, **more.pop("headers", {})}
    if not {"content", "json", "params"} & set(more):
        more.update(_sent(row, call))
    by = None if "token" in more else more.pop("by", call.by)
    return everybody.ask(row.operation.method, path, by, headers=headers, **more)


def with_body(row: Row, body: Mapping[str, Any]) -> dict[str, Any]:
    """How the client sends these fields: as JSON, or in the URL."""
    return {"json": dict(body)} if row.operation.has_body else {"params": dict(body)}


def elsewhere(call: Call, name: str, value: object) -> Call:
    """The same request with something else in one place of its path."""
    return replace(call, path={**call.path, name: value})


def _sent(row: Row, call: Call) -> dict[str, Any]:
    return {"content": call.content} if call.content is not None else with_body(row, call.body)
