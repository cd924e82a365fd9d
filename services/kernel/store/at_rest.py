"""A store as it lies on disk, read at one moment: no lock, no key, nothing written, whoever else writes meanwhile."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from .sqlite import SQLiteRecorder


class StoreAtRest(SQLiteRecorder):
    """All reads see the same moment, because they are one read transaction; use it in one thread, as a context.

    Raises sqlite3.DatabaseError when the file is no store. ``head`` and ``rows`` raise BrokenChain; the
    values that the other methods give may be of any type, since a broken store is what they are for.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, readonly=True)
        self._begin()

    def _begin(self) -> None:
        rows = self._read()
        rows.execute("BEGIN")
        rows.execute("SELECT count(*) FROM head").fetchone()  # the moment is that of the first read

    def fault(self) -> str | None:
        """What the database itself finds wrong with its file; None when all is well."""
        try:
            said = self._read().execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as failure:
            return str(failure)
        return None if said == ("ok",) else str(said and said[0])

    def count(self) -> int:
        """How many facts there are."""
        return int(self._read().execute("SELECT count(*) FROM facts").fetchone()[0])

    def commands(self) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Command id, digest, answer and position of every command row."""
        yield from self._read().execute("SELECT command_id, digest, answer, position FROM commands")

    def trackings(self) -> dict[str, Any]:
        """How far each other log was read."""
        return dict(self._read().execute("SELECT reader, position FROM tracking").fetchall())

    def due_rows(self) -> dict[tuple[str, str], Any]:
        """Kind and subject of each due row, with its time in microseconds since 1970."""
        found = self._read().execute("SELECT kind, subject, due_at FROM due")
        return {(kind, subject): due_at for kind, subject, due_at in found}

    def sides(self, kind: str) -> dict[str, bytes]:
        """All side rows of a kind: key and value."""
        found = self._read().execute("SELECT key, value FROM sides WHERE kind = ?", (kind,))
        return {key: bytes(value) for key, value in found}

    def snapshots(self) -> list[tuple[UUID, str]]:
        """Every aggregate that has a snapshot, with the topic of its first fact (empty: it has none)."""
        found = self._read().execute(
            "SELECT s.originator_id, coalesce(f.topic, '') FROM snapshots s LEFT JOIN facts f"
            " ON f.originator_id = s.originator_id AND f.originator_version = 1"
        )
        return [(UUID(bytes=bytes(originator_id)), str(topic)) for originator_id, topic in found]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def position_of(path: Path) -> int:
    """The position of the latest fact of a store as of now."""
    with StoreAtRest(path) as store:
        return store.position()
