"""What was promised to readers of a message: its golden, and how a class can break it.

A golden is ``goldens/<public type>.json``: ``{"fields": {name: type}, "data": {...an example...}}``.
It is written once, when the message is published, and never edited; an optional field may be added.
"""

import inspect
import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

from services.contracts.message import Message, UnreadableMessage

GOLDENS = Path(__file__).parent / "goldens"


def golden_of(message: type[Message]) -> dict[str, Any]:
    """The golden of a message as stored."""
    golden: dict[str, Any] = json.loads((GOLDENS / f"{message.type_name()}.json").read_text())
    return golden


def types_of(message: type[Message]) -> dict[str, str]:
    """The type of each field of a message, as text."""
    hints = get_type_hints(message)
    return {field.name: inspect.formatannotation(hints[field.name]) for field in fields(message)}


def broken_promises(message: type[Message], golden: dict[str, Any]) -> list[str]:
    """Each way in which the class no longer keeps its golden."""
    types, promised = types_of(message), golden["fields"]
    lost = [f"{name} is gone" for name in promised if name not in types]
    changed = [
        f"{name} was {promised[name]}, is {types[name]}"
        for name in promised
        if types.get(name, promised[name]) != promised[name]
    ]
    needed = [
        f"{field.name} is new and has no default"
        for field in fields(message)
        if field.name not in promised and field.default is field.default_factory is MISSING
    ]
    return lost + changed + needed + ([] if lost or needed else _unread(message, golden["data"]))


def _unread(message: type[Message], data: dict[str, Any]) -> list[str]:
    try:
        told = message.from_data(data).to_data()
    except UnreadableMessage as wrong:
        return [str(wrong)]
    return [
        f"{name} was told as {data[name]!r}, is {told.get(name)!r}" for name in data if told.get(name) != data[name]
    ]
