"""The keys on PostgreSQL: found by everybody, destroyed for ever."""

from collections.abc import Iterator

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from services.kernel.store.keys import KeyRows, KeysMissing, KeyStore, WrongMasterKey
from services.kernel.store.postgres.key_rows import DatabaseKeyRows
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import in_threads
from tests.support.services import MASTER_KEY


@pytest.fixture
def rows(databases: OwnDatabases) -> Iterator[DatabaseKeyRows]:
    with databases.server.connect(f"{databases.role_of('tally')}_keys") as superuser:
        superuser.execute("TRUNCATE keys.keys")
    opened = databases.stores().key_rows("tally")
    yield opened
    opened.close()


def test_a_key_is_found_as_it_was_stored(rows: DatabaseKeyRows, databases: OwnDatabases) -> None:
    assert rows.get("anna", "tally") is None
    assert rows.add("anna", "tally", bytes(range(256)))
    again: KeyRows = databases.stores().key_rows("tally")
    assert again.get("anna", "tally") == bytes(range(256))
    assert again.get("anna", "mall") is None
    again.close()


def test_the_first_key_stays(rows: DatabaseKeyRows) -> None:
    assert in_threads(8, lambda: rows.add("anna", "tally", b"one")).count(True) == 1
    assert not rows.add("anna", "tally", b"two")
    assert rows.get("anna", "tally") == b"one"


def test_a_key_that_was_destroyed_is_empty_for_ever(rows: DatabaseKeyRows) -> None:
    rows.add("anna", "tally", b"one")
    for person in ("anna", "boris"):
        rows.bury(person, "tally")
        assert rows.get(person, "tally") == b""
        assert not rows.add(person, "tally", b"two")
        assert rows.get(person, "tally") == b""


def test_the_bytes_of_a_destroyed_key_leave_the_table_with_the_vacuum(
    rows: DatabaseKeyRows, databases: OwnDatabases
) -> None:
    rows.add("anna", "tally", b"one")
    rows.bury("anna", "tally")
    settings = "SELECT reloptions FROM pg_class WHERE oid = 'keys.keys'::regclass"
    with databases.server.connect(f"{databases.role_of('tally')}_keys") as superuser:
        assert superuser.execute(settings).fetchone() == (
            ["autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=0"],
        )
        superuser.execute("VACUUM keys.keys")
        dead = "SELECT count(*) FROM heap_page_items(get_raw_page('keys.keys', 0)) WHERE t_data IS NOT NULL"
        superuser.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        assert superuser.execute(dead).fetchone() == (1,)


def test_a_key_store_seals_and_forgets_over_it(rows: DatabaseKeyRows, databases: OwnDatabases) -> None:
    store = KeyStore(rows, MASTER_KEY, "tally")
    store.prove(has_facts=False)
    made = store.key_or_new("anna")
    assert made is not None
    store.store_new()
    beside = KeyStore(databases.stores().key_rows("tally"), MASTER_KEY, "tally")
    beside.prove(has_facts=True)
    found = beside.key("anna")
    assert found is not None
    sealed = made.encrypt(b"123456789012", b"rosebud", None)
    assert found.decrypt(b"123456789012", sealed, None) == b"rosebud"
    store.forget("anna")
    store.forget("anna", "ben")
    assert store.forgotten() == {"anna", "ben"}
    assert store.key_or_new("anna") is None
    beside.close()


def test_another_master_key_is_refused_and_says_where(rows: DatabaseKeyRows) -> None:
    KeyStore(rows, MASTER_KEY, "tally").prove(has_facts=False)
    with pytest.raises(WrongMasterKey, match="the database of the keys of tally"):
        KeyStore(rows, bytes(32), "tally").prove(has_facts=True)


def test_facts_without_their_keys_are_refused(rows: DatabaseKeyRows) -> None:
    with pytest.raises(KeysMissing, match="the database of the keys of tally"):
        KeyStore(rows, MASTER_KEY, "tally").prove(has_facts=True)


def test_they_lie_in_a_database_of_their_own(rows: DatabaseKeyRows, databases: OwnDatabases) -> None:
    with databases.session() as facts, pytest.raises(psycopg.errors.UndefinedTable):
        facts.execute("SELECT * FROM keys.keys")
    with psycopg.connect(databases.keys_of("tally")) as keys, pytest.raises(psycopg.errors.UndefinedTable):
        keys.execute("SELECT * FROM facts.facts")


def test_whoever_cannot_reach_them_is_told(databases: OwnDatabases) -> None:
    nowhere = DatabaseKeyRows(databases.keys_of("tally").replace("@127.0.0.1", "@127.0.0.2"), "agora", "nowhere")
    for ask in (lambda: nowhere.get("anna", "tally"), lambda: nowhere.add("anna", "tally", b"x")):
        with pytest.raises(OperationalError):
            ask()
    nowhere.close()
