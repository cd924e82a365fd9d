"""One data key per person and purpose, wrapped by a master key, kept outside the event store.

Destroying a key is how a person is forgotten: what was sealed under it reads as FORGOTTEN for ever,
and nothing else changes. The file has its own backups, or none: a restored event store alone is unreadable.
"""

import hmac
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..refusals import Conflicting

NONCE_BYTES = 12
NOBODY, PROOF = "", b"agora"
CACHE_SECONDS = 10.0
CACHE_KEYS = 10_000


class WrongMasterKey(Conflicting):
    """The keys of this directory were wrapped by another master key."""

    sentence = "This is not the master key of {file}; restore the one that was used, or nothing personal can be read."


class KeysMissing(Conflicting):
    """There are facts, and the store of the keys that they are sealed under is new."""

    sentence = "{file} is missing beside facts that need it; restore it from its backup before anything is added."


class KeyStore:
    """The data keys of one service in one SQLite file.

    ``master`` is 32 bytes; ``purpose`` binds a key to one service, so that it opens nothing elsewhere.
    Keys are remembered for seconds only, so that another process forgets soon after this one.
    """

    def __init__(self, path: Path, master: bytes, purpose: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.purpose = purpose
        self._master = AESGCM(master)
        self._blinding_key = hmac.digest(master, f"blinded|{purpose}".encode(), "sha256")
        self._cache: OrderedDict[str, tuple[float, AESGCM]] = OrderedDict()
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA secure_delete=ON")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS keys (person TEXT, purpose TEXT, wrapped BLOB NOT NULL,"
            " PRIMARY KEY (person, purpose)) WITHOUT ROWID"
        )
        os.chmod(path, 0o600)
        self._path = path

    def prove(self, has_facts: bool) -> None:
        """That this is the master key the store began with. Raises WrongMasterKey, KeysMissing."""
        row = self._rows.execute(_PROOF, (NOBODY, self.purpose)).fetchone()
        if row is None and has_facts:
            raise KeysMissing(file=str(self._path))
        if row is None:
            nonce = os.urandom(NONCE_BYTES)
            wrapped = nonce + self._master.encrypt(nonce, PROOF, self._bound_to(NOBODY))
            self._rows.execute("INSERT INTO keys VALUES (?,?,?)", (NOBODY, self.purpose, wrapped))
            return
        try:
            self._master.decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], self._bound_to(NOBODY))
        except InvalidTag:
            raise WrongMasterKey(file=str(self._path)) from None

    def key(self, person: str) -> AESGCM | None:
        """The person's key, or None when there is none (any more)."""
        with self._lock:
            return self._remembered(person) or self._unwrap(person)

    def key_or_new(self, person: str) -> AESGCM | None:
        """The person's key; a new one is on disk before anything is sealed under it. None for who was forgotten."""
        with self._lock:
            return self._remembered(person) or self._unwrap(person) or self._make(person)

    def forget(self, person: str) -> bool:
        """Destroy the person's key for good: there will be no other, or what was sealed under the first
        would be tried with the second. Returns whether there was one."""
        with self._lock:
            self._cache.pop(person, None)
            there = self._rows.execute(
                "SELECT 1 FROM keys WHERE person = ? AND purpose = ? AND wrapped <> x''", (person, self.purpose)
            ).fetchone()
            self._rows.execute("INSERT OR REPLACE INTO keys VALUES (?,?,x'')", (person, self.purpose))
            self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return there is not None

    def blinded(self, text: str) -> str:
        """A keyed digest in hex: something personal can be found by it and kept unique, but not be read."""
        return hmac.digest(self._blinding_key, text.encode(), "sha256").hex()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._rows.close()

    def _remembered(self, person: str) -> AESGCM | None:
        found = self._cache.get(person)
        if found is None or found[0] < time.monotonic():
            return None
        return found[1]

    def _unwrap(self, person: str) -> AESGCM | None:
        row = self._rows.execute(
            "SELECT wrapped FROM keys WHERE person = ? AND purpose = ? AND wrapped <> x''", (person, self.purpose)
        ).fetchone()
        if row is None:
            return None
        raw = self._master.decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], self._bound_to(person))
        return self._remember(person, raw)

    def _make(self, person: str) -> AESGCM | None:
        raw, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, raw, self._bound_to(person))
        made = self._rows.execute("INSERT OR IGNORE INTO keys VALUES (?,?,?)", (person, self.purpose, wrapped))
        return self._remember(person, raw) if made.rowcount else self._unwrap(person)

    def _remember(self, person: str, raw: bytes) -> AESGCM:
        key = AESGCM(raw)
        self._cache[person] = (time.monotonic() + CACHE_SECONDS, key)
        self._cache.move_to_end(person)
        while len(self._cache) > CACHE_KEYS:
            self._cache.popitem(last=False)
        return key

    def _bound_to(self, person: str) -> bytes:
        return f"{self.purpose}|{person}".encode()


_PROOF = "SELECT wrapped FROM keys WHERE person = ? AND purpose = ?"
