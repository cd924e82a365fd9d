"""The wrapped keys of one service in one SQLite file, beside its facts and never in their backup."""

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path


class KeyFile:
    """``KeyRows`` in a file that is made when it is missing, readable by its owner alone.

    With ``readonly`` nothing is made and nothing can be written.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.where = str(path)
        if not readonly:
            path.parent.mkdir(parents=True, exist_ok=True)
        address = path.absolute().as_uri() + ("?mode=ro" if readonly else "")
        self._rows = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
        if not readonly:
            self._prepare(path)

    def _prepare(self, path: Path) -> None:
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA secure_delete=ON")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS keys (person TEXT, purpose TEXT, wrapped BLOB NOT NULL,"
            " PRIMARY KEY (person, purpose)) WITHOUT ROWID"
        )
        os.chmod(path, 0o600)

    def get(self, person: str, purpose: str) -> bytes | None:
        """See KeyRows."""
        row = self._rows.execute(
            "SELECT wrapped FROM keys WHERE person = ? AND purpose = ?", (person, purpose)
        ).fetchone()  # fmt: skip
        return bytes(row[0]) if row else None

    def add(self, person: str, purpose: str, wrapped: bytes) -> bool:
        """See KeyRows."""
        made = self._rows.execute("INSERT OR IGNORE INTO keys VALUES (?,?,?)", (person, purpose, wrapped))
        return made.rowcount > 0

    def get_all(self, people: Collection[str], purpose: str) -> dict[str, bytes]:
        """See KeyRows."""
        found = ((person, self.get(person, purpose)) for person in people)
        return {person: wrapped for person, wrapped in found if wrapped is not None}

    def add_all(self, wrapped: Mapping[str, bytes], purpose: str) -> set[str]:
        """See KeyRows."""
        with self._rows:
            self._rows.execute("BEGIN IMMEDIATE")
            return {person for person, key in wrapped.items() if self.add(person, purpose, key)}

    def bury(self, person: str, purpose: str) -> None:
        """See KeyRows."""
        self.bury_all([person], purpose)

    def bury_all(self, people: Collection[str], purpose: str) -> None:
        """See KeyRows: the bytes are overwritten, in the write-ahead log too. Raises sqlite3.OperationalError when
        somebody reads the older state and does not end; then they are to be buried again."""
        with self._rows:
            self._rows.execute("BEGIN IMMEDIATE")
            self._rows.executemany("INSERT OR REPLACE INTO keys VALUES (?,?,x'')", ((one, purpose) for one in people))
        is_busy, *_ = self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise sqlite3.OperationalError(f"somebody still reads {self.where}")

    def buried(self, purpose: str) -> set[str]:
        """See KeyRows."""
        rows = self._rows.execute("SELECT person FROM keys WHERE purpose = ? AND wrapped = x''", (purpose,))
        return {person for (person,) in rows.fetchall()}

    def all(self) -> Iterator[tuple[str, str, bytes]]:
        """See KeyRows."""
        rows = self._rows.execute("SELECT person, purpose, wrapped FROM keys ORDER BY person, purpose").fetchall()
        yield from rows

    def close(self) -> None:
        """See KeyRows."""
        self._rows.close()
