"""A store at rest in a SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from .at_rest import StoreAtRest, StoreUnreadable
from .sqlite import SQLiteRecorder


class FileAtRest(StoreAtRest, SQLiteRecorder):
    """All reads see the same moment, because they are one read transaction."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, readonly=True)
        self.look()

    def look(self) -> None:
        with _readable():
            rows = self._read()
            if rows.in_transaction:
                rows.execute("ROLLBACK")
            rows.execute("BEGIN")
            rows.execute("SELECT count(*) FROM head").fetchone()  # the moment is that of the first read

    def fault(self) -> str | None:
        try:
            said = self._read().execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as failure:
            return str(failure)
        return None if said == ("ok",) else str(said and said[0])

    def count(self) -> int:
        with _readable():
            return int(self._read().execute("SELECT count(*) FROM facts").fetchone()[0])

    def commands(self) -> Iterator[tuple[Any, Any, Any, Any]]:
        return self._read().execute("SELECT command_id, digest, answer, position FROM commands ORDER BY position")

    def trackings(self) -> dict[str, Any]:
        return dict(self._read().execute("SELECT reader, position FROM tracking").fetchall())

    def due_rows(self) -> dict[tuple[str, str], Any]:
        found = self._read().execute("SELECT kind, subject, due_at FROM due")
        return {(kind, subject): due_at for kind, subject, due_at in found}

    def all_sides(self) -> Iterator[tuple[str, str, bytes]]:
        return self._read().execute("SELECT kind, key, value FROM sides ORDER BY kind, key")

    def snapshots(self) -> list[tuple[UUID, str]]:
        found = self._read().execute(
            "SELECT s.originator_id, coalesce(f.topic, '') FROM snapshots s LEFT JOIN facts f"
            " ON f.originator_id = s.originator_id AND f.originator_version = 1"
        )
        return [(UUID(bytes=bytes(originator_id)), str(topic)) for originator_id, topic in found]


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as failure:
        raise StoreUnreadable(str(failure)) from failure
