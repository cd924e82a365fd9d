"""Databases of services on a server for tests, with names that nobody else has, made by the program's own migration."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.postgres.servers import Servers
from services.migrating import Migrated, migrate

from .servers.postgres import PostgresServer

TABLES = ("facts", "commands", "tracking", "sides", "due", "snapshots", "kept", "parked")


class OwnDatabases:
    """Addresses of the databases of some services, as the settings give them to the program."""

    def __init__(self, server: PostgresServer, services: Sequence[str] = ("tally",)) -> None:
        self.server, self.services = server, services
        self._prefix, self.password = f"t{secrets.token_hex(5)}", secrets.token_hex(8)

    def role_of(self, service: str) -> str:
        """The role that a service signs in as."""
        return f"{self._prefix}_{service}"

    def database_of(self, service: str) -> str:
        """See Addresses."""
        return self.server.url(self.role_of(service), self.role_of(service), self.password)

    def keys_of(self, service: str) -> str:
        """See Addresses."""
        return self.server.url(f"{self.role_of(service)}_keys", self.role_of(service), self.password)

    def migrate(self, **more: Any) -> list[Migrated]:
        """Make them, or bring them to the latest step."""
        return migrate(self.server.admin_url, self, self.services, **more)

    def stores(self) -> Servers:
        """The stores of the services, as a process opens them."""
        return Servers(self)

    def recorder(self, service: str = "tally") -> DatabaseRecorder:
        """The facts of a service; whoever opens it closes it."""
        return self.stores().recorder(service)

    @contextmanager
    def superuser(self, service: str = "tally") -> Iterator["psycopg.Connection[Any]"]:
        """A connection of the superuser to the facts of a service: somebody to whom no grant applies."""
        with self.server.connect(self.role_of(service)) as connection:
            yield connection

    @contextmanager
    def session(self, service: str = "tally") -> Iterator["psycopg.Connection[Any]"]:
        """A connection of a service's own role to its facts."""
        with psycopg.connect(self.database_of(service), autocommit=True, connect_timeout=10) as connection:
            yield connection

    def empty(self, service: str = "tally") -> None:
        """A store in which nothing ever happened."""
        with self.superuser(service) as connection:
            connection.execute("TRUNCATE " + ", ".join(f"facts.{name}" for name in TABLES))
            connection.execute("DELETE FROM facts.head")
            connection.execute("INSERT INTO facts.head VALUES (1, 0, decode(repeat('00', 32), 'hex'))")

    def drop(self) -> None:
        """Take them away again."""
        with self.server.connect() as connection:
            for service in self.services:
                for name in (self.role_of(service), f"{self.role_of(service)}_keys"):
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                connection.execute(f'DROP ROLE IF EXISTS "{self.role_of(service)}"')

    @contextmanager
    def patience(self, lock_timeout: str) -> Iterator[None]:
        """How long an append waits for another one, for as long as the block lasts."""
        with self.superuser() as connection:
            function, _ = _function(connection, "facts.append")
            connection.execute(f"ALTER FUNCTION {function} SET lock_timeout = '{lock_timeout}'")
            try:
                yield
            finally:
                connection.execute(f"ALTER FUNCTION {function} SET lock_timeout = '5s'")

    @contextmanager
    def without(self, guard: str, name: str) -> Iterator[None]:
        """A function of the store without a piece of it, for as long as the block lasts."""
        with self.superuser() as connection:
            _, written = _function(connection, name)
            assert guard in written
            connection.execute(written.replace(guard, ""))
            try:
                yield
            finally:
                connection.execute(written)


def _function(connection: "psycopg.Connection[Any]", name: str) -> tuple[str, str]:
    """Signature and definition of the one function of this name."""
    schema, _, bare = name.partition(".")
    (found,) = connection.execute(
        "SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc"
        " WHERE pronamespace = %s::regnamespace AND proname = %s",
        (schema, bare),
    ).fetchall()
    return str(found[0]), str(found[1])
