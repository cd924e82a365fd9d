"""A store at rest on PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg

from ..at_rest import StoreAtRest, StoreUnreadable
from .connecting import connect
from .provisioning import last_line
from .reading import DatabaseReading
from .texts import original


class DatabaseAtRest(StoreAtRest, DatabaseReading):
    """All reads see the same moment, because they are one transaction. A read that fails leaves the others theirs."""

    def __init__(self, url: str, name: str) -> None:
        try:
            self._session = connect(url, name, statement_timeout=0, idle_in_transaction_session_timeout=0)
        except psycopg.OperationalError as failure:
            raise StoreUnreadable(last_line(failure)) from failure
        try:
            self.look()
        except StoreUnreadable:
            self._session.close()
            raise

    def look(self) -> None:
        try:
            self._session.rollback()
            self._session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._session.execute("SELECT count(*) FROM facts.head")  # the moment is that of the first read
        except psycopg.Error as failure:
            raise StoreUnreadable(last_line(failure)) from failure

    def fault(self) -> str | None:
        try:
            said = self._fetch("SELECT facts.fault()")[0][0]
        except psycopg.Error as failure:
            return last_line(failure)
        return None if said is None else str(said)

    def count(self) -> int:
        try:
            return int(self._fetch("SELECT count(*) FROM facts.facts")[0][0])
        except psycopg.Error as failure:
            raise StoreUnreadable(last_line(failure)) from failure

    def commands(self) -> Iterator[tuple[Any, Any, Any, Any]]:
        with self._session.cursor("commands", binary=True) as rows:  # the server keeps them until they are wanted
            rows.execute("SELECT uuid_send(command_id), digest, answer, position FROM facts.commands ORDER BY position")
            yield from rows

    def trackings(self) -> dict[str, Any]:
        return dict(self._fetch("SELECT reader, position FROM facts.tracking"))

    def due_rows(self) -> dict[tuple[str, str], Any]:
        found = self._fetch("SELECT kind, subject, due_at FROM facts.due")
        return {(original(kind), original(subject)): due_at for kind, subject, due_at in found}

    def all_sides(self) -> Iterator[tuple[str, str, bytes]]:
        with self._session.cursor("sides", binary=True) as rows:
            rows.execute("SELECT kind, key, value FROM facts.sides ORDER BY kind, key")
            yield from ((original(kind), original(key), value) for kind, key, value in rows)

    def snapshots(self) -> list[tuple[UUID, str]]:
        return [
            (originator_id, topic)
            for originator_id, topic in self._fetch(
                "SELECT s.originator_id, coalesce(f.topic, '') FROM facts.snapshots AS s LEFT JOIN facts.facts AS f"
                " ON f.originator_id = s.originator_id AND f.originator_version = 1"
            )
        ]

    def _fetch(self, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._session.transaction():  # inside the one that holds the moment: a place to come back to
            return self._session.execute(statement, given, binary=True).fetchall()

    def close(self) -> None:
        self._session.close()
