"""``agora migrate``: what it makes, that it may be repeated, and what it says when it cannot."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import typer
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner, Result

from services.cli.migrating import migrate_all
from services.kernel.store.postgres import connecting, provisioning
from services.kernel.store.postgres.migrations import Migration, migrations_of
from services.kernel.store.postgres.provisioning import (
    AdministratorTooWeak,
    MigratingElsewhere,
    ServerNotReachable,
    ServicesNotApart,
    ServiceTooStrong,
    TableInUse,
)
from services.kernel.store.postgres.servers import DatabaseNotReachable, NotMigrated
from services.kernel.store.recorder import Entry
from services.migrating import migrate
from services.settings import Settings
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import STREAM, fact, in_threads
from tests.support.servers.postgres import PostgresServer


@pytest.fixture
def fresh(postgres_server: PostgresServer) -> Iterator[OwnDatabases]:
    databases = OwnDatabases(postgres_server)
    yield databases
    databases.drop()


def with_more(*more: str) -> dict[str, object]:
    """The steps of a version to come: those of today and, on the facts, these."""

    def steps_of(schema: str) -> Sequence[Migration]:
        steps = migrations_of(schema)
        added = [Migration(len(steps) + number, "more", text) for number, text in enumerate(more, start=1)]
        return [*steps, *added] if schema == "facts" else steps

    return {"steps_of": steps_of}


def test_steps_are_numbered_without_a_hole(fresh: OwnDatabases) -> None:
    for schema in ("facts", "keys"):
        assert [step.number for step in migrations_of(schema)] == list(range(1, len(migrations_of(schema)) + 1))
        assert len({step.name for step in migrations_of(schema)}) == len(migrations_of(schema))


def test_takes_every_step_once(fresh: OwnDatabases) -> None:
    first, second = fresh.migrate(), fresh.migrate()
    assert [list(one.taken) for one in first] == [migrations_of("facts"), migrations_of("keys")]
    assert [list(one.taken) for one in second] == [[], []]


def test_a_second_one_leaves_everything_that_is_stored(fresh: OwnDatabases) -> None:
    fresh.migrate()
    recorder = fresh.recorder()
    recorder.append([Entry([fact(1)])])
    fresh.migrate()
    assert recorder.append([Entry([fact(2)])]) == [2]
    assert recorder.select_events(STREAM) == [fact(1), fact(2)]
    recorder.close()


def test_several_at_once_do_no_harm(fresh: OwnDatabases) -> None:
    found = in_threads(4, fresh.migrate)
    taken = [step.name for migrated in found for one in migrated for step in one.taken]
    assert sorted(taken) == sorted(step.name for schema in ("facts", "keys") for step in migrations_of(schema))
    recorder = fresh.recorder()
    assert recorder.append([Entry([fact(1)])]) == [1]
    recorder.close()


def test_without_the_lock_several_at_once_do_harm(fresh: OwnDatabases, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(4)
    make_owner = provisioning.make_owner

    def all_at_once(admin: "psycopg.Connection[tuple[object, ...]]") -> None:
        together.wait(10)
        make_owner(admin)

    monkeypatch.setattr(provisioning, "alone", lambda _: threading.Semaphore(4))
    monkeypatch.setattr(provisioning, "make_owner", all_at_once)
    with pytest.raises(psycopg.Error):
        in_threads(4, fresh.migrate)


def test_whoever_waits_too_long_for_another_one_is_told(
    fresh: OwnDatabases, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provisioning, "LOCK_SECONDS", 0.05)
    with postgres_server.connect() as other:
        other.execute("SELECT pg_advisory_lock(16711, 0)")
        with pytest.raises(MigratingElsewhere):
            fresh.migrate()
    fresh.migrate()


def test_brings_an_older_version_to_the_latest_and_keeps_what_is_stored(fresh: OwnDatabases) -> None:
    older = {"steps_of": lambda schema: migrations_of(schema)[:2]}
    fresh.migrate(**older)
    with fresh.superuser() as connection:
        connection.execute("INSERT INTO facts.sides VALUES ('word', 'a', 'x')")
    with pytest.raises(NotMigrated, match="facts of tally are at step 2, and this program needs"):
        fresh.recorder()
    assert [step.number for step in fresh.migrate()[0].taken] == [
        step.number for step in migrations_of("facts") if step.number > 2
    ]
    recorder = fresh.recorder()
    assert recorder.side("word", "a") == b"x"
    recorder.close()


def test_a_running_service_of_the_older_version_goes_on_meanwhile(fresh: OwnDatabases) -> None:
    fresh.migrate()
    recorder, done = fresh.recorder(), threading.Event()
    stored: list[int] = []

    def work() -> None:
        while not done.is_set():
            stored.extend(recorder.append([Entry([fact(1, uuid4())])]))
            assert recorder.select_notifications(stored[-1] - 1, 1)[0].id == stored[-1]

    worker = threading.Thread(target=work)
    worker.start()
    try:
        more = (
            "ALTER TABLE facts.facts ADD COLUMN remark text", "CREATE INDEX more ON facts.commands (position)",
            "ALTER TABLE facts.head ADD COLUMN remark text NOT NULL DEFAULT 'x'",
        )  # fmt: skip
        taken = fresh.migrate(**with_more(*more))[0].taken
        before = len(stored)
        while len(stored) < before + 20 and worker.is_alive():
            pass
    finally:
        done.set()
        worker.join()
    assert len(taken) == 3
    assert len(stored) >= before + 20
    assert stored == list(range(1, len(stored) + 1))
    older = fresh.recorder()
    assert older.position() == len(stored), "a program that knows fewer steps works on"
    older.close()
    recorder.close()


def test_a_step_that_fails_leaves_nothing_of_it_and_can_be_taken_again(fresh: OwnDatabases) -> None:
    fresh.migrate()
    with pytest.raises(psycopg.errors.DivisionByZero):
        fresh.migrate(
            **with_more("CREATE TABLE facts.more (one integer)", "CREATE TABLE facts.two (one integer); SELECT 1/0")
        )
    with fresh.superuser() as connection:
        there = connection.execute("SELECT to_regclass('facts.more'), to_regclass('facts.two')").fetchone()
    assert there == ("facts.more", None)
    taken = fresh.migrate(**with_more("", "CREATE TABLE facts.two (one integer)"))[0].taken
    assert [step.number - len(migrations_of("facts")) for step in taken] == [2]


def test_what_is_added_is_granted_as_the_rest(fresh: OwnDatabases) -> None:
    added = (
        "CREATE TABLE facts.more (one integer); CREATE FUNCTION facts.more() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    )
    fresh.migrate(**with_more(added))
    with fresh.session() as connection:
        assert connection.execute("SELECT count(*) FROM facts.more").fetchone() == (0,)
        for statement in ("INSERT INTO facts.more VALUES (1)", "SELECT facts.more()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]


def test_rights_that_somebody_gave_are_taken_back(fresh: OwnDatabases) -> None:
    fresh.migrate()
    with fresh.superuser() as connection:
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA facts TO {fresh.role_of('tally')}, PUBLIC")
        connection.execute(f"GRANT CONNECT ON DATABASE {fresh.role_of('tally')} TO PUBLIC")
    fresh.migrate()
    with fresh.session() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM facts.facts")


def test_passwords_are_kept_as_scram_alone_and_a_new_one_takes_the_place_of_the_old(fresh: OwnDatabases) -> None:
    fresh.migrate()
    before = fresh.database_of("tally")
    fresh.password = "another ' \\ one"
    fresh.migrate()
    with fresh.superuser() as connection:
        kept = "SELECT left(rolpassword, 14) FROM pg_authid WHERE rolname = %s"
        assert connection.execute(kept, (fresh.role_of("tally"),)).fetchone() == ("SCRAM-SHA-256$",)
    fresh.recorder().close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(before)


def test_texts_in_its_databases_have_the_order_of_their_bytes(fresh: OwnDatabases) -> None:
    fresh.migrate()
    with fresh.superuser() as connection:
        assert connection.execute("SELECT 'a' > 'B', 'é' > 'z'").fetchone() == (True, True)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


@pytest.fixture
def lesser(postgres_server: PostgresServer) -> Iterator[str]:
    """An administrator as a hosted server gives one: may make roles and databases, and is no superuser."""
    name = f"lesser_{uuid4().hex[:8]}"
    postgres_server.execute(f"CREATE ROLE {name} LOGIN CREATEROLE CREATEDB PASSWORD 'x'")
    yield postgres_server.url("postgres", name, "x")
    postgres_server.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_an_administrator_who_is_no_superuser_will_do(fresh: OwnDatabases, lesser: str) -> None:
    for _ in range(2):
        migrate(lesser, fresh, fresh.services)
    recorder, at_rest = fresh.recorder(), fresh.stores().at_rest("tally")
    assert recorder.append([Entry([fact(1)])]) == [1]
    assert at_rest.fault() is None, "without the extension it counts"
    recorder.close()
    at_rest.close()


def test_somebody_who_may_make_no_role_is_told_so(fresh: OwnDatabases, postgres_server: PostgresServer) -> None:
    name = f"nobody_{uuid4().hex[:8]}"
    postgres_server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    with pytest.raises(AdministratorTooWeak, match=f"The role {name} of AGORA_ADMIN_DATABASE_URL is not allowed"):
        migrate(postgres_server.url("postgres", name, "x"), fresh, fresh.services)
    postgres_server.execute(f"DROP ROLE {name}")


def test_a_server_that_does_not_answer_is_told(fresh: OwnDatabases) -> None:
    nowhere = make_conninfo(fresh.server.admin_url, host="127.0.0.2")
    with pytest.raises(ServerNotReachable, match="cannot be reached"):
        migrate(nowhere, fresh, fresh.services)


class Addresses:
    """The same for every service."""

    def __init__(self, server: PostgresServer, role: str) -> None:
        self._server, self._role = server, role

    def database_of(self, service: str) -> str:
        return self._server.url(f"{self._role}_{service}", self._role, "x")

    def keys_of(self, service: str) -> str:
        return self._server.url(f"{self._role}_{service}_keys", self._role, "x")


def test_a_server_that_goes_away_meanwhile_is_told(fresh: OwnDatabases, monkeypatch: pytest.MonkeyPatch) -> None:
    def go_away(admin: "psycopg.Connection[tuple[object, ...]]") -> None:
        with fresh.server.connect() as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (admin.info.backend_pid,))
        admin.execute("SELECT 1")

    with monkeypatch.context() as patched:
        patched.setattr(provisioning, "make_owner", go_away)
        with pytest.raises(ServerNotReachable):
            fresh.migrate()
    fresh.migrate()


def test_a_table_that_somebody_keeps_in_use_is_told_and_nothing_waits_behind(
    fresh: OwnDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.migrate()
    monkeypatch.setitem(connecting.SESSION, "lock_timeout", "100ms")
    with fresh.session() as reader, reader.transaction():
        reader.execute("SELECT * FROM facts.facts")
        with pytest.raises(TableInUse, match="run 'agora migrate' again"):
            fresh.migrate(**with_more("ALTER TABLE facts.facts ADD COLUMN remark text"))
    assert len(fresh.migrate(**with_more("ALTER TABLE facts.facts ADD COLUMN remark text"))[0].taken) == 1


def test_services_that_share_a_role_or_a_database_are_refused(postgres_server: PostgresServer) -> None:
    one_role = Addresses(postgres_server, f"t{uuid4().hex[:8]}")
    with pytest.raises(ServicesNotApart, match="census has the role"):
        migrate(postgres_server.admin_url, one_role, ["tally", "census"])
    one_database = OwnDatabases(postgres_server)
    one_database.keys_of = one_database.database_of  # type: ignore[method-assign]
    with pytest.raises(ServicesNotApart, match="tally has the database"):
        one_database.migrate()


def test_a_service_that_would_sign_in_as_somebody_powerful_is_refused(postgres_server: PostgresServer) -> None:
    with pytest.raises(ServiceTooStrong, match="name a role of its own for tally"):
        migrate(
            postgres_server.admin_url,
            Addresses(postgres_server, urlsplit(postgres_server.admin_url).username or ""),
            ["tally"],
        )
    with pytest.raises(ServiceTooStrong):
        migrate(postgres_server.admin_url, Addresses(postgres_server, "agora_owner"), ["tally"])


def test_a_service_that_starts_before_it_is_told_what_to_do(fresh: OwnDatabases) -> None:
    for opened in (fresh.stores().recorder, fresh.stores().key_rows):
        with pytest.raises(DatabaseNotReachable, match="and 'agora migrate' was run"):
            opened("tally")
    fresh.migrate(steps_of=lambda _: [])
    for opened in (fresh.stores().recorder, fresh.stores().key_rows):
        with pytest.raises(NotMigrated, match="run 'agora migrate' first"):
            opened("tally")


def run(fresh: OwnDatabases, **environment: str) -> Result:
    app = typer.Typer()
    app.command()(migrate_all)
    address = fresh.database_of("SERVICE").replace("SERVICE", "{service}")
    known = {"AGORA_ADMIN_DATABASE_URL": fresh.server.admin_url, "AGORA_DATABASE_URL": address}
    return CliRunner().invoke(app, env={"COLUMNS": "240"} | known | environment)


def test_the_command_says_what_was_done(fresh: OwnDatabases, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    fresh.services = ("identity", "groups", "mall", "events", "partners")
    first, second = run(fresh), run(fresh)
    assert first.exit_code == 0, first.output
    for step in migrations_of("facts"):
        assert f"{step.number} {step.name}" in first.output
    assert fresh.role_of("mall") in first.output
    assert "none: up to date" in second.output
    assert fresh.password not in first.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_which_setting_is_missing(fresh: OwnDatabases) -> None:
    result = run(fresh, AGORA_ADMIN_DATABASE_URL="")
    assert "AGORA_ADMIN_DATABASE_URL is not set" in str(result.exception)


def test_the_settings_are_where_the_databases_are(fresh: OwnDatabases) -> None:
    settings = Settings(database_url="postgresql://agora_{service}:pw@host:5432/agora_{service}")
    place = provisioning.Place.of("mall", "keys", settings.keys_of("mall"))
    assert place == provisioning.Place("mall", "keys", "agora_mall_keys", "agora_mall", "pw")
    assert replace(place, password="") == provisioning.Place.of(
        "mall", "keys", "postgresql://agora_mall@host/agora_mall_keys"
    )
