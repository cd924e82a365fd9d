"""Views: what can be read. Tables of SQLAlchemy Core beside the facts, with a tracking row in the same transaction.

Views hold nothing that the facts do not: they can be dropped and rebuilt from position 0 at any time.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    QueuePool,
    Table,
    Text,
    create_engine,
    event,
    select,
)
from sqlalchemy.dialects.sqlite import insert

from ..domain import FORGOTTEN
from .projection import Projection

sqlite3.register_adapter(type(FORGOTTEN), str)  # a rebuilt view shows nothing where something was forgotten
_tracking_metadata = MetaData()
tracking = Table(
    "view_tracking",
    _tracking_metadata,
    Column("view", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", Integer, nullable=False),
)


class Views:
    """All views of one service in one database, written by one thread at a time, read by all."""

    def __init__(self, path: Path, projections: Iterable[Projection]) -> None:
        self.path = path
        self.projections = list(projections)
        self._write = threading.Lock()
        self.engine = _engine(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        _tracking_metadata.create_all(self.engine)
        for projection in self.projections:
            projection.metadata.create_all(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of all views."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction over views and their tracking: all of it is stored, or nothing."""
        with self._write, self.engine.begin() as connection:
            yield connection

    def tracked(self, view: str, source: str) -> int:
        """How far a view has come with a source; 0 before the first."""
        with self.reading() as connection:
            found = connection.execute(
                select(tracking.c.position).where(tracking.c.view == view, tracking.c.source == source)
            ).scalar()
        return int(found or 0)

    def track(self, connection: Connection, view: str, source: str, position: int) -> None:
        """Move a view's tracking row, in the transaction of its rows."""
        statement = insert(tracking).values(view=view, source=source, position=position)
        update = statement.on_conflict_do_update(index_elements=["view", "source"], set_={"position": position})
        connection.execute(update)

    def digests(self) -> dict[str, str]:
        """sha-256 over the rows of every table in a fixed order: equal views have equal digests."""
        found: dict[str, str] = {}
        with self.reading() as connection:
            for projection in self.projections:
                for table in projection.metadata.sorted_tables:
                    digest = hashlib.sha256()
                    for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                        digest.update(orjson.dumps(list(row), default=str))
                    found[table.name] = digest.hexdigest()
        return found

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def _engine(path: Path) -> Engine:
    where = path.absolute().as_uri()

    def connect() -> sqlite3.Connection:  # SQLAlchemy's own address would cut a path at '#' and '?'
        return sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False, timeout=5)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _set_up(connection, _record):  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # a view lost with the power is pumped again

    @event.listens_for(engine, "begin")
    def _begin(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN")  # the driver begins at the first write only: reads would not see one state

    return engine
