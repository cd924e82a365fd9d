"""Whoever tails the positions misses nothing, also when an insert stays invisible while others go on.

The insert is made invisible by force: a trigger keeps it waiting, stored and not committed, until the test lets it go.
The same is done to the library's own fast path, which lets its readers skip what was invisible.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from services.kernel.store.chain import verify
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import in_parallel
from tests.support.waiting import until

WRITERS, FACTS_EACH = 8, 25
GATE = 4711
TRIGGER = f"""
CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({GATE});
    RETURN NULL;
END $$"""


@contextmanager
def gate(databases: OwnDatabases, table: str) -> Iterator["psycopg.Connection[Any]"]:
    """Whoever inserts the topic "slow" waits, uncommitted, as long as this connection holds the lock."""
    with databases.superuser() as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", (GATE,))
        holder.execute("DROP FUNCTION IF EXISTS public.wait_at_gate CASCADE")
        holder.execute(TRIGGER)
        holder.execute(
            f"CREATE TRIGGER gate AFTER INSERT ON {table} FOR EACH ROW WHEN (NEW.topic = 'slow')"
            " EXECUTE FUNCTION public.wait_at_gate()"
        )
        try:
            yield holder
        finally:
            holder.execute("DROP FUNCTION public.wait_at_gate CASCADE")


def waiting(holder: "psycopg.Connection[Any]") -> int:
    """How many sessions of this database wait for an advisory lock."""
    asked = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    row = holder.execute(asked).fetchone()
    return int(row[0]) if row else 0


class Tail:
    """A reader that goes on from the last position it saw."""

    def __init__(self, recorder: Any) -> None:
        self._recorder, self.seen = recorder, list[int]()

    def look(self) -> int:
        """Read what has come; returns how many were seen by now."""
        after = self.seen[-1] if self.seen else 0
        if isinstance(self._recorder, DatabaseRecorder):
            page = self._recorder.select_notifications(after, 10)
        else:
            page = self._recorder.select_notifications(after, 10, inclusive_of_start=False)
        self.seen += [row.id for row in page]
        return len(self.seen)

    def look_to_the_end(self) -> None:
        """Read until nothing comes any more."""
        before = -1
        while before < len(self.seen):
            before = len(self.seen)
            self.look()


def event(topic: str) -> StoredEvent:
    return StoredEvent(uuid4(), 1, topic, b"{}")


def write(append: Callable[[StoredEvent], object]) -> list[Future[None]]:
    """Start eight writers."""
    pool = ThreadPoolExecutor(WRITERS)

    def work() -> None:
        for _ in range(FACTS_EACH):
            append(event("quick"))

    writers = [pool.submit(work) for _ in range(WRITERS)]
    pool.shutdown(wait=False)
    return writers


@pytest.fixture
def ours(databases: OwnDatabases) -> Iterator[DatabaseRecorder]:
    """As many connections as there are writers, each a process of its own for all the server knows; and patience."""
    recorder = databases.recorder()
    recorder._writing.close()
    recorder._writing = type(recorder._writing)(databases.database_of("tally"), "writers", WRITERS + 1)
    with databases.patience("25s"):
        yield recorder
    recorder.close()


def test_a_tailing_reader_misses_nothing_while_an_insert_is_invisible(
    databases: OwnDatabases, ours: DatabaseRecorder
) -> None:
    tail = Tail(ours)
    with gate(databases, "facts.facts") as holder, ThreadPoolExecutor(1) as slow:
        invisible = slow.submit(ours.append, [Entry([event("slow")])])
        assert until(lambda: waiting(holder) == 1)
        writers = write(lambda one: ours.append([Entry([one])]))
        assert until(lambda: waiting(holder) == WRITERS + 1)
        assert tail.look() == 0, "nobody overtakes the one that is not there yet"
        holder.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        assert invisible.result() == [1]
        assert until(lambda: tail.look() > WRITERS * FACTS_EACH and all(one.done() for one in writers))
        assert [writer.result() for writer in writers] == [None] * WRITERS
    assert tail.seen == list(range(1, 2 + WRITERS * FACTS_EACH))
    assert verify(ours.rows(), ours.head()) == len(tail.seen)


def test_a_tailing_reader_of_the_librarys_fast_path_misses_it(databases: OwnDatabases) -> None:
    place = urlsplit(databases.server.admin_url)
    datastore = PostgresDatastore(
        dbname=databases.role_of("tally"), host=str(place.hostname), port=str(place.port), user=str(place.username),
        password=str(place.password), pool_size=WRITERS + 3, max_overflow=0, enable_db_functions=True,
        originator_id_type="uuid", schema="public", lock_timeout=5,
    )  # fmt: skip
    library = PostgresApplicationRecorder(datastore, events_table_name="library_events")
    library.create_table()
    tail = Tail(library)
    with gate(databases, "public.library_events") as holder, ThreadPoolExecutor(1) as slow:
        invisible = slow.submit(library.insert_events, [event("slow")])
        assert until(lambda: waiting(holder) == 1)
        writers = write(lambda one: library.insert_events([one]))
        assert until(lambda: tail.look() > 0 and all(one.done() for one in writers))
        assert [writer.exception() for writer in writers] == [None] * WRITERS
        tail.look_to_the_end()
        holder.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        (missed,) = invisible.result() or ()
    tail.look_to_the_end()
    assert library.max_notification_id() == 1 + WRITERS * FACTS_EACH
    assert missed < tail.seen[0], "it was handed out first and came to be seen last"
    assert missed not in tail.seen
    datastore.close()


def test_without_the_lock_two_appends_get_in_each_others_way(databases: OwnDatabases, ours: DatabaseRecorder) -> None:
    unlocked = databases.without("PERFORM pg_advisory_xact_lock(16711, 1);", "facts.append")
    with unlocked, gate(databases, "facts.facts") as holder, ThreadPoolExecutor(2) as pool:
        first = pool.submit(ours.append, [Entry([event("slow")])])
        assert until(lambda: waiting(holder) == 1)
        second = pool.submit(ours.append, [Entry([event("quick")])])
        assert until(lambda: _waits_for_a_transaction(holder))
        holder.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        assert first.result() == [1]
        assert isinstance(second.exception(), psycopg.errors.UniqueViolation)


def test_eight_writers_and_three_tails_agree(ours: DatabaseRecorder) -> None:
    total = WRITERS * FACTS_EACH

    def work() -> list[int]:
        return [ours.append([Entry([event("quick")])])[0] for _ in range(FACTS_EACH)]

    def follow() -> list[int]:
        tail = Tail(ours)
        assert until(lambda: tail.look() >= total)
        return tail.seen

    found = in_parallel([*[work] * WRITERS, *[follow] * 3])
    assert sorted(position for one in found[:WRITERS] for position in one) == list(range(1, total + 1))
    assert found[WRITERS:] == [list(range(1, total + 1))] * 3


def _waits_for_a_transaction(holder: "psycopg.Connection[Any]") -> bool:
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"
    return holder.execute(asked).fetchone() == (1,)
