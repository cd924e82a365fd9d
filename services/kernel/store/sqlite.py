"""The recorder on SQLite: one file, one writer at a time, a reading connection for each thread.

Durable as SQLite is by default: write-ahead log, synchronous=FULL, so that what was answered is on disk.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import Notification, OperationalError, StoredEvent, Tracking

from .chain import GENESIS, BrokenChain, Row, next_link, read_row
from .recorder import (
    CommandKnown,
    CommandRow,
    DueRow,
    Entry,
    PositionSeen,
    Recorder,
    SideRow,
    SideTaken,
    StoredSnapshot,
    VersionConflict,
)
from .sqlite_schema import SCHEMA, as_uuid, microseconds, moment


class SQLiteRecorder(Recorder):
    """The facts of one service in one SQLite file.

    ``path`` is made when it is missing. With ``readonly`` nothing is made and nothing can be written.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path, self.readonly = path, readonly
        self._readers = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._write = threading.Lock()
        if not readonly:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect()
            self._writer.execute("PRAGMA journal_mode=WAL")
            self._writer.executescript(SCHEMA)
            self._writer.execute("INSERT OR IGNORE INTO head VALUES (1, 0, ?)", (GENESIS,))

    def append(self, entries: Sequence[Entry]) -> list[int]:
        with self._write:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                positions = self._store(entries)
                self._writer.execute("COMMIT")
            except BaseException as failure:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                if isinstance(failure, sqlite3.OperationalError):
                    raise OperationalError(str(failure)) from failure
                raise
        return positions

    def _store(self, entries: Sequence[Entry]) -> list[int]:
        position, link = self._writer.execute("SELECT position, link FROM head").fetchone()
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
        self._insert_facts(facts)
        self._insert_commands(commands)
        for entry in entries:
            self._store_sides(entry.sides)
            self._store_due(entry.due)
            self._store_tracking(entry.tracking)
        if facts:
            self._writer.execute("UPDATE head SET position = ?, link = ?", (position, link))
        return positions

    def _insert_facts(self, facts: list[tuple[int, bytes, int, str, bytes, bytes]]) -> None:
        self._refuse_holes(facts)
        try:
            self._writer.executemany("INSERT INTO facts VALUES (?,?,?,?,?,?)", facts)
        except sqlite3.IntegrityError as clash:
            raise VersionConflict(str(clash)) from clash

    def _refuse_holes(self, facts: list[tuple[int, bytes, int, str, bytes, bytes]]) -> None:
        """The unique key does not notice a version whose predecessor was never stored: a state that never was."""
        latest: dict[bytes, int] = {}
        for _, originator_id, version, *_rest in facts:
            before = latest.get(originator_id)
            if before is None:
                before = self._version(self._writer, originator_id)
            if version > before + 1:
                raise VersionConflict(f"version {version} does not follow {before}")
            latest[originator_id] = version

    def _insert_commands(self, commands: list[tuple[bytes, bytes, str, int]]) -> None:
        try:
            self._writer.executemany("INSERT INTO commands VALUES (?,?,?,?)", commands)
        except sqlite3.IntegrityError as clash:
            raise CommandKnown(str(clash)) from clash

    def _store_sides(self, sides: list[SideRow]) -> None:
        for side in sides:
            if side.value is None:
                self._writer.execute("DELETE FROM sides WHERE kind = ? AND key = ?", (side.kind, side.key))
                continue
            how = "INSERT" if side.unique else "INSERT OR REPLACE"
            try:
                self._writer.execute(f"{how} INTO sides VALUES (?,?,?)", (side.kind, side.key, side.value))
            except sqlite3.IntegrityError as clash:
                raise SideTaken(side.kind, side.key) from clash

    def _store_due(self, due: list[DueRow]) -> None:
        for row in due:
            if row.due_at is None:
                self._writer.execute(
                    "DELETE FROM due WHERE kind = ? AND subject = ? AND due_at = coalesce(?, due_at)",
                    (row.kind, row.subject, microseconds(row.was_due_at)),
                )
            else:
                at = microseconds(row.due_at)
                self._writer.execute("INSERT OR REPLACE INTO due VALUES (?,?,?,?,0)", (row.kind, row.subject, at, at))

    def _store_tracking(self, tracking: list[Tracking]) -> None:
        for row in tracking:
            moved = self._writer.execute(
                "INSERT INTO tracking VALUES (?1, ?2) "
                "ON CONFLICT (reader) DO UPDATE SET position = ?2 WHERE position < ?2",
                (row.application_name, row.notification_id),
            )
            if moved.rowcount == 0:
                raise PositionSeen(f"{row.application_name} has seen {row.notification_id}")

    def select_events(self, originator_id: UUID, *, after_version: int = 0) -> list[StoredEvent]:
        rows = self._read().execute(
            "SELECT originator_version, topic, state FROM facts "
            "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version",
            (originator_id.bytes, after_version),
        )
        return [StoredEvent(originator_id, version, topic, state) for version, topic, state in rows]

    def select_notifications(self, after: int, limit: int, upto: int | None = None) -> list[Notification]:
        rows = self._read().execute(
            "SELECT position, originator_id, originator_version, topic, state FROM facts "
            "WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
            (after, upto if upto is not None else 2**62, limit),
        )
        return [
            Notification(
                originator_id=UUID(bytes=owner), originator_version=version, topic=topic, state=state, id=position
            )
            for position, owner, version, topic, state in rows
        ]

    def position(self) -> int:
        return int(self._read().execute("SELECT position FROM head").fetchone()[0])

    def version(self, originator_id: UUID) -> int:
        return self._version(self._read(), originator_id.bytes)

    @staticmethod
    def _version(connection: sqlite3.Connection, originator_id: bytes) -> int:
        found = connection.execute(
            "SELECT max(originator_version) FROM facts WHERE originator_id = ?", (originator_id,)
        )
        return int(found.fetchone()[0] or 0)

    def command(self, command_id: UUID) -> CommandRow | None:
        row = self._read().execute(
            "SELECT digest, answer, position FROM commands WHERE command_id = ?", (command_id.bytes,)
        ).fetchone()  # fmt: skip
        return CommandRow(command_id, *row) if row else None

    def side(self, kind: str, key: str) -> bytes | None:
        row = self._read().execute("SELECT value FROM sides WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return bytes(row[0]) if row else None

    def tracked(self, reader: str) -> int:
        row = self._read().execute("SELECT position FROM tracking WHERE reader = ?", (reader,)).fetchone()
        return int(row[0]) if row else 0

    def due(self, now: datetime, limit: int) -> list[DueRow]:
        rows = self._read().execute(
            "SELECT kind, subject, due_at, tries FROM due WHERE wake_at <= ? "
            "ORDER BY wake_at, due_at, kind, subject LIMIT ?",
            (microseconds(now), limit),
        )
        return [DueRow(kind, subject, moment(at), tries) for kind, subject, at, tries in rows]

    def postpone(self, row: DueRow, until: datetime) -> None:
        with self._write:
            self._writer.execute(
                "UPDATE due SET wake_at = ?, tries = tries + 1 WHERE kind = ? AND subject = ? AND due_at = ?",
                (microseconds(until), row.kind, row.subject, microseconds(row.due_at)),
            )

    def snapshot(self, originator_id: UUID) -> StoredSnapshot | None:
        row = self._read().execute(
            "SELECT version, stamp, state FROM snapshots WHERE originator_id = ?", (originator_id.bytes,)
        ).fetchone()  # fmt: skip
        return StoredSnapshot(*row) if row else None

    def keep_snapshot(self, originator_id: UUID, snapshot: StoredSnapshot) -> None:
        with self._write:
            self._writer.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?,?,?,?)",
                (originator_id.bytes, snapshot.version, snapshot.stamp, snapshot.state),
            )

    def rows(self) -> Iterator[Row]:
        """Every stored fact as it lies there, for the audit. Raises BrokenChain for what cannot be one."""
        facts = "SELECT position, originator_id, originator_version, topic, state, link FROM facts ORDER BY position"
        try:
            yield from (read_row(*values) for values in self._read().execute(facts))
        except sqlite3.DatabaseError as failure:
            raise BrokenChain(f"the facts cannot be read: {failure}") from failure

    def head(self) -> tuple[int, bytes]:
        """Position and link of the latest fact; nothing that any chain ends with when they are gone."""
        found: tuple[int, bytes] | None = self._read().execute("SELECT position, link FROM head").fetchone()
        return found or (0, b"")

    def close(self) -> None:
        with self._write:
            for connection in self._open:
                connection.close()
            self._open.clear()

    def _read(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            connection = self._readers.connection = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        where = self.path.absolute().as_uri() + ("?mode=ro" if self.readonly else "")
        connection = sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
        self._open.append(connection)
        return connection
