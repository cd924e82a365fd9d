"""What was stored is on disk before it is told so; how far somebody has read may come a little later."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from eventsourcing.persistence import Tracking
from psycopg import Connection

from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import DueRow, Entry
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import fact, kept, known, parked
from tests.support.scenario import NOON

DUE = DueRow("close", "a", NOON)
EFFECTS = {
    "a fact": Entry([fact(1, uuid4())]),
    "a fact and a position": Entry([fact(1, uuid4())], tracking=[Tracking("mall", 1)]),
    "a command": Entry(command=known(uuid4())),
    "what is due": Entry(due=[DUE]),
    "what is kept": Entry(kept=[kept(1)], tracking=[Tracking("mall", 2)]),
    "what is parked": Entry(parked=[parked(5)], tracking=[Tracking("mall", 3)]),
}


@pytest.fixture
def noted(databases: OwnDatabases) -> Iterator["Connection"]:
    """The server notes at each commit whether it waits for the disk."""
    tables = ("facts", "commands", "tracking", "due", "kept", "parked")
    with databases.superuser("tally") as connection:
        connection.execute("CREATE TABLE waits (setting text)")
        connection.execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
            " INSERT INTO public.waits VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$"
        )
        for table in tables:
            connection.execute(
                f"CREATE CONSTRAINT TRIGGER noted AFTER INSERT OR UPDATE ON facts.{table}"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()"
            )
        yield connection
        for table in tables:
            connection.execute(f"DROP TRIGGER noted ON facts.{table}")
        connection.execute("DROP FUNCTION note()")
        connection.execute("DROP TABLE waits")


def settings_of(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute("DELETE FROM waits RETURNING setting")}


@pytest.mark.parametrize("entry", EFFECTS.values(), ids=EFFECTS.keys())
def test_what_was_done_waits(recorder: DatabaseRecorder, noted: Connection, entry: Entry) -> None:
    as_set = noted.execute("SHOW synchronous_commit").fetchone()
    recorder.append([entry])
    assert settings_of(noted) == {as_set[0] if as_set else ""}


def test_how_far_somebody_has_read_does_not(recorder: DatabaseRecorder, noted: Connection) -> None:
    recorder.append([Entry(tracking=[Tracking("relay", 7)])])
    assert settings_of(noted) == {"off"}
    assert recorder.tracked("relay") == 7


def test_when_something_is_tried_again_does_not(recorder: DatabaseRecorder, noted: Connection) -> None:
    recorder.append([Entry(due=[DUE])])
    settings_of(noted)
    recorder.postpone(DUE, NOON + timedelta(minutes=1))
    assert settings_of(noted) == {"off"}
