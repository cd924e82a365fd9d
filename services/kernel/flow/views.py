"""Views: what can be read. Tables of SQLAlchemy Core beside the facts, with a tracking row in the same transaction.

Views hold nothing that the facts do not: they can be dropped and rebuilt from position 0 at any time.
"""

import hashlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import orjson
from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, Table, Text, select

from .many_rows import run_for_all
from .projection import Projection
from .upserts import insert
from .views_database import ViewsAway, ViewsDatabase

READERS = 8
"""How many of a process read views on a server at once, unless it says otherwise."""

_tracking_metadata = MetaData()
tracking = Table(
    "view_tracking",
    _tracking_metadata,
    Column("view", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
_moved = insert(tracking)
_MOVE = _moved.on_conflict_do_update(
    index_elements=["view", "source"], set_={"position": _moved.excluded.position}
)  # fmt: skip


class Views:
    """All views of one service in one database, written by one at a time, read by all."""

    def __init__(self, database: ViewsDatabase, projections: Iterable[Projection]) -> None:
        self.database, self.projections = database, list(projections)
        self._write = threading.Lock()
        try:
            database.make([_tracking_metadata, *(one.metadata for one in self.projections)])
        except BaseException:
            database.close()
            raise

    @classmethod
    def in_file(cls, path: Path, projections: Iterable[Projection]) -> Self:
        """Views in a SQLite file, which is made when it is missing."""
        from .sqlite_views import ViewsFile  # whose views are on a server loads none of it

        return cls(ViewsFile(path), projections)

    @classmethod
    def on_server(cls, url: str, projections: Iterable[Projection], *, readers: int = READERS) -> Self:
        """Views in the schema "views" of a PostgreSQL database; ``readers``: how many read at once.

        Raises ViewsNotPrepared.
        """
        from .postgres_views import ViewsSchema  # who has no PostgreSQL loads no driver for it

        return cls(ViewsSchema(url, readers=readers), projections)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of all views. Raises ViewsAway."""
        with self._connected(self.database.reads) as connection:
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A connection for one statement, which is one round trip; a second one may see another state.

        Raises ViewsAway.
        """
        with self._connected(self.database.glances) as connection:
            yield connection

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.connect() as connection:
                yield connection
        except self.database.absences as failure:
            raise ViewsAway() from failure

    @contextmanager
    def scanning(self) -> Iterator[Connection]:
        """The same for somebody who reads everything, however long that takes."""
        with self.reading() as connection:
            self.database.take_time(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction over views and their tracking: all of it is stored, or nothing. Nobody else writes meanwhile;
        what was tracked before it may have moved, and is read with ``tracked_in``."""
        with self._write, self.database.writes.begin() as connection:
            self.database.exclude_others(connection)
            yield connection

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody writes in the block."""
        with self._write, self.database.held():
            yield

    def tracked(self, view: str, source: str) -> int:
        """How far a view has come with a source; 0 before the first."""
        with self.glancing() as connection:
            return self.tracked_in(connection, view, source)

    def tracked_in(self, connection: Connection, view: str, source: str) -> int:
        """The same as this transaction sees it."""
        mine = (tracking.c.view == view, tracking.c.source == source)
        return int(connection.execute(select(tracking.c.position).where(*mine)).scalar() or 0)

    def positions_in(self, connection: Connection, source: str) -> dict[str, int]:
        """By its tracking name, how far each view has come that hears the source, as this transaction sees it."""
        return self.all_positions_in(connection, [source])[source]

    def all_positions_in(self, connection: Connection, sources: Collection[str]) -> dict[str, dict[str, int]]:
        """The same by source, in one statement; in none where no view hears any of them."""
        found = {source: dict.fromkeys((one.tracking_name for one in self.hearing(source)), 0) for source in sources}
        names = {name for positions in found.values() for name in positions}
        if names:
            mine = (tracking.c.source.in_(found), tracking.c.view.in_(names))
            for row in connection.execute(select(tracking).where(*mine)):
                if row.view in found[row.source]:
                    found[row.source][row.view] = row.position
        return found

    def all_tracked_in(self, connection: Connection) -> dict[tuple[str, str], int]:
        """By view and source, everything that is tracked, as this transaction sees it."""
        return {(row.view, row.source): row.position for row in connection.execute(select(tracking))}

    def hearing(self, source: str) -> list[Projection]:
        """The views that hear a source."""
        return [one for one in self.projections if source in one.hears]

    def track(self, connection: Connection, view: str, source: str, position: int) -> None:
        """Move a view's tracking row, in the transaction of its rows."""
        self.track_all(connection, source, {view: position})

    def track_all(self, connection: Connection, source: str, positions: Mapping[str, int]) -> None:
        """Move the tracking rows of several views."""
        rows = [{"view": view, "source": source, "position": position} for view, position in positions.items()]
        run_for_all(connection, _MOVE, rows)

    @property
    def tables(self) -> list[tuple[Projection, Table]]:
        """Every table, with the projection that writes it."""
        return [(one, table) for one in self.projections for table in one.metadata.sorted_tables]

    def digests(self) -> dict[str, str]:
        """sha-256 over the rows of every table in a fixed order: equal views have equal digests."""
        with self.scanning() as connection:
            return {table.name: digest(connection, table)[0] for _, table in self.tables}

    @contextmanager
    def beside(self) -> Iterator[Self]:
        """The same views once more, empty, for as long as the block lasts."""
        with self.database.beside() as database:
            yield type(self)(database, [type(one)() for one in self.projections])

    def take_over(self, beside: Self) -> None:
        """Put the views beside these in their place, in a block of ``held``. What else is tracked here stays so."""
        with self.reading() as old, beside.writing() as new:
            for row in old.execute(select(tracking)).mappings():
                new.execute(insert(tracking).values(dict(row)).on_conflict_do_nothing())
        self.database.take_over(beside.database, [tracking, *(table for _, table in self.tables)])

    def scrub(self) -> bool:
        """Rows that were deleted leave nothing behind on the disk; False when somebody still reads
        the older state."""
        with self._write:
            return self.database.scrub()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def digest(connection: Connection, table: Table) -> tuple[str, int]:
    """sha-256 over the rows of a table in the order of its key, and how many there are."""
    found, count = hashlib.sha256(), 0
    in_order = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(in_order, execution_options={"yield_per": 1000}):
        found.update(orjson.dumps(list(row), default=str))
        count += 1
    return found.hexdigest(), count
