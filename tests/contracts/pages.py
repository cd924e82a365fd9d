"""The pages that people read beside the documents: every message and every operation, as tables."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from services.kernel.blueprint import Blueprint
from services.kernel.doors.operation import HTTP, RPC

Document = dict[str, Any]

MESSAGES_ABOUT = """\
# Messages

What the services say, to one another and to every reader. [consuming.md](../consuming.md) says how to hear it and what
is promised; [asyncapi.json](asyncapi.json) is the same for programs. Made from `services/contracts` by
`make contracts`.

A message goes to the topic exchange `SERVICE.events` under its name. `subject` is what it is about: messages of one
subject come in their order. Fields may be added; pass over what you do not know. Amounts are whole minor units
(1999 EUR are 19.99), times are in ISO 8601 with their offset, ids are UUIDs.
"""
OPERATIONS_ABOUT = """\
# Operations

What can be asked of the services, over HTTP and as RPC of nameko. [openapi.json](openapi.json) is the same for
programs, with every field; a running Agora has a page to try them at `/try`. Made from the tables of operations by
`make contracts`.

A command takes an `Idempotency-Key` and answers with a `position`; a question with `?after=` that position is answered
once it is in. What can be refused, and how: [refusals.md](refusals.md).
"""


def messages_page(document: Document) -> str:
    """Every message with its fields, from the AsyncAPI document."""
    said = [message for message in document["components"]["messages"].values() if "x-subject" in message]
    parts = [MESSAGES_ABOUT, "| Message | When it is said | Subject | Fields |", "| --- | --- | --- | --- |"]
    parts += [_overview(message) for message in said]
    for service in dict.fromkeys(message["tags"][0]["name"] for message in said):
        parts.append(f"\n## {service}")
        for message in said:
            parts += _message(message) if message["tags"][0]["name"] == service else ()
    return "\n".join(parts) + "\n"


def _overview(message: Document) -> str:
    names = ", ".join(f"`{name}`" for name in message["payload"]["properties"] if name != message["x-subject"])
    link = message["name"].replace(".", "")
    return f"| [`{message['name']}`](#{link}) | {message['summary']} | `{message['x-subject']}` | {names} |"


def _message(message: Document) -> Iterator[str]:
    yield f"\n### {message['name']}\n\n{message['summary']}\n"
    if "description" in message:
        yield f"{message['description']}\n"
    yield from ("| Field | Type | |", "| --- | --- | --- |")
    needed = message["payload"]["required"]
    hidden = {*message["x-people"], *message["x-own-words"], *message["x-made-from-people"]}
    for name, schema in message["payload"]["properties"].items():
        notes = [schema.get("description", "")]
        notes += [] if name in needed else ["May be missing in a message from before."]
        notes += ["Partners read a pseudonym."] if name in hidden else []
        yield f"| `{name}` | {_type(schema)} | {' '.join(notes)} |"
    for example in message.get("examples", []):
        yield f"\n```json\n{json.dumps(example['payload'], indent=2, ensure_ascii=False)}\n```"


def _type(schema: Document) -> str:
    """A type in words: "uuid", "integer, minor units", "list of objects", "threshold or null"."""
    if "oneOf" in schema:
        return " or ".join(_type(part) for part in schema["oneOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].lower()
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    told = [_kind(kind, schema) for kind in kinds]
    return " or ".join(told)


def _kind(kind: str, schema: Document) -> str:
    if kind == "array":
        inner = schema["items"]
        fields = ", ".join(f"`{name}`" for name in inner.get("properties", {}))
        return f"list of {{{fields}}}" if fields else f"list of {_type(inner)}"
    form = {"uuid": "uuid", "date-time": "time", "minor-units": "integer, minor units"}.get(schema.get("format", ""))
    return form if form and kind != "null" else kind


def operations_page(document: Document, blueprints: Iterable[Blueprint]) -> str:
    """Every operation of every service: how it is asked for, who may, what it does."""
    parts = [OPERATIONS_ABOUT]
    about = {tag["name"]: tag["description"] for tag in document["tags"]}
    for blueprint in blueprints:
        parts.append(f"\n## {blueprint.name}\n\n{about[blueprint.name]}\n")
        parts += ["| Operation | As RPC | For | What it does |", "| --- | --- | --- | --- |"]
        for operation in blueprint.operations:
            path = f"/{blueprint.name}{operation.path}"
            http = f"{operation.method} `{path}`" if HTTP in operation.doors else "RPC alone"
            rpc = f"`{blueprint.name}.{operation.name}`" if RPC in operation.doors else "HTTP alone"
            parts.append(f"| {http} | {rpc} | {operation.policy.who} | {operation.summary} |")
    return "\n".join(parts) + "\n"
