"""What the code promises to the world, written down: the documents under docs/contracts."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.composition import SERVICES, blueprint_of
from services.contracts import asyncapi
from services.contracts.catalogue import MESSAGES
from services.kernel.doors import openapi

from .http_changes import ADVICE as HTTP_ADVICE
from .http_changes import broken_for_callers
from .message_changes import ADVICE as MESSAGE_ADVICE
from .message_changes import broken_for_readers
from .pages import messages_page, operations_page
from .promises import GOLDENS
from .refusals_page import refusals_page

Document = dict[str, Any]

FOLDER = Path(__file__).parents[2] / "docs" / "contracts"
ASYNCAPI, OPENAPI = "asyncapi.json", "openapi.json"
COMMAND = "make contracts"


@cache
def messages_document() -> Document:
    """Every message, as AsyncAPI; examples are the goldens."""
    examples = {name: _example(name) for name in MESSAGES if (GOLDENS / f"{name}.json").exists()}
    return asyncapi.document(list(MESSAGES.values()), examples, version("agora"))


@cache
def operations_document() -> Document:
    """Every operation of every service, as OpenAPI."""
    made = openapi.document([blueprint_of(name) for name in SERVICES], prefix=True)
    plain: Document = json.loads(json.dumps(made))
    return plain


def generated() -> dict[str, str]:
    """The name of every document, and its text as the code has it now."""
    blueprints = [blueprint_of(name) for name in SERVICES]
    return {
        ASYNCAPI: _text(messages_document()),
        OPENAPI: _text(operations_document()),
        "messages.md": messages_page(messages_document()),
        "operations.md": operations_page(operations_document(), blueprints),
        "refusals.md": refusals_page(SERVICES),
    }


def kept(name: str) -> Document:
    """A document as it was promised; an empty one when nothing was."""
    path = FOLDER / name
    document: Document = json.loads(path.read_text()) if path.exists() else {}
    return document


def broken_promises() -> list[str]:
    """Every way in which the code breaks what is kept, with what to do about it."""
    said, asked = kept(ASYNCAPI), kept(OPENAPI)
    messages = broken_for_readers(said, messages_document()) if said else []
    operations = broken_for_callers(asked, operations_document()) if asked else []
    return [*messages, *([MESSAGE_ADVICE] if messages else []), *operations, *([HTTP_ADVICE] if operations else [])]


def write() -> list[str]:
    """Write what has changed, and say what it was. Nothing may be broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    changed = [name for name, text in generated().items() if not _is_kept(name, text)]
    for name in changed:
        (FOLDER / name).write_text(generated()[name])
    return changed


def _is_kept(name: str, text: str) -> bool:
    return (FOLDER / name).exists() and (FOLDER / name).read_text() == text


def _example(name: str) -> Document:
    golden: Document = json.loads((GOLDENS / f"{name}.json").read_text())["data"]
    return golden


def _text(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
