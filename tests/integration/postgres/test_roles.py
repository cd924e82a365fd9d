"""What the role of a service may do, tried as that role."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from services.kernel.store.chain import verify
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry
from tests.support.own_databases import TABLES, OwnDatabases
from tests.support.recorder_contract import fact, whole
from tests.support.servers.postgres import PostgresServer

CHANGES = {
    "facts": "topic = ''", "commands": "answer = ''", "tracking": "position = 0", "sides": "value = ''",
    "due": "due_at = 0", "snapshots": "version = 0", "kept": "envelope = ''", "parked": "cause = ''",
    "head": "position = 0", "migrations": "name = ''",
}  # fmt: skip
FORBIDDEN = [
    *(f"UPDATE facts.{table} SET {change}" for table, change in CHANGES.items()),
    *(f"DELETE FROM facts.{table}" for table in CHANGES),
    *(f"TRUNCATE facts.{table}" for table in CHANGES),
    *(f"INSERT INTO facts.{table} SELECT * FROM facts.{table}" for table in CHANGES),
    *(f"ALTER TABLE facts.{table} ADD COLUMN more text" for table in ("facts", "head")),
    "INSERT INTO facts.facts VALUES (1, gen_random_uuid(), 1, 'a:B', '', '')",
    "DROP TABLE facts.facts", "DROP SCHEMA facts CASCADE", "ALTER TABLE facts.facts DISABLE TRIGGER ALL",
    "ALTER TABLE facts.facts DROP CONSTRAINT facts_version", "DO $$ BEGIN LOCK TABLE facts.facts IN SHARE MODE; END $$",
    "CREATE TABLE facts.more (one integer)", "CREATE TABLE public.more (one integer)", "CREATE SCHEMA more",
    "CREATE FUNCTION facts.more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TEMPORARY TABLE facts (one text)",
    "CREATE TRIGGER more BEFORE INSERT ON facts.facts EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER FUNCTION facts.keep_snapshot SECURITY INVOKER", "DROP FUNCTION facts.keep_snapshot",
    "ALTER FUNCTION facts.append SET search_path = views",
    "CREATE OR REPLACE FUNCTION facts.fault() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
    "SELECT facts.store_facts('{}', '{}', '{}', '{}')", "SELECT facts.store_tracking('{}', '{}')",
    "SELECT facts.store_sides('{}', '{}', '{}', '{}')", "SELECT facts.keep('{}', '{}', '{}', '{}')",
    "SET ROLE agora_owner", "SET SESSION AUTHORIZATION agora_owner",
    "CREATE ROLE more", "CREATE DATABASE more", "COPY facts.facts TO '/facts'", "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM pg_authid", "SET session_replication_role = replica", "SELECT lo_import('/etc/passwd')",
]  # fmt: skip


@pytest.fixture
def filled(databases: OwnDatabases, recorder: DatabaseRecorder) -> OwnDatabases:
    recorder.append([Entry([fact(1)]), whole(released=[])])
    return databases


@pytest.fixture
def service(filled: OwnDatabases) -> Iterator["psycopg.Connection[Any]"]:
    with filled.session() as connection:
        yield connection


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_service_may_not(statement: str, service: "psycopg.Connection[Any]", recorder: DatabaseRecorder) -> None:
    before = (recorder.select_notifications(0, 10), recorder.head(), recorder.parked(10))
    with pytest.raises(InsufficientPrivilege):
        service.execute(statement)  # type: ignore[call-overload]
    assert (recorder.select_notifications(0, 10), recorder.head(), recorder.parked(10)) == before


@pytest.mark.parametrize("table", CHANGES)
def test_whoever_may_do_everything_may_do_that_so_it_is_the_grants_that_forbid_it(
    table: str, filled: OwnDatabases
) -> None:
    with filled.superuser() as connection:
        connection.execute(f"UPDATE facts.{table} SET {CHANGES[table]} WHERE false")
        connection.execute(f"DELETE FROM facts.{table} WHERE false")


def test_a_service_has_these_rights_and_no_other(filled: OwnDatabases) -> None:
    held = """
        SELECT coalesce(c.relname, p.proname, n.nspname), a.privilege_type
        FROM (SELECT 'r' AS kind, oid, relacl AS acl FROM pg_class UNION ALL SELECT 'f', oid, proacl FROM pg_proc
              UNION ALL SELECT 'n', oid, nspacl FROM pg_namespace) AS o
        CROSS JOIN aclexplode(o.acl) AS a
        LEFT JOIN pg_class AS c ON o.kind = 'r' AND c.oid = o.oid
        LEFT JOIN pg_proc AS p ON o.kind = 'f' AND p.oid = o.oid
        LEFT JOIN pg_namespace AS n ON o.kind = 'n' AND n.oid = o.oid
        WHERE a.grantee = %s::regrole AND coalesce(n.nspname, '') NOT IN ('views', 'views_rebuilt')"""
    with filled.superuser() as connection:
        found = set(connection.execute(held, (filled.role_of("tally"),)).fetchall())
    tables = {(table, "SELECT") for table in (*TABLES, "head", "migrations")}
    functions = {(name, "EXECUTE") for name in ("append", "postpone", "keep_snapshot", "fault")}
    assert found == tables | functions | {("facts", "USAGE")}


def test_nobody_else_has_rights_on_the_facts(filled: OwnDatabases) -> None:
    public = """
        SELECT o.name FROM (
            SELECT relname AS name, relacl AS acl FROM pg_class WHERE relnamespace = 'facts'::regnamespace
            UNION ALL SELECT proname, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
            WHERE pronamespace = 'facts'::regnamespace) AS o, aclexplode(o.acl) AS a WHERE a.grantee = 0"""
    with filled.superuser() as connection:
        assert connection.execute(public).fetchall() == []


def test_a_service_owns_its_views(service: "psycopg.Connection[Any]") -> None:
    service.execute("CREATE TABLE mine (one integer)")
    assert service.execute("SELECT to_regclass('views.mine') IS NOT NULL").fetchone() == (True,)
    service.execute("ALTER TABLE mine SET SCHEMA views_rebuilt")
    service.execute("DROP TABLE views_rebuilt.mine")


def test_functions_of_the_same_name_in_its_own_schema_are_never_called(
    service: "psycopg.Connection[Any]", recorder: DatabaseRecorder, filled: OwnDatabases
) -> None:
    service.execute("CREATE FUNCTION views.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT 'x'::bytea $$")
    service.execute("CREATE FUNCTION views.int8send(bigint) RETURNS bytea LANGUAGE sql AS $$ SELECT 'x'::bytea $$")
    with recorder._writing.one() as connection:
        connection.execute("SET search_path = views, pg_catalog")
    recorder.append([Entry([fact(3)])])
    assert verify(recorder.rows(), recorder.head()) == 3
    service.execute("DROP FUNCTION views.sha256(bytea), views.int8send(bigint)")


def test_two_services_cannot_enter_each_others_databases(postgres_server: PostgresServer) -> None:
    both = OwnDatabases(postgres_server, ("tally", "census"))
    both.migrate()
    for one, other in (("tally", "census"), ("census", "tally")):
        for name in (both.role_of(other), f"{both.role_of(other)}_keys"):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(make_conninfo(both.database_of(one), dbname=name))
        psycopg.connect(both.database_of(one)).close()
    both.drop()


KEYS_FORBIDDEN = [
    "INSERT INTO keys.keys VALUES ('anna', 'tally', 'x')", "UPDATE keys.keys SET wrapped = 'x'",
    "DELETE FROM keys.keys", "TRUNCATE keys.keys", "DROP TABLE keys.keys", "CREATE TABLE keys.more (one integer)",
    "ALTER FUNCTION keys.bury SECURITY INVOKER",
]  # fmt: skip


@pytest.mark.parametrize("statement", KEYS_FORBIDDEN)
def test_a_service_may_not_do_to_its_keys(statement: str, databases: OwnDatabases) -> None:
    connected = psycopg.connect(databases.keys_of("tally"), autocommit=True)
    with connected as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[call-overload]
