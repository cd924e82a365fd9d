"""The recorder on PostgreSQL: one append is one statement, so one round trip and one transaction.

Everything that changes a table is a function of the schema ``facts`` (see ``sql/``); the service's role can do no more
than call them and read. An append whose connection is lost is never repeated here: it may have been stored.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from ..recorder import DueRow, Entry, StoredSnapshot
from ..sqlite_schema import microseconds
from .appending import SOON, arguments, clash_of, statement_for
from .connecting import Connections, told_as_ours
from .reading import DatabaseReading
from .texts import stored

MOST_READERS, MOST_WRITERS = 6, 2


class DatabaseRecorder(DatabaseReading):
    """The facts of one service in its database, which ``agora migrate`` has made. Connects when it is first asked.

    Raises the library's OperationalError when the database cannot be reached or does not answer in time.
    """

    def __init__(self, url: str, name: str, readers: int = MOST_READERS) -> None:
        """``name`` is how the server knows the connections, such as "agora-mall"; ``readers`` how many read at once."""
        self._reading = Connections(url, name, readers)
        self._writing = Connections(url, f"{name}-writing", MOST_WRITERS)

    def append(self, entries: Sequence[Entry]) -> list[int]:
        given, statement = arguments(entries), statement_for(entries)
        with told_as_ours(), self._writing.one() as connection:
            try:
                found = connection.execute(statement, given, prepare=True, binary=True).fetchone()
            except psycopg.Error as failure:
                clash = clash_of(failure, entries)
                if clash is failure:
                    raise
                raise clash from failure
        assert found is not None
        return list(found[0])

    def postpone(self, row: DueRow, until: datetime) -> None:
        self._change(
            "SELECT facts.postpone(%s, %s, %s::bigint, %s::bigint)" + SOON,  # lost: it is tried a little earlier
            (stored(row.kind), stored(row.subject), microseconds(row.due_at), microseconds(until)),
        )

    def keep_snapshot(self, originator_id: UUID, snapshot: StoredSnapshot) -> None:
        self._change(
            "SELECT facts.keep_snapshot(%s, %s::bigint, %s, %s)",
            (originator_id, snapshot.version, snapshot.stamp, snapshot.state),
        )

    def scrub(self) -> bool:
        """The vacuum of the server sees to it, within its own time."""
        return True

    def close(self) -> None:
        self._reading.close()
        self._writing.close()

    def _fetch(self, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._reading.fetch(statement, given)

    def _change(self, statement: str, given: Sequence[Any]) -> None:
        with told_as_ours(), self._writing.one() as connection:
            connection.execute(statement, given, prepare=True)
