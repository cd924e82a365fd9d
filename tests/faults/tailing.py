"""I-03: whoever tails the positions of a log, while one insert is kept invisible by force and others go on."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent

from services.kernel.store.postgres.connecting import Connections
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry
from tests.support.own_databases import OwnDatabases
from tests.support.servers.provisioning import Servers
from tests.support.waiting import until

from .checks import Wrongs
from .outcome import Outcome

WRITERS, GATE = 4, 4712
LOCK = "PERFORM pg_advisory_xact_lock(16711, 1);"
HEAD = "SELECT h.position, h.link INTO STRICT before, last_link FROM facts.head AS h;"
MOVED = "UPDATE facts.head SET position = before + cardinality(ids), link = last_link;"
FROM_SEQUENCE = "before := nextval('public.handed_out') - 1; last_link := '';"
TRIGGER = f"""
CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NULL; END $$;
CREATE TRIGGER gate AFTER INSERT ON facts.facts FOR EACH ROW WHEN (NEW.topic = 'slow')
EXECUTE FUNCTION public.wait_at_gate()"""


def invisible_insert(servers: Servers, times: int, *, is_locked: bool = True, has_head: bool = True) -> Outcome:
    """So many times: one append waits, not committed, while others append and a reader tails.

    Two guards keep the order: the lock of every append, and the one row that every append changes. Without the second
    positions come from a sequence, as in other event stores.
    """
    outcome = Outcome("I-03", "an insert stays invisible while others go on", times)
    databases = OwnDatabases(servers.postgres())
    databases.migrate()
    try:
        with closing(databases.recorder()) as recorder, ExitStack() as guards:
            recorder._writing.close()
            recorder._writing = Connections(databases.database_of("tally"), "writers", WRITERS + 1)
            guards.enter_context(databases.patience("25s"))
            if not is_locked:
                guards.enter_context(_changed(databases, "append", {LOCK: ""}))
            if not has_head:
                guards.enter_context(_changed(databases, "store_facts", {HEAD: FROM_SEQUENCE, MOVED: ""}))
            for _ in range(times):
                outcome.wrongs += _round(databases, recorder, outcome)
            refused = times * (1 + WRITERS) - outcome.answered
            outcome.said = f"{refused} appends were refused" if refused else ""
            if not is_locked and has_head and not refused:
                outcome.wrongs.broken.append("no append was refused, although nothing else keeps them apart")
    finally:
        databases.drop()
    return outcome


def _round(databases: OwnDatabases, recorder: DatabaseRecorder, outcome: Outcome) -> Wrongs:
    seen = [row.id for row in recorder.select_notifications(0, 10_000)]
    with _gate(databases) as holder, ThreadPoolExecutor(WRITERS + 1) as pool:
        slow = pool.submit(recorder.append, [Entry([StoredEvent(uuid4(), 1, "slow", b"{}")])])
        assert until(lambda: _waiting(holder) == 1 or slow.done()), "the slow one waits"
        quick = [
            pool.submit(recorder.append, [Entry([StoredEvent(uuid4(), 1, "quick", b"{}")])]) for _ in range(WRITERS)
        ]
        assert until(lambda: _blocked(holder) >= 1 + WRITERS or all(one.done() for one in quick))
        seen += _tail(recorder, seen)
        holder.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        stored = [position for one in (slow, *quick) for position in _position(one)]
    seen += _tail(recorder, seen)
    outcome.answered += len(stored)
    lost = [f"the reader missed position {one}" for one in stored if one not in seen]
    return Wrongs(lost=lost, out_of_order=[] if seen == sorted(seen) else ["the reader saw positions out of order"])


def _position(one: "Future[list[int]]") -> list[int]:
    """None when it was refused: then nothing was promised."""
    try:
        return one.result()
    except psycopg.errors.UniqueViolation:
        return []


def _tail(recorder: DatabaseRecorder, seen: list[int]) -> list[int]:
    return [row.id for row in recorder.select_notifications(seen[-1] if seen else 0, 10_000)]


@contextmanager
def _gate(databases: OwnDatabases) -> Iterator["psycopg.Connection[Any]"]:
    with databases.superuser() as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", (GATE,))
        holder.execute(TRIGGER)
        try:
            yield holder
        finally:
            holder.execute("DROP FUNCTION public.wait_at_gate CASCADE")


def _waiting(holder: "psycopg.Connection[Any]") -> int:
    row = holder.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s", (GATE,)
    ).fetchone()
    return int(row[0]) if row else 0


def _blocked(holder: "psycopg.Connection[Any]") -> int:
    row = holder.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _changed(databases: OwnDatabases, name: str, changes: dict[str, str]) -> Iterator[None]:
    """A function of the store with pieces of it replaced, for as long as the block lasts."""
    with databases.superuser() as session:
        session.execute("CREATE SEQUENCE IF NOT EXISTS public.handed_out")
        session.execute("GRANT ALL ON SEQUENCE public.handed_out TO PUBLIC")
        row = session.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'facts'::regnamespace AND proname = %s",
            (name,),
        ).fetchone()
        assert row is not None
        written = changed = str(row[0])
        for old, new in changes.items():
            assert old in changed, old
            changed = changed.replace(old, new)
        session.execute(changed)  # type: ignore[call-overload]
        try:
            yield
        finally:
            session.execute(written)  # type: ignore[call-overload]
