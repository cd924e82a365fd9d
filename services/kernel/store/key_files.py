"""The wrapped keys of one service in one SQLite file, beside its facts and never in their backup."""

import os
import sqlite3
from collections.abc import Iterator
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

    def bury(self, person: str, purpose: str) -> None:
        """See KeyRows: the bytes are overwritten, in the write-ahead log too."""
        self._rows.execute("INSERT OR REPLACE INTO keys VALUES (?,?,x'')", (person, purpose))
        self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def all(self) -> Iterator[tuple[str, str, bytes]]:
        """See KeyRows."""
        rows = self._rows.execute("SELECT person, purpose, wrapped FROM keys ORDER BY person, purpose").fetchall()
        yield from rows

    def close(self) -> None:
        """See KeyRows."""
        self._rows.close()
