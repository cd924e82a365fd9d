"""One append on SQLite: everything of some entries, in one transaction that the caller begins and ends."""

import sqlite3
from collections.abc import Sequence

from eventsourcing.persistence import Tracking

from . import sqlite_messages
from .chain import next_link
from .clashes import CommandKnown, PositionSeen, SideTaken, VersionConflict
from .recorder import DueRow, Entry, SideRow
from .sqlite_schema import as_uuid, microseconds


def store(writer: sqlite3.Connection, entries: Sequence[Entry]) -> list[int]:
    """Store everything in order; returns the position each entry has reached. The caller commits or rolls back."""
    position, link = writer.execute("SELECT position, link FROM head").fetchone()
    facts, commands, positions = [], [], []
    for entry in entries:
        for fact in entry.facts:
            position += 1
            originator_id = as_uuid(fact.originator_id)
            version, topic, state = fact.originator_version, fact.topic, bytes(fact.state)
            link = next_link(link, position, originator_id, version, topic, state)
            facts.append((position, originator_id.bytes, version, topic, state, link))
        positions.append(position)
        if row := entry.command:
            commands.append((row.command_id.bytes, row.digest, row.answer, position))
    _insert_facts(writer, facts)
    _refuse_outdated(writer, entries, {row[1] for row in facts})
    _insert_commands(writer, commands)
    for entry in entries:
        _store_sides(writer, entry.sides)
        _store_due(writer, entry.due)
        _store_tracking(writer, entry.tracking)
        sqlite_messages.keep(writer, entry.kept)
        sqlite_messages.release(writer, entry.released)
        sqlite_messages.park(writer, entry.parked)
    if facts:
        writer.execute("UPDATE head SET position = ?, link = ?", (position, link))
    return positions


def _insert_facts(writer: sqlite3.Connection, facts: list[tuple[int, bytes, int, str, bytes, bytes]]) -> None:
    _refuse_holes(writer, facts)
    try:
        writer.executemany("INSERT INTO facts VALUES (?,?,?,?,?,?)", facts)
    except sqlite3.IntegrityError as clash:
        raise VersionConflict(str(clash)) from clash


def _refuse_holes(writer: sqlite3.Connection, facts: list[tuple[int, bytes, int, str, bytes, bytes]]) -> None:
    """The unique key does not notice a version whose predecessor was never stored: a state that never was."""
    latest: dict[bytes, int] = {}
    for _, originator_id, version, *_rest in facts:
        before = latest.get(originator_id)
        if before is None:
            before = version_of(writer, originator_id)
        if version > before + 1:
            raise VersionConflict(f"version {version} does not follow {before}")
        latest[originator_id] = version


def _refuse_outdated(writer: sqlite3.Connection, entries: Sequence[Entry], changed: set[bytes]) -> None:
    """What a decision read must still be as it was; what this call changes itself was decided in its order."""
    reads = {one.bytes: version for entry in entries for one, version in entry.reads.items()}
    for originator_id, version in reads.items():
        if originator_id not in changed and version_of(writer, originator_id) != version:
            raise VersionConflict(f"version {version} was read, and is not the latest")


def _insert_commands(writer: sqlite3.Connection, commands: list[tuple[bytes, bytes, str, int]]) -> None:
    try:
        writer.executemany("INSERT INTO commands VALUES (?,?,?,?)", commands)
    except sqlite3.IntegrityError as clash:
        raise CommandKnown(str(clash)) from clash


def _store_sides(writer: sqlite3.Connection, sides: list[SideRow]) -> None:
    for side in sides:
        if side.value is None:
            writer.execute("DELETE FROM sides WHERE kind = ? AND key = ?", (side.kind, side.key))
            continue
        how = "INSERT" if side.unique else "INSERT OR REPLACE"
        try:
            writer.execute(f"{how} INTO sides VALUES (?,?,?)", (side.kind, side.key, side.value))
        except sqlite3.IntegrityError as clash:
            raise SideTaken(side.kind, side.key) from clash


def _store_due(writer: sqlite3.Connection, due: list[DueRow]) -> None:
    for row in due:
        if row.due_at is None:
            writer.execute(
                "DELETE FROM due WHERE kind = ? AND subject = ? AND due_at = coalesce(?, due_at)",
                (row.kind, row.subject, microseconds(row.was_due_at)),
            )
        else:
            at = microseconds(row.due_at)
            writer.execute("INSERT OR REPLACE INTO due VALUES (?,?,?,?,0)", (row.kind, row.subject, at, at))


def _store_tracking(writer: sqlite3.Connection, tracking: list[Tracking]) -> None:
    for row in tracking:
        moved = writer.execute(
            "INSERT INTO tracking VALUES (?1, ?2) ON CONFLICT (reader) DO UPDATE SET position = ?2 WHERE position < ?2",
            (row.application_name, row.notification_id),
        )
        if moved.rowcount == 0:
            raise PositionSeen(f"{row.application_name} has seen {row.notification_id}")


def version_of(connection: sqlite3.Connection, originator_id: bytes) -> int:
    """The latest stored version of an aggregate; 0 when there is none."""
    found = connection.execute("SELECT max(originator_version) FROM facts WHERE originator_id = ?", (originator_id,))
    return int(found.fetchone()[0] or 0)
