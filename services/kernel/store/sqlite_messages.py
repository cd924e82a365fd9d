"""What a store on SQLite holds of other logs: kept messages, and parked ones."""

import sqlite3
from collections.abc import Collection, Sequence

from .chain import GENESIS, kept_link
from .clashes import NotParked
from .recorder import KeptMessage, KeptRow, ParkedRow
from .sqlite_schema import microseconds, moment

_PARKED = "SELECT name, source, position, subject, type, stage, cause, parked_at, envelope FROM parked"


def keep(writer: sqlite3.Connection, messages: Sequence[KeptMessage]) -> None:
    """Number, link and store messages, in the transaction of whoever writes."""
    if not messages:
        return
    position, link = kept_head(writer)
    for one in messages:
        position += 1
        link = kept_link(link, f"{one.source}:{one.source_position}")
        writer.execute(
            "INSERT INTO kept VALUES (?,?,?,?,?,?)",
            (position, one.source, one.source_position, one.type, one.envelope, link),
        )


def kept(reader: sqlite3.Connection, after: int, limit: int) -> list[KeptRow]:
    """See Recorder.kept."""
    found = reader.execute(
        "SELECT position, source, source_position, type, envelope, link FROM kept"
        " WHERE position > ? ORDER BY position LIMIT ?",
        (after, limit),
    )
    return [KeptRow(position, KeptMessage(*message), link) for position, *message, link in found]


def kept_head(reader: sqlite3.Connection) -> tuple[int, bytes]:
    """See Recorder.kept_head."""
    row = reader.execute("SELECT position, link FROM kept ORDER BY position DESC LIMIT 1").fetchone()
    return (row[0], bytes(row[1])) if row else (0, GENESIS)


def kept_count(reader: sqlite3.Connection, types: Collection[str], through: int) -> int:
    """See Recorder.kept_count."""
    marks = ",".join("?" * len(types))
    found = reader.execute(
        f"SELECT count(*) FROM kept WHERE type IN ({marks}) AND position <= ?",
        (*types, through),
    )
    return int(found.fetchone()[0])


def park(writer: sqlite3.Connection, rows: Sequence[ParkedRow]) -> None:
    """Park messages, in the transaction of whoever writes; one that is parked already stays as it is."""
    for row in rows:
        writer.execute(
            "INSERT OR IGNORE INTO parked VALUES (?,?,?,?,?,?,?,?,?)",
            (
                row.name, row.source, row.position, row.subject, row.type, row.stage, row.cause,
                microseconds(row.parked_at), row.envelope,
            ),
        )  # fmt: skip


def release(writer: sqlite3.Connection, names: Sequence[str]) -> None:
    """Take parked messages away. Raises NotParked."""
    for name in names:
        if writer.execute("DELETE FROM parked WHERE name = ?", (name,)).rowcount == 0:
            raise NotParked(f"{name} is not parked")


def parked(reader: sqlite3.Connection, limit: int, offset: int) -> list[ParkedRow]:
    """See Recorder.parked."""
    return _rows(reader, "ORDER BY source, position, name LIMIT ? OFFSET ?", limit, offset)


def parked_one(reader: sqlite3.Connection, name: str) -> ParkedRow | None:
    """See Recorder.parked_one."""
    return next(iter(_rows(reader, "WHERE name = ?", name)), None)


def parked_of(reader: sqlite3.Connection, source: str, subject: str, limit: int) -> list[ParkedRow]:
    """See Recorder.parked_of."""
    return _rows(reader, "WHERE source = ? AND subject = ? ORDER BY position, name LIMIT ?", source, subject, limit)


def parked_count(reader: sqlite3.Connection) -> int:
    """See Recorder.parked_count."""
    return int(reader.execute("SELECT count(*) FROM parked").fetchone()[0])


def poison_count(reader: sqlite3.Connection, stage: str) -> int:
    """See Recorder.poison_count."""
    counted = reader.execute("SELECT count(*) FROM parked WHERE stage = ? AND subject = ''", (stage,))
    return int(counted.fetchone()[0])


def parked_subjects(reader: sqlite3.Connection) -> set[tuple[str, str]]:
    """See Recorder.parked_subjects."""
    return set(reader.execute("SELECT DISTINCT source, subject FROM parked WHERE subject <> ''"))


def _rows(reader: sqlite3.Connection, which: str, *given: object) -> list[ParkedRow]:
    found = reader.execute(f"{_PARKED} {which}", given)
    return [
        ParkedRow(
            name=name, source=source, position=position, subject=subject, type=kind, stage=stage, cause=cause,
            parked_at=moment(parked_at), envelope=bytes(envelope),
        )
        for name, source, position, subject, kind, stage, cause, parked_at, envelope in found
    ]  # fmt: skip
