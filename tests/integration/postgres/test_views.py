"""Views on a server: made by many at once, written by one at a time, there again when the server is."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError, ProgrammingError

from services.kernel.flow import postgres_views
from services.kernel.flow.postgres_views import ViewsNotPrepared, ViewsSchema
from services.kernel.flow.projection import Projection
from services.kernel.flow.stored_progress import StoredProgress
from services.kernel.flow.views import Views
from services.kernel.flow.views_database import ViewsAway
from tests.support.own_databases import OwnDatabases
from tests.support.servers.postgres import PostgresServer
from tests.support.waiting import until

AT_ONCE = 6
AWKWARD = ["b", "a", "B", "A", "ä", "z", "Z", "é", "e", "_", "-", "a-b", "ab", "a b", "10", "9", "😀"]


class Shelf(Projection):
    """A table that tests fill by hand."""

    name, hears, metadata = "shelf", frozenset({"tally"}), MetaData()
    table = Table("shelf_v1", metadata, Column("name", Text, primary_key=True), Column("number", BigInteger))


@pytest.fixture
def url(databases: OwnDatabases) -> Iterator[str]:
    address = databases.database_of("tally")
    yield address
    place = ViewsSchema(address)
    place.empty()
    place.close()


@pytest.fixture
def views(url: str) -> Iterator[Views]:
    opened = Views.on_server(url, [Shelf()])
    yield opened
    opened.close()


def put(views: Views, *names: str) -> None:
    with views.writing() as connection:
        connection.execute(Shelf.table.insert(), [{"name": name, "number": 1} for name in names])


def names(views: Views) -> list[str]:
    with views.reading() as connection:
        return list(connection.execute(select(Shelf.table.c.name).order_by(Shelf.table.c.name)).scalars())


def opened_at_once(url: str) -> list[Views | Exception]:
    def one(_: int) -> Views | Exception:
        try:
            return Views.on_server(url, [Shelf()])
        except DBAPIError as failure:
            return failure

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def close(opened: list[Views | Exception]) -> None:
    for one in opened:
        if isinstance(one, Views):
            one.close()


def test_whoever_opens_them_first_makes_them_and_the_others_wait(url: str) -> None:
    opened = opened_at_once(url)
    assert [one for one in opened if isinstance(one, Exception)] == []
    assert names(opened[0]) == []
    close(opened)


def test_without_that_lock_two_make_them_at_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_has_looked = threading.Barrier(AT_ONCE, timeout=30)
    prepared = postgres_views._by_bytes

    def made_at_once(metadata: MetaData) -> MetaData:
        tables = prepared(metadata)
        if "view_tracking" in tables.tables:
            event.listen(tables, "before_create", lambda *_given, **_more: everybody_has_looked.wait())
        return tables

    monkeypatch.setattr(postgres_views, "_by_bytes", made_at_once)
    monkeypatch.setattr(ViewsSchema, "_lock", lambda *_given: None)
    opened = opened_at_once(url)
    failed = [one for one in opened if isinstance(one, IntegrityError | ProgrammingError)]
    close(opened)
    assert len(failed) == AT_ONCE - 1


def test_a_database_without_a_place_for_views_says_what_to_do(postgres_server: PostgresServer) -> None:
    with pytest.raises(ViewsNotPrepared, match="agora migrate"):
        Views.on_server(postgres_server.admin_url, [Shelf()])


@pytest.fixture
def in_english(postgres_server: PostgresServer) -> Iterator[str]:
    """A database whose texts are in the order of a language: "a" before "B"."""
    name = "views_in_english"
    made = (
        f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C' ENCODING 'UTF8'"
    )
    postgres_server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", made)
    postgres_server.execute("CREATE SCHEMA views", database=name)
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_whatever_the_language_of_the_database_texts_are_in_the_order_of_their_bytes(in_english: str) -> None:
    views = Views.on_server(in_english, [Shelf()])
    put(views, *AWKWARD)
    assert names(views) == sorted(AWKWARD, key=str.encode)
    views.close()


def test_a_table_made_without_a_word_on_it_follows_the_language(
    in_english: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_views, "_by_bytes", lambda metadata: metadata)
    views = Views.on_server(in_english, [Shelf()])
    put(views, *AWKWARD)
    assert names(views) != sorted(AWKWARD, key=str.encode)
    views.close()


def end_all_sessions(databases: OwnDatabases) -> None:
    """What a restart of the server does to its clients, once there are any: whoever lost one is about to come again."""
    ended = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    )
    with databases.superuser() as connection:
        assert until(lambda: connection.execute(ended, [databases.role_of("tally")]).fetchall()), "nobody is there"


def test_a_restart_of_the_server_is_not_noticed(views: Views, databases: OwnDatabases) -> None:
    put(views, "a")
    assert names(views) == ["a"]
    end_all_sessions(databases)
    assert names(views) == ["a"]
    end_all_sessions(databases)
    put(views, "b")
    assert names(views) == ["a", "b"]


def test_without_a_look_at_the_connection_it_would_be(
    views: Views, databases: OwnDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(views) == []
    end_all_sessions(databases)
    monkeypatch.setattr(postgres_views, "is_usable", lambda _connection: True)
    with pytest.raises(ViewsAway):
        names(views)
    assert names(views) == []


def test_what_was_under_way_when_the_server_went_is_not_stored(views: Views, databases: OwnDatabases) -> None:
    def interrupted() -> None:
        with views.writing() as connection:
            connection.execute(Shelf.table.insert().values(name="a", number=1))
            end_all_sessions(databases)

    with pytest.raises(OperationalError):
        interrupted()
    put(views, "b")
    assert names(views) == ["b"]


def test_who_reads_cannot_write(views: Views) -> None:
    with views.reading() as connection, pytest.raises(InternalError, match="read-only transaction"):
        connection.execute(Shelf.table.delete())


def test_a_question_that_takes_too_long_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres_views._READING, "statement_timeout", "50ms")
    views = Views.on_server(url, [Shelf()])
    with pytest.raises(ViewsAway) as refused, views.reading() as connection:
        connection.execute(select(func.pg_sleep(30)))
    assert "statement timeout" in str(refused.value.__cause__)
    with views.scanning() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "0"
    views.close()


def waits_for(url: str, blocked: Callable[[], Any]) -> bool:
    """Run it in a thread until it waits for a lock of this database; whether it does. The thread goes on."""
    thread = threading.Thread(target=blocked, daemon=True)
    thread.start()
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
    with psycopg.connect(url, autocommit=True) as connection:
        while thread.is_alive():
            if connection.execute(waiting).fetchone() != (0,):
                return True
    return False


def test_one_at_a_time_writes_whichever_process_it_is_in(views: Views, url: str) -> None:
    other = Views.on_server(url, [Shelf()])
    done = threading.Event()

    def write() -> None:
        put(other, "b")
        done.set()

    with views.writing() as connection:
        assert waits_for(url, write)
        assert connection.execute(select(func.count()).select_from(Shelf.table)).scalar() == 0
    assert done.wait(30)
    with views.held():
        assert names(views) == ["b"], "reads go on"
    other.close()


def test_a_service_needs_no_more_than_its_own_schemas(databases: OwnDatabases, views: Views) -> None:
    asked = sql.SQL("SELECT has_database_privilege({role}, current_database(), 'CREATE')")
    with databases.superuser() as connection:
        assert connection.execute(asked.format(role=databases.role_of("tally"))).fetchone() == (False,)
    put(views, "a")
    with views.beside() as fresh:
        put(fresh, "z")
        with views.held():
            views.take_over(fresh)
    assert names(views) == ["z"]


def test_who_waits_for_a_position_is_told_although_the_server_went_away_meanwhile(
    views: Views, url: str, databases: OwnDatabases
) -> None:
    progress, mover = StoredProgress(views, lambda _source: 0), Views.on_server(url, [Shelf()])
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(progress.wait_now, "tally", 1, 60.0)
        for _ in range(3):
            end_all_sessions(databases)
        with mover.writing() as connection:
            mover.track(connection, "shelf.v1", "tally", 1)
        assert waiting.result()
    progress.close()
    mover.close()
