"""The recorder on SQLite: one file, one writer at a time, a reading connection for each thread.

Durable as SQLite is by default: write-ahead log, synchronous=FULL, so that what was answered is on disk.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import starmap
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import Notification, OperationalError, StoredEvent

from . import sqlite_messages
from .chain import GENESIS, BrokenChain, Row, read_row
from .recorder import (
    CommandRow,
    DueRow,
    Entry,
    KeptRow,
    ParkedRow,
    Recorder,
    StoredSnapshot,
)
from .sqlite_append import store, version_of
from .sqlite_schema import SCHEMA, microseconds, moment


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
            self._writer.execute("PRAGMA secure_delete=ON")
            self._writer.executescript(SCHEMA)
            self._writer.execute("INSERT OR IGNORE INTO head VALUES (1, 0, ?)", (GENESIS,))

    def append(self, entries: Sequence[Entry]) -> list[int]:
        with self._write:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                positions = store(self._writer, entries)
                self._writer.execute("COMMIT")
            except BaseException as failure:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                if isinstance(failure, sqlite3.OperationalError):
                    raise OperationalError(str(failure)) from failure
                raise
        return positions

    def select_events(self, originator_id: UUID, *, after_version: int = 0) -> list[StoredEvent]:
        rows = self._read().execute(
            "SELECT originator_version, topic, state FROM facts "
            "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version",
            (originator_id.bytes, after_version),
        )
        return [StoredEvent(originator_id, version, topic, state) for version, topic, state in rows]

    def select_latest(self, originator_id: UUID, topics: Collection[str]) -> StoredEvent | None:
        row = self._read().execute(
            "SELECT originator_version, topic, state FROM facts "
            f"WHERE originator_id = ? AND topic IN ({','.join('?' * len(topics))}) "
            "ORDER BY originator_version DESC LIMIT 1",
            (originator_id.bytes, *topics),
        ).fetchone()  # fmt: skip
        return StoredEvent(originator_id, *row) if row else None

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
        return version_of(self._read(), originator_id.bytes)

    def command(self, command_id: UUID) -> CommandRow | None:
        row = self._read().execute(
            "SELECT digest, answer, position FROM commands WHERE command_id = ?", (command_id.bytes,)
        ).fetchone()  # fmt: skip
        return CommandRow(command_id, *row) if row else None

    def side(self, kind: str, key: str) -> bytes | None:
        row = self._read().execute("SELECT value FROM sides WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return bytes(row[0]) if row else None

    def sides(self, kind: str) -> dict[str, bytes]:
        found = self._read().execute("SELECT key, value FROM sides WHERE kind = ?", (kind,))
        return {key: bytes(value) for key, value in found}

    def scrub(self) -> bool:
        with self._write:
            is_busy, *_ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

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

    def tried(self, over: int) -> dict[str, int]:
        found = self._read().execute("SELECT kind, count(*) FROM due WHERE tries > ? GROUP BY kind", (over,))
        return {kind: int(count) for kind, count in found}

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

    def kept(self, after: int, limit: int) -> list[KeptRow]:
        return sqlite_messages.kept(self._read(), after, limit)

    def kept_head(self) -> tuple[int, bytes]:
        return sqlite_messages.kept_head(self._read())

    def kept_count(self, types: Collection[str], through: int) -> int:
        return sqlite_messages.kept_count(self._read(), types, through)

    def parked(self, limit: int, offset: int = 0) -> list[ParkedRow]:
        return sqlite_messages.parked(self._read(), limit, offset)

    def parked_one(self, name: str) -> ParkedRow | None:
        return sqlite_messages.parked_one(self._read(), name)

    def parked_of(self, source: str, subject: str, limit: int) -> list[ParkedRow]:
        return sqlite_messages.parked_of(self._read(), source, subject, limit)

    def parked_count(self) -> int:
        return sqlite_messages.parked_count(self._read())

    def poison_count(self, stage: str) -> int:
        return sqlite_messages.poison_count(self._read(), stage)

    def parked_subjects(self) -> set[tuple[str, str]]:
        return sqlite_messages.parked_subjects(self._read())

    def rows(self) -> Iterator[Row]:
        """Every stored fact as it lies there, for the audit. Raises BrokenChain for what cannot be one."""
        facts = "SELECT position, originator_id, originator_version, topic, state, link FROM facts ORDER BY position"
        try:
            yield from starmap(read_row, self._read().execute(facts))
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
