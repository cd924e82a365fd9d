"""Views in a schema of a service's PostgreSQL database: several processes read them, one at a time writes.

Text is stored in the order of its bytes, as SQLite has it, whatever the database's language; a sum of
integers is an integer. Names are looked up by search_path at every statement, so that views rebuilt beside
these ones take their place while they are read.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Self

from psycopg import Connection as DriverConnection
from psycopg.adapt import Buffer, Loader
from psycopg.errors import QueryCanceled
from psycopg.types.string import StrDumper
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from ..domain import FORGOTTEN
from ..refusals import Conflicting, Unready
from ..store.postgres.connecting import FREE_SECONDS, connect, is_usable
from .views_database import ViewsInUse

BESIDE = "_rebuilt"
"""What follows the schema's name where views are rebuilt."""
PATIENCE_SECONDS = 30.0
_READERS, _WRITERS = 8, 2
_FILL_PERCENT = 70
_LOCKS = 0x61676F76  # advisory locks of views: the first of two numbers, so that they meet no other lock
_READING: dict[str, str | int] = {
    "default_transaction_isolation": r"repeatable\ read", "default_transaction_read_only": "on",
    "statement_timeout": "10s",
}  # fmt: skip
_WRITING: dict[str, str | int] = {"statement_timeout": "10min", "lock_timeout": 0, "synchronous_commit": "off"}
"""Whoever writes waits as long as views are held. What is lost with the power, rows and position, is pumped again."""


class ViewsNotPrepared(Unready):
    """The database has no place for views."""

    sentence = "The database {database} has no schema {schema}; run 'agora migrate', which makes it."


class RebuildUnderWay(Conflicting):
    """Two rebuilds would write the same tables."""

    sentence = "The views in {where} are being rebuilt by another process; wait until it has ended."


