"""Roles, databases and grants, as an administrator of the server: whatever is missing is made, the rest stays.

A service's role can sign in, connect to its own two databases, read the facts, call the functions that change them,
and own its views. Everything else belongs to ``agora_owner``, as whom nobody can sign in.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ...refusals import Conflicting, Forbidden, Unready
from .connecting import Session, connect
from .leadership import LOCKS
from .migrations import OWNER, Migration, apply, be_owner

LOCK_SECONDS = 60
VIEWS = ("views", "views_rebuilt")
"""What a service owns: its views, and the place where they are rebuilt beside the running ones."""
FACTS_FUNCTIONS, KEYS_FUNCTIONS = ["append", "postpone", "keep_snapshot", "fault"], ["add", "bury"]


class ServerNotReachable(Unready):
    """The administrator's connection cannot be made."""

    sentence = "The database server cannot be reached ({why}); see that it runs, and check AGORA_ADMIN_DATABASE_URL."


class AdministratorTooWeak(Forbidden):
    """The administrator may not make roles or databases."""

    sentence = "The role {role} of AGORA_ADMIN_DATABASE_URL is not allowed to do this ({why}); name an administrator."


class ServiceTooStrong(Conflicting):
    """A service would sign in as somebody to whom no grant applies."""

    sentence = "The role {role} may do everything on the server; name a role of its own for {service} in its address."


class ServicesNotApart(Conflicting):
    """Two services share a role or a database."""

    sentence = "{service} has the {what} {name}, and so has another; give each its own, by {{service}} in the address."


class TableInUse(Unready):
    """A step has to change a table, and a transaction that goes on and on has it open."""

    sentence = "Somebody keeps a table in use ({why}); the step was undone as a whole, so run 'agora migrate' again."


class MigratingElsewhere(Unready):
    """Another one migrates and does not come to its end."""

    sentence = "Another 'agora migrate' is under way on this server; try again when it has ended."


@dataclass(frozen=True, slots=True)
class Place:
    """A database and who signs in to it, taken from the address that a service has."""

    service: str
    schema: str
    database: str
    role: str
    password: str

    @classmethod
    def of(cls, service: str, schema: str, url: str) -> "Place":
        """From an address, postgresql://role:password@host/database."""
        told = {name: str(value or "") for name, value in conninfo_to_dict(url).items()}
        role = told.get("user", "")
        return cls(service, schema, told.get("dbname") or role, role, told.get("password", ""))


@contextmanager
def administering(url: str, database: str | None = None) -> Iterator[Session]:
    """A connection of the administrator for as long as the block lasts.

    Raises ServerNotReachable, AdministratorTooWeak, TableInUse.
    """
    address = url if database is None else make_conninfo(url, dbname=database)
    try:
        connection = connect(address, "agora-migrate", statement_timeout=0)
    except psycopg.OperationalError as failure:
        raise ServerNotReachable(why=last_line(failure)) from failure
    try:
        yield connection
    except psycopg.errors.InsufficientPrivilege as failure:
        raise AdministratorTooWeak(role=connection.info.user, why=last_line(failure)) from failure
    except psycopg.errors.LockNotAvailable as failure:
        raise TableInUse(why=last_line(failure)) from failure
    except psycopg.OperationalError as failure:
        raise ServerNotReachable(why=last_line(failure)) from failure
    finally:
        connection.close()


@contextmanager
def alone(admin: Session) -> Iterator[None]:
    """Nobody else migrates on this server meanwhile. Raises MigratingElsewhere."""
    with admin.transaction():
        admin.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(f"{LOCK_SECONDS}s")))
        try:
            admin.execute("SELECT pg_advisory_lock(%s, 0)", (LOCKS,))
        except psycopg.errors.LockNotAvailable as failure:
            raise MigratingElsewhere() from failure
    try:
        yield
    finally:
        with suppress(psycopg.Error):  # it is let go with the connection
            admin.execute("SELECT pg_advisory_unlock(%s, 0)", (LOCKS,))


def refuse_unsafe(admin: Session, places: Sequence[Place]) -> None:
    """Raises ServiceTooStrong, ServicesNotApart."""
    owners: dict[tuple[str, str], str] = {}
    databases: set[str] = set()
    for place in places:
        if owners.setdefault(("role", place.role), place.service) != place.service:
            raise ServicesNotApart(service=place.service, what="role", name=place.role)
        if place.database in databases:
            raise ServicesNotApart(service=place.service, what="database", name=place.database)
        databases.add(place.database)
        asked = "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = %s"
        if admin.execute(asked, (place.role,)).fetchone() == (True,) or place.role in (OWNER, admin.info.user):
            raise ServiceTooStrong(role=place.role, service=place.service)


