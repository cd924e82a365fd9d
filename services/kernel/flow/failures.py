"""Which failures are the message's, and which only say that now is not the time; and what is told of them.

A version conflict, a lost connection, a full disk, a database that is being moved: they say nothing about the
message that was being handled, so they never count against it. Whoever meets one tries again later, for ever.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from traceback import extract_tb

from eventsourcing.persistence import InterfaceError, OperationalError
from sqlalchemy import exc

from services.contracts.message import UnreadableMessage

from ..refusals import Refusal, Unready
from ..store.clashes import CommandKnown, PositionSeen, VersionConflict
from ..store.commit import DecideAgain
from ..store.unit import DecisionGaveUp

MOST_CHARACTERS = 500
_OURS = frozenset({"services", "tests"})
_NOT_NOW = (
    OperationalError, InterfaceError, VersionConflict, CommandKnown, PositionSeen, DecideAgain, DecisionGaveUp, Unready,
    exc.OperationalError, exc.InterfaceError, exc.TimeoutError, sqlite3.OperationalError,
    ConnectionError, TimeoutError, MemoryError,
)  # fmt: skip
_NOT_NOW_CLASSES = frozenset({"08", "40", "53", "57", "58"})
"""Classes of SQLSTATE: connection, rollback to be repeated, no room, somebody ended it, the system below."""
_NOT_NOW_STATES = frozenset({"25006", "42501", "42P01", "3F000"})
"""A database that only reads at present, rights or tables that are not there yet: another state of the same world."""


class UnknownVersion(UnreadableMessage):
    """Another version of its type is known here."""


class SpokenForAnother(UnreadableMessage):
    """It is in the log of a service that has no such thing to say."""


def is_passing(failure: BaseException) -> bool:
    """Whether the failure is of the surroundings and passes by itself, so that it says nothing about the message."""
    return any(_is_passing(one) for one in _with_causes(failure))


def _is_passing(failure: BaseException) -> bool:
    if isinstance(failure, _NOT_NOW):
        return True
    if isinstance(failure, exc.DBAPIError) and failure.connection_invalidated:
        return True
    state = str(getattr(failure, "sqlstate", None) or "")
    return state[:2] in _NOT_NOW_CLASSES or state in _NOT_NOW_STATES or _is_lost_server(failure)


def _is_lost_server(failure: BaseException) -> bool:
    """PostgreSQL's driver, by name: who has no PostgreSQL loads no driver for it."""
    names = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(failure).__mro__}
    return not names.isdisjoint({"psycopg.OperationalError", "psycopg.InterfaceError"})


def _with_causes(failure: BaseException) -> Iterator[BaseException]:
    """The failure and what it wraps."""
    one: BaseException | None = failure
    for _ in range(10):
        if one is None:
            return
        yield one
        one = getattr(one, "orig", None) or one.__cause__


def cause_of(failure: BaseException) -> str:
    """What went wrong, for people: nothing of the message's content, nothing personal."""
    if isinstance(failure, Refusal):
        return f"{failure.code}: {failure.detail}"[:MOST_CHARACTERS]
    if isinstance(failure, UnknownVersion):
        return f"{_name(failure.type)} is of a version that is not known here."
    if isinstance(failure, SpokenForAnother):
        return f"{_name(failure.type)} is another service's to say, and not that of the log it is in."
    if isinstance(failure, UnreadableMessage):
        fields = sorted(map(str, failure.problems)) if isinstance(failure.problems, dict) else []
        return f"{_name(failure.type)} does not have the form that it promises{_wrong(fields)}."[:MOST_CHARACTERS]
    return f"{type(failure).__module__}.{type(failure).__qualname__}{_where(failure)}"[:MOST_CHARACTERS]


def _name(type_name: str) -> str:
    """A type as ours are spelled; whatever else came from outside is not repeated."""
    return type_name if re.fullmatch(r"agora[a-z0-9_.]{1,150}", type_name) else "It"


def _wrong(fields: list[str]) -> str:
    """The names of fields are ours; anything else came from outside and is left out."""
    named = [field for field in fields if field.isidentifier()]
    return f": {', '.join(named)}" if named else ""


def _where(failure: BaseException) -> str:
    """The innermost line of our own code. The text of an exception may hold what the message held: it is left out."""
    for frame in reversed(extract_tb(failure.__traceback__)):
        parts = Path(frame.filename).with_suffix("").parts
        if found := next((at for at, part in enumerate(parts) if part in _OURS and "site-packages" not in parts), None):
            return f" in {'.'.join(parts[found:])}.{frame.name}, line {frame.lineno}"
    return ""
