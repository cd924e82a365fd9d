"""Who of the workers of a service works: whoever holds a lock of its database in a session of its own."""

import threading
import zlib

import psycopg

from .connecting import Session, connect

LOCKS = 16711
"""The first half of all our lock numbers; the second is 0 migrating, 1 appending, else a leadership."""
ASK_SECONDS = 5


class DatabaseLeadership:
    """``Leadership`` by a session's advisory lock: it ends with the session, however the process does.

    A server that no longer hears of the holder lets go of it within half a minute (see ``connecting.SESSION``).
    """

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._number = zlib.crc32(name.encode()) & 0x7FFF_FFFE | 2
        self._session: Session | None = None
        self._leads = False
        self._lock = threading.Lock()

    def try_lead(self) -> bool:
        """Lead if nobody else does. False also when the database cannot be asked."""
        with self._lock:
            if self._leads and self._is_there():
                return True
            try:
                self._leads = self._took()
            except psycopg.Error:
                self._drop()
            return self._leads

    def holds(self) -> bool:
        """Whether this one still leads: asks the server."""
        with self._lock:
            return self._leads and self._is_there()

    def let_go(self) -> None:
        """Let another one lead."""
        with self._lock:
            self._drop()

    def _took(self) -> bool:
        if self._session is None:
            self._session = connect(self._url, self._name, statement_timeout=f"{ASK_SECONDS}s")
        found = self._session.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, self._number)).fetchone()
        return found == (True,)

    def _is_there(self) -> bool:
        try:
            assert self._session is not None
            self._session.execute("SELECT 1")
        except psycopg.Error:
            self._drop()
            return False
        return True

    def _drop(self) -> None:
        self._leads = False
        if self._session is not None:
            self._session.close()
            self._session = None
