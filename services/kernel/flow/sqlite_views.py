"""Views in a SQLite file: one process writes and reads it."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import ClassVar, Self

from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, QueuePool, Table, create_engine, event
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from ..domain import FORGOTTEN
from .views_database import ViewsDamaged, ViewsInUse

sqlite3.register_adapter(type(FORGOTTEN), str)  # a rebuilt view shows nothing where something was forgotten


_DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class ViewsFile:
    """``ViewsDatabase`` in a file, which is made when it is missing."""

    absences: ClassVar[tuple[type[Exception], ...]] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.reads: Engine = _engine(path)
        self.glances: Engine = self.reads
        self.writes: Engine = self.reads.execution_options(writes=True)

    def make(self, tables: Iterable[MetaData]) -> None:
        """See ViewsDatabase. This, and whatever is done with the file later, raises ViewsDamaged."""
        with self.writes.begin() as connection:
            for metadata in tables:
                for statement in _making(metadata):
                    connection.exec_driver_sql(statement)

    def exclude_others(self, connection: Connection) -> None:
        """The directory belongs to one process: there are none."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """The directory belongs to one process: nobody else writes."""
        yield

    def take_time(self, connection: Connection) -> None:
        """A read is never cut short here."""

    @contextmanager
    def beside(self) -> Iterator[Self]:
        """See ViewsDatabase: a file beside this one."""
        path = self.path.with_suffix(".rebuilt.db")
        _remove(path)
        made = type(self)(path)
        try:
            yield made
        finally:
            made.close()
            _remove(path)

    def take_over(self, beside: Self, tables: Sequence[Table]) -> None:  # noqa: ARG002
        """Put one file in the place of the other. A write-ahead log that stays behind would be played into the
        wrong file, so both give theirs up first, which only the last one who has a file open can do."""
        self.close()
        beside.close()
        for path in (beside.path, self.path):
            _give_up_log(path)
        with open(beside.path, "rb") as file:
            os.fsync(file.fileno())
        os.replace(beside.path, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def scrub(self) -> bool:
        """See ViewsDatabase: the write-ahead log is written into the file, whose deleted cells are zeros, and cut."""
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=5)) as connection:
            is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    def close(self) -> None:
        """Let go of the file; it is opened again when it is used again."""
        self.reads.dispose()


@cache
def _making(metadata: MetaData) -> list[str]:
    """The statements that make what is missing of these tables."""
    tables = metadata.sorted_tables
    steps: list[ExecutableDDLElement] = [CreateTable(table, if_not_exists=True) for table in tables]
    steps += [CreateIndex(index, if_not_exists=True) for table in tables for index in table.indexes]
    return [str(step.compile(dialect=dialect())) for step in steps]


def _engine(path: Path) -> Engine:
    where = path.absolute().as_uri()

    def connect() -> sqlite3.Connection:  # SQLAlchemy's own address would cut a path at '#' and '?'
        return sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False, timeout=5)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, hide_parameters=True)

    @event.listens_for(engine, "handle_error")
    def _say_damaged(context: ExceptionContext) -> None:
        _refuse_damaged(path, context.original_exception)

    @event.listens_for(engine, "connect")
    def _set_up(connection, _record):  # type: ignore[no-untyped-def]
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.DatabaseError as failure:
            _refuse_damaged(path, failure)
            raise
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten: it may be somebody's tag
        connection.execute("PRAGMA synchronous=NORMAL")  # a view lost with the power is pumped again

    @event.listens_for(engine, "begin")
    def _begin(connection):  # type: ignore[no-untyped-def]
        # The driver begins at the first write only: reads would not see one state, and writes not the latest.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def drop_damaged(path: Path) -> bool:
    """Remove views that cannot be read, so that they are made again; whether they were. Nobody may use them."""
    if not path.exists() or _is_sound(path):
        return False
    _remove(path)
    return True


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as failure:
        if failure.sqlite_errorcode in _DAMAGES:
            return False
        raise


def _refuse_damaged(path: Path, failure: BaseException) -> None:
    if getattr(failure, "sqlite_errorcode", None) in _DAMAGES:
        raise ViewsDamaged(where=str(path)) from failure


def _give_up_log(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError as cause:
            raise ViewsInUse(where=str(path)) from cause
        if mode != "delete":
            raise ViewsInUse(where=str(path))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
