"""A kept message as one partner is told it: a CloudEvent with the fields that were promised, and nobody's id in it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from services.contracts.catalogue import MESSAGES
from services.contracts.envelope import SPEC_VERSION
from services.contracts.meanings import NESTED
from services.contracts.message import MADE_FROM_PEOPLE, Message
from services.kernel.flow.words import opened
from services.kernel.store.keys import KeyStore
from services.kernel.store.recorder import KeptRow

from .pseudonyms import Pseudonyms

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """What is told of a message: its own fields in order, those with lists of objects with the fields of these."""

    message: type[Message]
    names: tuple[str, ...]
    inside: dict[str, tuple[str, ...]]
    nothing: dict[str, str | None]
    """What stands in the place of what is personal once it is gone: null where that may be, else an empty text."""


def told(row: KeptRow, pseudonyms: Pseudonyms, keys: KeyStore) -> Event:
    """The event of a row of a known type. What a newer version says beside is left out: nobody has looked at it.

    What is gone with the key of its person is told as nothing.
    """
    kept = opened(row.message.envelope, keys)
    form = _form(row.message.type)
    return {
        "specversion": SPEC_VERSION,
        "id": kept["id"],
        "source": kept["source"],
        "type": kept["type"],
        "subject": _value(form, form.message.SUBJECT, kept["subject"], pseudonyms),
        "time": kept["time"],
        "datacontenttype": kept["datacontenttype"],
        "sequence": kept["sequence"],
        "effectivetime": kept["effectivetime"],
        "correlationid": pseudonyms.command(kept["correlationid"]),
        "causationid": pseudonyms.command(kept["causationid"]),
        "journal": str(row.position),
        "data": _data(form, kept, pseudonyms),
    }


def _data(form: _Form, kept: Event, pseudonyms: Pseudonyms) -> dict[str, Any]:
    """Whatever came is told in the form that was promised; what does not fit it is nobody's to see."""
    data: dict[str, Any] = form.nothing | kept["data"]
    found: dict[str, Any] = {}
    for name in (name for name in form.names if name in data):
        value = data[name]
        if name in form.message.OWN_WORDS and value:
            found[name] = pseudonyms.words(kept["subject"], str(value))
        elif name in form.inside:
            found[name] = [_entry(form, name, entry, pseudonyms) for entry in _objects(value)]
        else:
            found[name] = _value(form, name, value, pseudonyms)
    return found


def _entry(form: _Form, outer: str, entry: Event, pseudonyms: Pseudonyms) -> dict[str, Any]:
    inner = (name for name in form.inside[outer] if name in entry)
    return {name: _value(form, f"{outer}.{name}", entry[name], pseudonyms) for name in inner}


def _value(form: _Form, name: str, value: Any, pseudonyms: Pseudonyms) -> Any:
    if value is None:
        return None
    if name in form.message.PEOPLE:
        return pseudonyms.person(str(value))
    return pseudonyms.thing(str(value)) if name.rpartition(".")[2] in MADE_FROM_PEOPLE else value


def _objects(value: Any) -> list[Event]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


@cache
def _form(type_name: str) -> _Form:
    message = MESSAGES[type_name]
    hints = get_type_hints(message)
    names = tuple(field.name for field in fields(message))
    lists = [name for name in names if any(map(_is_list_of_objects, _kinds(hints[name])))]
    nothing = {name: None if NoneType in _kinds(hints[name]) else "" for name in message.PERSONAL}
    return _Form(message, names, {name: tuple(NESTED[name]["properties"]) for name in lists}, nothing)


def _kinds(hint: Any) -> Iterable[Any]:
    return (hint, *get_args(hint))


def _is_list_of_objects(kind: Any) -> bool:
    return get_origin(kind) is list and get_origin(get_args(kind)[0]) is dict