class ViewsSchema:
    """``ViewsDatabase`` in a schema of a database; its login role owns the schema and the one beside it."""

    absences: ClassVar[tuple[type[Exception], ...]] = (OperationalError, InterfaceError, NoneFree)

    def __init__(self, url: str, schema: str = "views", *, readers: int = _READERS) -> None:
        """``readers``: how many read at once."""
        self._url, self.schema = url, schema
        self.reads = _engine(url, schema, _READING, readers)
        self.glances: Engine = self.reads.execution_options(isolation_level="AUTOCOMMIT")
        self.writes = _engine(url, schema, _WRITING, _WRITERS)
        self.database = make_url(url).database
        self.where = f"{self.database}.{schema}"
        self._holder: Connection | None = None

    def make(self, tables: Iterable[MetaData]) -> None:
        """See ViewsDatabase; processes that start at the same time wait for one another."""
        with self.writes.begin() as connection:
            if connection.execute(text("SELECT to_regnamespace(:schema)"), {"schema": self.schema}).scalar() is None:
                raise ViewsNotPrepared(database=self.database, schema=self.schema)
            self._lock(connection, "pg_advisory_xact_lock", "tables")
            there = set(inspect(connection).get_table_names(self.schema))  # every process asks when it starts, but once
            for metadata in tables:
                if not there.issuperset(metadata.tables):
                    _by_bytes(metadata).create_all(connection)

    def exclude_others(self, connection: Connection) -> None:
        """See ViewsDatabase: an advisory lock until the transaction ends."""
        self._lock(connection, "pg_advisory_xact_lock", "rows")

    @contextmanager
    def held(self) -> Iterator[None]:
        """See ViewsDatabase: an advisory lock of a session of its own, which goes with it."""
        with self._session("pg_advisory_lock", "rows") as (connection, _):
            self._holder = connection
            try:
                yield
            finally:
                self._holder = None

    def take_time(self, connection: Connection) -> None:
        """See ViewsDatabase."""
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))

    @contextmanager
    def beside(self) -> Iterator[Self]:
        """See ViewsDatabase: a schema beside this one. Raises RebuildUnderWay."""
        with self._session("pg_try_advisory_lock", "rebuild") as (_, is_mine):
            if not is_mine:
                raise RebuildUnderWay(where=self.where)
            made = type(self)(self._url, self.schema + BESIDE)
            try:
                made.empty()
                yield made
            finally:
                with suppress(DBAPIError):  # what is left behind goes before the next one
                    made.empty()
                made.close()

    def take_over(self, beside: Self, tables: Sequence[Table]) -> None:
        """See ViewsDatabase. Readers wait for a moment and fail never: whoever has them open is waited for with
        nothing locked, and a lock on all tables is given up before PostgreSQL could take it for a deadlock.
        Raises ViewsInUse."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._try_take_over(beside, [table.name for table in tables]):
            if time.monotonic() > deadline:
                raise ViewsInUse(where=self.where)
            time.sleep(0.05)

    def empty(self) -> None:
        """Drop every table."""
        with self.writes.begin() as connection:
            found = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema")
            for name in connection.execute(found, {"schema": self.schema}).scalars():
                connection.exec_driver_sql(f"DROP TABLE {self._named(name)}")

    def scrub(self) -> bool:
        """The vacuum of the server sees to it, within its own time."""
        return True

    def close(self) -> None:
        """Let go of all connections; they are made again when they are used again."""
        self.reads.dispose()
        self.writes.dispose()

    def _try_take_over(self, beside: Self, names: Sequence[str]) -> bool:
        assert self._holder is not None, "views are replaced while nobody else writes them"
        try:
            with self._holder.begin():
                self._lock_tables(names)
                for name in names:
                    self._holder.exec_driver_sql(f"DROP TABLE {self._named(name)}")
                    self._holder.exec_driver_sql(f'ALTER TABLE {beside._named(name)} SET SCHEMA "{self.schema}"')
        except OperationalError as failed:
            if isinstance(failed.orig, QueryCanceled):
                return False
            raise
        return True

    def _lock_tables(self, names: Sequence[str]) -> None:
        assert self._holder is not None
        listed = ", ".join(map(self._named, names))
        self._holder.exec_driver_sql("SET LOCAL statement_timeout = '200ms'")
        self._holder.exec_driver_sql(f"LOCK TABLE {listed} IN ACCESS EXCLUSIVE MODE")
        self._holder.exec_driver_sql("SET LOCAL statement_timeout = 0")

    def _named(self, table: str) -> str:
        return f'"{self.schema}"."{table}"'

    @contextmanager
    def _session(self, function: str, what: str) -> Iterator[tuple[Connection, bool]]:
        """A connection of its own that asks for a lock, and whether it has it; the lock goes with the connection."""
        with self.writes.connect() as connection:
            connection.detach()
            answer = self._lock(connection, function, what)
            connection.commit()
            try:
                yield connection, answer is not False
            finally:
                with suppress(DBAPIError):  # at once, and not when the server finds that the connection has ended
                    connection.rollback()
                    connection.execute(text("SELECT pg_advisory_unlock_all()"))

    def _lock(self, connection: Connection, function: str, what: str) -> Any:
        told = {"locks": _LOCKS, "what": f"{self.schema} {what}"}
        return connection.execute(text(f"SELECT {function}(:locks, hashtext(:what))"), told).scalar()


class _WholeNumber(Loader):
    """What a sum of integers comes back as. Views hold no other numbers."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


class _Forgotten(StrDumper):
    """A rebuilt view shows nothing where something was forgotten."""

    def dump(self, obj: Any) -> Buffer | None:
        return super().dump(str(obj))


def _engine(url: str, schema: str, settings: dict[str, str | int], size: int) -> Engine:
    def session() -> "DriverConnection[Any]":
        connection = connect(url, f"agora-{schema}", search_path=schema, **settings)
        connection.autocommit = False
        connection.adapters.register_dumper(type(FORGOTTEN), _Forgotten)
        connection.adapters.register_loader("numeric", _WholeNumber)
        return connection

    engine = create_engine(
        "postgresql+psycopg://", creator=session, pool_size=size, max_overflow=0, pool_timeout=FREE_SECONDS,
        pool_use_lifo=True, hide_parameters=True, use_native_hstore=False,
    )  # fmt: skip

    @event.listens_for(engine, "checkout")
    def _replace_closed(connection: "DriverConnection[Any]", _record: object, _lent: object) -> None:
        if not is_usable(connection):
            raise DisconnectionError("the server has closed it")  # and the pool makes a new one

    return engine


def _by_bytes(metadata: MetaData) -> MetaData:
    """The tables, with texts in the order of their bytes, and with room on each page for the rows that change: one that
    stays on its page needs no new place in any index."""
    stored = MetaData()
    for table in metadata.sorted_tables:
        made = table.to_metadata(stored)
        made.dialect_options["postgresql"]["with"] = {"fillfactor": _FILL_PERCENT}
        for column in made.columns:
            if isinstance(column.type, String):
                column.type = Text(collation="C")
    return stored