def make_owner(admin: Session) -> None:
    """The role that owns everything, with the administrator as its member."""
    _make_role(admin, OWNER, sql.SQL("NOLOGIN"))


def make_login(admin: Session, place: Place) -> None:
    """The role of a service, with the password of its address; the server never sees it in the clear."""
    _make_role(admin, place.role, sql.SQL("LOGIN"))
    if place.password:
        hashed = admin.pgconn.encrypt_password(place.password.encode(), place.role.encode(), b"scram-sha-256").decode()
        _run(admin, "ALTER ROLE {} PASSWORD {}", sql.Identifier(place.role), sql.Literal(hashed))


def make_database(admin: Session, place: Place) -> None:
    """The database of a place, in which texts have the order of their bytes; its service alone may connect."""
    database = sql.Identifier(place.database)
    if admin.execute("SELECT FROM pg_database WHERE datname = %s", (place.database,)).fetchone() is None:
        plain = "LOCALE_PROVIDER libc" if admin.info.server_version >= 150_000 else ""
        locale = f"TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' {plain}"
        _run(admin, f"CREATE DATABASE {{}} OWNER {{}} {locale}", database, sql.Identifier(OWNER))
    with admin.transaction():  # there is no moment in which a running service could not connect
        _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC, {}", database, sql.Identifier(place.role))
        _run(admin, "GRANT CONNECT ON DATABASE {} TO {}", database, sql.Identifier(place.role))


def furnish(inside: Session, place: Place, steps: Sequence[Migration]) -> list[Migration]:
    """Schemas, tables, functions and grants inside a database; returns the steps that were taken."""
    with inside.transaction():
        be_owner(inside)
        _run(inside, "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    _run(inside, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    taken = apply(inside, place.schema, steps)
    if place.schema == "facts":
        _make_views(inside, place)
        _make_checks(inside)
    _grant(inside, place, FACTS_FUNCTIONS if place.schema == "facts" else KEYS_FUNCTIONS)
    return taken


def _make_views(inside: Session, place: Place) -> None:
    role = sql.Identifier(place.role)
    for schema in VIEWS:
        _run(inside, "CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", sql.Identifier(schema), role)
    _run(inside, "ALTER ROLE {} IN DATABASE {} SET search_path = views", role, sql.Identifier(place.database))


def _make_checks(inside: Session) -> None:
    """The server's own check of its pages, where it has one and we may set it up."""
    with suppress(psycopg.Error), inside.transaction():
        _run(inside, "CREATE SCHEMA IF NOT EXISTS checks")
        _run(inside, "CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA checks")
        _run(inside, "GRANT USAGE ON SCHEMA checks TO {}", sql.Identifier(OWNER))
        _run(inside, "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA checks TO {}", sql.Identifier(OWNER))


def _grant(inside: Session, place: Place, functions: Sequence[str]) -> None:
    schema, role = sql.Identifier(place.schema), sql.Identifier(place.role)
    with inside.transaction():
        be_owner(inside)
        for kind in ("TABLES", "FUNCTIONS"):
            _run(inside, f"REVOKE ALL ON ALL {kind} IN SCHEMA {{}} FROM PUBLIC, {{}}", schema, role)
        _run(inside, "GRANT USAGE ON SCHEMA {} TO {}", schema, role)
        _run(inside, "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, role)
        named = inside.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = %s::regnamespace AND proname = ANY(%s)",
            (place.schema, list(functions)),
        )
        for (function,) in named.fetchall():
            _run(inside, f"GRANT EXECUTE ON FUNCTION {function} TO {{}}", role)


def _make_role(admin: Session, role: str, kind: sql.SQL) -> None:
    if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        _run(admin, "CREATE ROLE {} {}", sql.Identifier(role), kind)
    if admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,):
        _run(admin, "GRANT {} TO CURRENT_USER", sql.Identifier(role))


def _run(connection: Session, statement: str, *parts: Any) -> None:
    connection.execute(sql.SQL(statement).format(*parts))


def last_line(failure: Exception) -> str:
    """What the server said, on one line, without what stands before."""
    return (str(failure).strip().splitlines() or ["no reason given"])[-1].strip()
