"""One append as arguments of the function that stores it, and its refusals as ours."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg

from ..clashes import CommandKnown, NotParked, PositionSeen, SideTaken, VersionConflict
from ..recorder import Entry, ParkedRow, SideRow
from ..sqlite_schema import as_uuid, microseconds
from .arrays import Array, Bigints, Blobs, Booleans, Texts, Uuids
from .texts import stored

_KINDS: tuple[type[Array], ...] = (
    Uuids, Bigints, Texts, Blobs, Bigints,
    Uuids, Bigints,
    Uuids, Blobs, Texts, Bigints,
    Texts, Texts, Blobs, Booleans,
    Texts, Texts, Bigints, Bigints,
    Texts, Bigints,
    Texts, Bigints, Texts, Blobs,
    Texts, Texts, Bigints, Texts, Texts, Texts, Texts, Bigints, Blobs,
)  # fmt: skip
"""The parameters of facts.append: facts, reads, commands, sides, due, tracking, kept, parked."""
APPEND = f"SELECT facts.append({', '.join(['%s'] * len(_KINDS))})"
SOON = ", set_config('synchronous_commit', 'off', true)"
"""What follows a statement that does not wait for the disk: for what is found again when the server loses its power
within the second after it, such as how far a reader has come that did nothing but read."""


def statement_for(entries: Sequence[Entry]) -> str:
    """APPEND, which waits for the disk unless all that is stored is how far readers have come."""
    effects = ((one.facts, one.command, one.sides, one.due, one.kept, one.parked, one.released) for one in entries)
    return APPEND if any(any(told) for told in effects) else APPEND + SOON


def arguments(entries: Sequence[Entry]) -> list[Array]:
    """What goes into APPEND, in its order."""
    facts = [fact for entry in entries for fact in entry.facts]
    ids = [as_uuid(fact.originator_id) for fact in facts]
    columns: list[Sequence[Any]] = [
        ids,
        [fact.originator_version for fact in facts],
        [fact.topic for fact in facts],
        [fact.state for fact in facts],
        _counted(entries),
        *_columns(2, _reads(entries, set(ids))),
        *_columns(4, _commands(entries)),
        *_columns(4, ((stored(one.kind), stored(one.key), one.value, one.unique) for one in _sides(entries))),
        *_columns(4, _due(entries)),
        *_columns(2, ((one.application_name, one.notification_id) for entry in entries for one in entry.tracking)),
        *_columns(4, _kept(entries)),
        *_columns(9, (row for entry in entries for row in _parked(entry))),
    ]
    return [kind(column) for kind, column in zip(_KINDS, columns, strict=True)]


def clash_of(failure: psycopg.Error, entries: Sequence[Entry]) -> Exception:
    """The refusal that an error of APPEND stands for; the error itself when it is none."""
    told = failure.diag
    match failure.sqlstate, told.constraint_name:
        case ("AG001" | "AG002", _) | ("23505", "facts_version"):
            return VersionConflict(told.message_primary)
        case "23505", "command_known":
            return CommandKnown(told.message_primary)
        case ("AG003", _) | ("23505", "kept_source"):
            return PositionSeen(told.message_primary)
        case "AG004", _:
            taken = _sides(entries)[int(told.message_detail or 0) - 1]
            return SideTaken(taken.kind, taken.key)
        case "AG005", _:
            return NotParked(told.message_primary)
    return failure


def _columns(width: int, rows: Iterable[tuple[Any, ...]]) -> list[Sequence[Any]]:
    """Rows turned on their side; as many empty columns when there are none."""
    return list(zip(*rows, strict=True)) or [()] * width


def _counted(entries: Sequence[Entry]) -> list[int]:
    """How many facts there are up to the end of each entry."""
    counts, total = [], 0
    for entry in entries:
        total += len(entry.facts)
        counts.append(total)
    return counts


def _reads(entries: Sequence[Entry], changed: set[UUID]) -> list[tuple[UUID, int]]:
    """What must still be as it was read. What this call changes itself was decided in its order."""
    return [(one, version) for entry in entries for one, version in entry.reads.items() if one not in changed]


def _commands(entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [
        (entry.command.command_id, entry.command.digest, entry.command.answer, number)
        for number, entry in enumerate(entries, start=1)
        if entry.command is not None
    ]


def _sides(entries: Sequence[Entry]) -> list[SideRow]:
    return [side for entry in entries for side in entry.sides]


def _due(entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [
        (stored(row.kind), stored(row.subject), microseconds(row.due_at), microseconds(row.was_due_at))
        for entry in entries
        for row in entry.due
    ]


def _kept(entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [
        (one.source, one.source_position, stored(one.type), one.envelope) for entry in entries for one in entry.kept
    ]


def _parked(entry: Entry) -> Iterable[tuple[Any, ...]]:
    """Names to be released, which have no stage, then rows to be parked."""
    yield from ((stored(name), *[None] * 8) for name in entry.released)
    yield from map(_as_stored, entry.parked)


def _as_stored(row: ParkedRow) -> tuple[Any, ...]:
    texts = map(stored, (row.subject, row.type, row.stage, row.cause))
    at = microseconds(row.parked_at)
    return (stored(row.name), stored(row.source), row.position, *texts, at, row.envelope)
