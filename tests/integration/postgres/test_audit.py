"""The audit of a store on PostgreSQL: the same invariants, the same digest, at one moment."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.auditing import AuditReport, audit_directory, audit_servers
from services.cli import auditing
from services.composition import SERVICES
from services.kernel.store.at_rest import StoreAtRest, StoreUnreadable
from services.kernel.store.audit import StoreReport
from services.kernel.store.chain import verify
from services.kernel.store.postgres.servers import DatabaseNotReachable
from services.kernel.store.recorder import Entry
from services.settings import Settings
from tests.support.audited import FACTS, fill, found, look, look_at
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import fact, kept, parked
from tests.support.servers.postgres import PostgresServer


@pytest.fixture
def filled(databases: OwnDatabases, tmp_path: Path) -> OwnDatabases:
    """The tallies that the audit of files is tried on."""
    fill(tmp_path / "keys", databases.recorder())
    return databases


def report(databases: OwnDatabases) -> StoreReport:
    """What the audit says of them."""
    return look_at(partial(databases.stores().at_rest, "tally"))


@pytest.fixture
def at_rest(filled: OwnDatabases) -> Iterator[StoreAtRest]:
    with filled.stores().at_rest("tally") as opened:
        yield opened


def tamper(databases: OwnDatabases, statement: str) -> None:
    """Change the store behind its back; it must change exactly one row."""
    with databases.superuser() as connection:
        assert connection.execute(statement).rowcount == 1  # type: ignore[call-overload]


def test_says_what_it_says_of_the_same_in_a_file(filled: OwnDatabases, tmp_path: Path) -> None:
    fill(tmp_path / "file")
    in_file, in_database = look(tmp_path / "file"), report(filled)
    assert in_database.findings == []
    assert in_database == in_file
    assert in_database.digest is not None
    assert in_database.facts == FACTS


def test_all_reads_see_the_moment_at_which_it_was_opened(at_rest: StoreAtRest, filled: OwnDatabases) -> None:
    recorder = filled.recorder()
    recorder.append([Entry([fact(1)], kept=[kept(1)], parked=[parked(1)])])
    assert (at_rest.position(), at_rest.count(), len(list(at_rest.commands()))) == (FACTS, FACTS, FACTS)
    assert (at_rest.kept_head()[0], at_rest.parked_count()) == (0, 0)
    assert verify(at_rest.rows(), at_rest.head()) == FACTS
    recorder.close()


def test_reading_keeps_nobody_from_writing(at_rest: StoreAtRest, filled: OwnDatabases) -> None:
    recorder, rows = filled.recorder(), at_rest.rows()
    assert next(rows).position == 1
    assert recorder.append([Entry([fact(1)])]) == [FACTS + 1]
    recorder.close()


def test_a_read_that_fails_leaves_the_others_their_moment(at_rest: StoreAtRest, filled: OwnDatabases) -> None:
    recorder = filled.recorder()
    recorder.append([Entry([fact(1)])])
    with pytest.raises(Exception, match="no_such_table"):
        at_rest._fetch("SELECT * FROM no_such_table")  # type: ignore[attr-defined]
    assert at_rest.position() == FACTS
    recorder.close()


def test_changes_nothing(at_rest: StoreAtRest, filled: OwnDatabases) -> None:
    with pytest.raises(Exception, match="only read"):
        at_rest.append([Entry([fact(1)])])
    with pytest.raises(Exception, match="read-only transaction"):
        at_rest._fetch("SELECT facts.keep_snapshot(gen_random_uuid(), 1, '', '')")  # type: ignore[attr-defined]


FOUND = {
    "the position": ("UPDATE facts.facts SET position = 99 WHERE position = 7", "chain"),
    "a position before the first": ("UPDATE facts.facts SET position = -7 WHERE position = 7", "chain"),
    "the stream": ("UPDATE facts.facts SET originator_id = gen_random_uuid() WHERE position = 7", "chain"),
    "the version": ("UPDATE facts.facts SET originator_version = 99 WHERE position = 7", "chain"),
    "the topic": ("UPDATE facts.facts SET topic = 'tally:Tally.Closed' WHERE position = 7", "chain"),
    "the state": ("UPDATE facts.facts SET state = '{}' WHERE position = 7", "chain"),
    "the link": ("UPDATE facts.facts SET link = '' WHERE position = 7", "chain"),
    "the end of the log": ("UPDATE facts.head SET position = 14", "chain"),
    "no end of the log": ("DELETE FROM facts.head", "chain"),
    "a removed fact": ("DELETE FROM facts.facts WHERE position = 7", "chain"),
    "the last fact removed": (f"DELETE FROM facts.facts WHERE position = {FACTS}", "chain"),
    "an answer": ("UPDATE facts.commands SET answer = 'x' WHERE position = 7", "commands"),
    "a forged command": ("INSERT INTO facts.commands VALUES (gen_random_uuid(), '', '{}', -1)", "commands"),
    "tracking": ("UPDATE facts.tracking SET position = 99", "tracking"),
    "a relay that is ahead": ("INSERT INTO facts.tracking VALUES ('relay', 16)", "tracking"),
    "a snapshot": ("UPDATE facts.snapshots SET state = 'x'", "I-11 snapshots"),
    "a due row": ("UPDATE facts.due SET due_at = due_at + 1", "due"),
    "an invented message": ("INSERT INTO facts.kept VALUES (1, 'tally', 1, '', '', '')", "kept"),
    "a parked row": ("INSERT INTO facts.parked VALUES ('a', 'a', 1, '', '', 'views', '', 0, '')", "parked"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "invariant"), FOUND.values(), ids=FOUND.keys())
def test_finds_a_change_of(filled: OwnDatabases, statement: str, invariant: str) -> None:
    tamper(filled, statement)
    assert invariant in found(report(filled))


def test_a_relay_that_has_come_to_the_end_is_no_finding(filled: OwnDatabases) -> None:
    tamper(filled, f"INSERT INTO facts.tracking VALUES ('relay', {FACTS})")
    assert report(filled).findings == []


def test_finds_an_index_that_is_not_valid(filled: OwnDatabases) -> None:
    with filled.superuser() as connection:
        change = "UPDATE pg_index SET indisvalid = {} WHERE indexrelid = 'facts.due_in_order'::regclass"
        connection.execute(change.format("false"))
        assert found(report(filled))["file"][1] == "the index facts.due_in_order is not valid"
        connection.execute(change.format("true"))


def test_finds_an_index_that_has_lost_a_row(filled: OwnDatabases) -> None:
    """The row is put in while the index is not kept up; amcheck compares it with the table."""
    ready = "UPDATE pg_index SET indisready = {} WHERE indexrelid = 'facts.due_in_order'::regclass"
    with filled.superuser() as connection:
        assert connection.execute("SELECT facts.is_checked()").fetchone() == (True,), "amcheck is there"
        connection.execute(ready.format("false"))
    with filled.superuser() as connection:
        connection.execute("INSERT INTO facts.due VALUES ('close', 'somebody', 1, 1, 0)")
        connection.execute(ready.format("true"))
    assert "due_in_order" in found(report(filled))["file"][1]
    with filled.superuser() as connection:
        connection.execute("REINDEX INDEX facts.due_in_order")


def test_without_the_extension_it_counts(filled: OwnDatabases) -> None:
    with filled.superuser() as connection:
        connection.execute("DROP EXTENSION amcheck")
        assert connection.execute("SELECT facts.is_checked()").fetchone() == (False,)
        assert report(filled).findings == []
        counts = "SELECT facts.count_by_heap('facts.facts'), facts.count_by_index('facts.facts')"
        assert connection.execute(counts).fetchone() == (FACTS, FACTS)
    filled.migrate()
    with filled.superuser() as connection:
        assert connection.execute("SELECT facts.is_checked()").fetchone() == (True,)


def test_what_is_no_store_is_a_finding(databases: OwnDatabases, postgres_server: PostgresServer) -> None:
    gone = OwnDatabases(postgres_server)
    with pytest.raises(StoreUnreadable):
        gone.stores().at_rest("tally")
    result = report(gone)
    assert [one.invariant for one in result.findings] == ["file"]
    assert result.digest is None


@pytest.fixture(scope="module")
def platform(postgres_server: PostgresServer) -> Iterator[OwnDatabases]:
    databases = OwnDatabases(postgres_server, SERVICES)
    databases.migrate()
    yield databases
    databases.drop()


def audited(platform: OwnDatabases, tmp_path: Path) -> AuditReport:
    return audit_servers(settings_of(platform, tmp_path))


def settings_of(platform: OwnDatabases, tmp_path: Path) -> Settings:
    address = platform.database_of("SERVICE").replace("SERVICE", "{service}")
    return Settings(database_url=address, data=tmp_path)


def test_audits_the_databases_of_all_services(platform: OwnDatabases, tmp_path: Path) -> None:
    result = audited(platform, tmp_path)
    assert [store.service for store in result.stores] == list(SERVICES)
    assert result.findings == []
    assert result.digest is not None
    with pytest.raises(DatabaseNotReachable):
        audited(OwnDatabases(platform.server, SERVICES), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_is_gone_is_a_finding(platform: OwnDatabases, tmp_path: Path) -> None:
    settings = settings_of(platform, tmp_path)
    lost = platform.role_of("groups")
    platform.server.execute(f"ALTER DATABASE {lost} RENAME TO {lost}_gone")
    result = audit_servers(settings)
    assert [(one.service, one.invariant) for one in result.findings] == [("groups", "file")]
    platform.server.execute(f"ALTER DATABASE {lost}_gone RENAME TO {lost}")


def test_the_command_audits_what_the_settings_name(platform: OwnDatabases, tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(auditing.audit)
    known = {"COLUMNS": "240", "AGORA_DATABASE_URL": settings_of(platform, tmp_path).database_url}
    result = CliRunner().invoke(app, [], env=known)
    assert result.exit_code == 0, result.output
    assert f"digest all        {audited(platform, tmp_path).digest}" in result.output
    named = CliRunner().invoke(app, ["--data", str(tmp_path / "none")], env=known)
    assert "There is no platform in" in str(named.exception)


def test_an_empty_platform_has_the_digest_of_an_empty_directory(platform: OwnDatabases, tmp_path: Path) -> None:
    from services.kernel.store.sqlite import SQLiteRecorder

    for service in SERVICES:
        SQLiteRecorder(tmp_path / service / "facts.db").close()
    assert audit_directory(tmp_path).digest == audited(platform, tmp_path / "none").digest


def test_the_extension_needs_no_right_of_the_service(filled: OwnDatabases) -> None:
    with filled.session() as connection, pytest.raises(Exception, match="permission denied for schema checks"):
        connection.execute("SELECT checks.bt_index_check('facts.facts_pkey'::regclass)")
