"""Databases of a platform's services for tests: migrated once a session, copied, and emptied for the next test."""

import itertools
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from services.kernel.store.postgres.provisioning import Place, make_database
from services.migrating import migrate

from .postgres import PostgresServer

PASSWORD = "tests"
Session = psycopg.Connection[Any]
# What a migrated database has; a test that left anything else gets no successor.
SHAPE = """
SELECT coalesce(string_agg(concat_ws(' ', relnamespace::regnamespace, relname, relkind, attname, atttypid), ','
                           ORDER BY relnamespace::regnamespace::text, relname, attnum), '')
FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
WHERE relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'checks')
"""
EMPTY = """
DO $$ DECLARE it record; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR it IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('facts', 'keys', 'views') AND tablename <> 'migrations'
  LOOP EXECUTE format('DELETE FROM %I.%I', it.schemaname, it.tablename); END LOOP;
  IF to_regclass('facts.head') IS NOT NULL THEN
    INSERT INTO facts.head VALUES (1, 0, decode(repeat('00', 32), 'hex'));
  END IF;
END $$
"""


@dataclass(frozen=True, slots=True)
class Names:
    """Where the databases of one place are: what ``Servers`` and ``migrate`` ask for."""

    server: PostgresServer
    session: str
    place: str

    def database_of(self, service: str) -> str:
        """The address of a service's facts and views."""
        return self.server.url(f"{self.session}_{self.place}_{service}", f"{self.session}_{service}", PASSWORD)

    def keys_of(self, service: str) -> str:
        """The address of its keys."""
        return self.server.url(f"{self.session}_{self.place}_{service}_keys", f"{self.session}_{service}", PASSWORD)

    def both_of(self, service: str) -> list[Place]:
        """The two databases of a service."""
        facts = Place.of(service, "facts", self.database_of(service))
        return [facts, Place.of(service, "keys", self.keys_of(service))]


class Databases:
    """Makes them and takes them back. Several sessions on one server do not meet."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self.session = f"agora_t{uuid4().hex[:8]}"
        self._numbers = itertools.count(1)
        self._lock = Lock()
        self._template = Names(server, self.session, "template")
        self._shapes: dict[str, str] = {}
        """Of every migrated service, as it is once somebody has opened its views."""
        self._free: dict[str, list[Names]] = {}
        self._sessions: dict[str, Session] = {}

    def new_place(self) -> Names:
        """Names that nobody has used; there is nothing behind them yet."""
        return Names(self.server, self.session, f"p{next(self._numbers)}")

    def take(self, service: str) -> Names:
        """The two databases of a service, migrated and empty."""
        with self._lock:
            free = self._free.setdefault(service, [])
            return free.pop() if free else self._copied(service)

    def give_back(self, place: Names, service: str) -> None:
        """Empty them for the next one; what is still connected is thrown out."""
        with self._lock:
            try:
                for one in place.both_of(service):
                    self._session(one.database).execute(EMPTY)
                shape = self._shape(place, service)
            except psycopg.Error:  # somebody has broken them, or the server
                shape = None
            if shape is not None and self._shapes.setdefault(service, shape) == shape:
                self._free[service].append(place)
            else:
                self._drop_both(place, service)

    def content(self, place: Names, service: str) -> dict[str, bytes]:
        """Every row of every table as bytes, by service, schema and table."""
        listed = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('facts', 'keys', 'views')"
        with self._lock:
            found = {}
            for one in place.both_of(service):
                session = self._session(one.database)
                for schema, table in session.execute(listed).fetchall():
                    copied = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(schema, table))
                    with session.cursor().copy(copied) as rows:
                        found[f"{service}.{schema}.{table}"] = b"".join(map(bytes, rows))
            return found

    def close(self) -> None:
        """Drop everything of this session."""
        with self._lock, suppress(psycopg.OperationalError):
            mine = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            for (database,) in self._admin().execute(mine, (self.session,)).fetchall():
                self._drop(database)
            for service in self._free:
                role = sql.Identifier(f"{self.session}_{service}")
                self._admin().execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
        for session in self._sessions.values():
            session.close()

    def _copied(self, service: str) -> Names:
        if service not in self._migrated():
            migrate(self.server.admin_url, self._template, [service])
        place = self.new_place()
        for source, copy in zip(self._template.both_of(service), place.both_of(service), strict=True):
            self._copy(source, copy)
        return place

    def _migrated(self) -> set[str]:
        """The services of which there is a template."""
        listed = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        beginning = f"{self.session}_template_"
        found = self._admin().execute(listed, (beginning,)).fetchall()
        return {database.removeprefix(beginning) for (database,) in found}

    def _copy(self, source: Place, copy: Place) -> None:
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER agora_owner")
        admin = self._admin()
        admin.execute(copied.format(sql.Identifier(copy.database), sql.Identifier(source.database)))
        make_database(admin, copy)  # it is there: only what one may do with it is set
        path = sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = views")
        admin.execute(path.format(sql.Identifier(copy.role), sql.Identifier(copy.database)))

    def _shape(self, place: Names, service: str) -> str:
        found = [self._session(one.database).execute(SHAPE).fetchone() for one in place.both_of(service)]
        return " | ".join(str(row) for row in found)

    def _drop_both(self, place: Names, service: str) -> None:
        for one in place.both_of(service):
            self._drop(one.database)

    def _drop(self, database: str) -> None:
        if database in self._sessions:
            self._sessions.pop(database).close()
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._admin().execute(statement.format(sql.Identifier(database)))

    def _admin(self) -> Session:
        return self._session("postgres")

    def _session(self, database: str) -> Session:
        """The administrator's connection, made again when a test has killed the server."""
        if database not in self._sessions or not _answers(self._sessions[database]):
            self._sessions[database] = self.server.connect(database)
        return self._sessions[database]


def _answers(session: Session) -> bool:
    try:
        session.execute("SELECT 1")
    except psycopg.OperationalError:
        session.close()
        return False
    return True
