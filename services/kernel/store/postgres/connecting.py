"""Connections to PostgreSQL: bounded in number and in every waiting time, and replaced when the server was away."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import QueuePool, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as NoneFree

from .arrays import teach

Session: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"
CONNECT_SECONDS, FREE_SECONDS, REST_SECONDS = 3, 5.0, 2.0
RECYCLE_SECONDS = 1800
DEFAULTS: dict[str, str | int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}  # fmt: skip
"""How this side notices that the other is gone, in seconds; the last one in milliseconds."""
SESSION: dict[str, str | int] = {
    "statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s",
    "default_transaction_isolation": r"read\ committed",
    "tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3,
}  # fmt: skip
"""How the server notices that this side is gone, and how long it lets anything wait."""


def connect(url: str, name: str, **session: str | int) -> Session:
    """A connection on which each statement is a transaction of its own; what stands in the address goes first.

    ``name`` is how it is known to the server. Raises psycopg.OperationalError.
    """
    options = " ".join(f"-c {setting}={value}" for setting, value in (SESSION | session).items())
    given = {part: value for part, value in conninfo_to_dict(url).items() if value is not None}
    options = f"{options} {given.pop('options', '')}".strip()
    known: dict[str, Any] = DEFAULTS | {"application_name": name} | given
    connection = psycopg.connect(options=options, autocommit=True, **known)
    teach(connection)
    return connection


def is_usable(connection: Session) -> bool:
    """Whether the server has not closed it, as far as this side was told: reads what has come, and asks nothing."""
    try:
        connection.pgconn.consume_input()  # its last words
        connection.pgconn.consume_input()  # and the end behind them
    except psycopg.Error:
        return False
    return not connection.closed


@contextmanager
def told_as_ours() -> Iterator[None]:
    """What is over with the connection, or took too long, is the library's OperationalError: it may help to repeat."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, NoneFree) as failure:
        raise OperationalError(str(failure)) from failure


class Connections:
    """Up to ``most`` connections of one use, made when they are needed, by whoever needs one."""

    def __init__(self, url: str, name: str, most: int) -> None:
        self._url, self._name = url, name
        self._resting_until, self._lock = 0.0, threading.Lock()
        make: Any = self._connect
        self._pool = QueuePool(
            make, pool_size=most, max_overflow=0, timeout=FREE_SECONDS, recycle=RECYCLE_SECONDS,
            use_lifo=True, reset_on_return=None,
        )  # fmt: skip
        event.listen(self._pool, "checkout", _replace_closed)

    @contextmanager
    def one(self) -> Iterator[Session]:
        """A connection for as long as the block lasts. One that breaks meanwhile is thrown away."""
        lent = self._pool.connect()
        connection: Any = lent.dbapi_connection
        try:
            yield connection
        finally:
            if connection.closed or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                lent.invalidate()
            lent.close()

    def fetch(self, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement that only reads: once more when the connection breaks. Raises OperationalError."""
        with told_as_ours():
            try:
                return self._fetch_once(statement, given)
            except _BrokenMeanwhile:
                return self._fetch_once(statement, given)

    def _fetch_once(self, statement: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.one() as connection:
            try:
                return connection.execute(statement, given, prepare=True, binary=True).fetchall()
            except psycopg.OperationalError as failure:
                if connection.closed:
                    raise _BrokenMeanwhile(str(failure)) from failure
                raise

    def _connect(self) -> Session:
        began = time.monotonic()
        if began < self._resting_until:  # a host that does not even refuse would hold up everybody, one after the other
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            return connect(self._url, self._name)
        except psycopg.OperationalError:
            ended = time.monotonic()
            with self._lock:
                self._resting_until = ended + REST_SECONDS if ended - began > CONNECT_SECONDS / 2 else 0.0
            raise

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.dispose()


class _BrokenMeanwhile(psycopg.OperationalError):
    """The connection broke while something was asked."""


def _replace_closed(connection: Session, _record: object, _lent: object) -> None:
    """Asked whenever one is taken out: the pool makes a new one in place of one that is over."""
    if not is_usable(connection):
        raise DisconnectionError("the server has closed it")
