"""Views rebuilt on a server beside the running ones: reads go on, a worker goes on, and nothing is lost."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from services.kernel.blueprint import Surroundings
from services.kernel.flow import postgres_views, rebuild
from services.kernel.flow.postgres_views import RebuildUnderWay, ViewsSchema
from services.kernel.flow.progress import Progress
from services.kernel.flow.pump import Pump
from services.kernel.flow.views import Views
from services.kernel.flow.views_database import ViewsAway, ViewsInUse
from services.kernel.service import Service
from tests.support import tally
from tests.support.clocks import StillClock
from tests.support.own_databases import OwnDatabases
from tests.support.services import MASTER_KEY, counting, opening, settle
from tests.support.tally import TalliesView, tallies

LONG = 60.0


@pytest.fixture
def service(databases: OwnDatabases) -> Iterator[Service]:
    service = opened(databases)
    yield service
    service.stop()
    place = ViewsSchema(databases.database_of("tally"))
    place.empty()
    place.close()


def opened(databases: OwnDatabases) -> Service:
    """The service in another process, without workers; whoever opens it stops it."""
    return Service(tally.blueprint, Surroundings(databases.stores(), MASTER_KEY, StillClock()))


def opened_views(databases: OwnDatabases) -> Views:
    return Views.on_server(databases.database_of("tally"), [TalliesView()])


def count_some(service: Service, name: str = "seals", times: int = 3) -> UUID:
    tally_id = UUID(str(service.executor.execute_now(opening(name)).body["tally_id"]))
    for _ in range(times):
        service.executor.execute_now(counting(tally_id))
    return tally_id


def damage(service: Service) -> None:
    with service.views.writing() as connection:
        connection.execute(tallies.update().values(count=tallies.c.count + 40))


def counts(views: Views) -> list[int]:
    with views.reading() as connection:
        return list(connection.execute(select(tallies.c.count).order_by(tallies.c.name)).scalars())


def facts_in(views: Views) -> tuple[int, int]:
    """How many facts are tracked, and how many there are in the rows, looked up one after the other in one state."""
    with views.reading() as connection:
        tracked = views.tracked_in(connection, "tallies.v1", "tally")
        rows = connection.execute(select(func.count()).select_from(tallies)).scalar_one()
        return tracked, rows + connection.execute(select(func.coalesce(func.sum(tallies.c.count), 0))).scalar_one()


@contextmanager
def over_and_over(step: Callable[[], Any]) -> Iterator[Future[int]]:
    """Do something in a thread for as long as the block lasts; then how often it was done, or what it raised."""
    ended = threading.Event()

    def run() -> int:
        times = 0
        while not ended.is_set():
            step()
            times += 1
        return times

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            yield running
        finally:
            ended.set()


def test_rebuilt_views_are_compared_and_gone(service: Service) -> None:
    count_some(service)
    settle(service)
    found = rebuild.rebuild(service)
    assert [(table.table, table.rows, table.is_equal) for table in found.tables] == [("tallies_v1", 1, True)]
    assert (found.read, found.took_over) == (4, False)
    with service.views.beside() as fresh:
        assert fresh.digests() != service.views.digests()


def test_a_damaged_view_is_found_and_replaced(service: Service) -> None:
    count_some(service)
    settle(service)
    damage(service)
    assert not rebuild.rebuild(service).is_equal
    assert counts(service.views) == [43]
    assert not rebuild.rebuild(service, take_over=True).is_equal
    assert counts(service.views) == [3]
    assert rebuild.rebuild(service).is_equal


def test_reads_and_a_worker_go_on_while_views_take_over(service: Service, databases: OwnDatabases) -> None:
    with ExitStack() as open_ones:
        working = opened(databases)
        open_ones.callback(working.stop)
        reading = [open_ones.enter_context(closing(opened_views(databases))) for _ in range(3)]

        def work() -> None:
            count_some(working, uuid4().hex, 2)
            working.pump.step()

        def read(views: Views) -> None:
            tracked, there = facts_in(views)
            assert tracked == there

        at_work = [open_ones.enter_context(over_and_over(partial(read, views))) for views in reading]
        at_work.append(open_ones.enter_context(over_and_over(work)))
        rebuilt = [rebuild.rebuild(service, take_over=True) for _ in range(5)]
    assert all(one.is_equal for one in rebuilt)
    assert min(one.result(LONG) for one in at_work) > 0
    settle(service)
    assert facts_in(service.views) == (service.recorder.position(), service.recorder.position())
    assert rebuild.rebuild(service).is_equal


@pytest.fixture
def a_worker_in_between(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While two states are taken to be compared, a worker wants to move the running views."""
    look, workers = rebuild._as_now, ThreadPoolExecutor(1)
    count_some(service)
    settle(service)
    count_some(service, "another")

    def looked_at_and_moved(views: Views) -> AbstractContextManager[Any]:
        are_held = service.views._write.locked()
        moved = workers.submit(service.pump.step)
        if not are_held:
            moved.result(LONG)
        return look(views)

    monkeypatch.setattr(rebuild, "_as_now", looked_at_and_moved)
    yield
    workers.shutdown()


def test_both_are_compared_at_the_same_positions(service: Service, a_worker_in_between: None) -> None:
    assert rebuild.rebuild(service).is_equal


def test_views_that_are_not_held_would_be_compared_at_different_ones(
    service: Service, a_worker_in_between: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.views, "held", nullcontext)
    assert not rebuild.rebuild(service).is_equal


def test_who_reads_is_waited_for(service: Service, databases: OwnDatabases) -> None:
    count_some(service)
    settle(service)
    damage(service)
    with closing(opened_views(databases)) as beside, ThreadPoolExecutor(1) as pool:
        with beside.reading() as connection:
            seen = select(tallies.c.count)
            assert connection.execute(seen).scalars().all() == [43]
            replacing = pool.submit(rebuild.rebuild, service, take_over=True)
            for _ in range(50):
                assert counts(beside) == [43]
            assert not replacing.done()
            assert connection.execute(seen).scalars().all() == [43]
            assert beside.tracked_in(connection, "tallies.v1", "tally") == 4
        replacing.result(LONG)
        assert counts(beside) == [3]


def test_locks_that_were_never_given_up_would_end_a_reader_or_the_rebuild(
    service: Service, databases: OwnDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ViewsSchema, "_lock_tables", lambda *_given: None)
    count_some(service)
    settle(service)
    failures: list[BaseException | None] = []
    with closing(opened_views(databases)) as beside, ThreadPoolExecutor(1) as pool:
        try:
            with beside.reading() as connection:
                connection.execute(select(tallies.c.count))
                replacing = pool.submit(rebuild.rebuild, service, take_over=True)
                wait_until_blocked(databases)
                beside.tracked_in(connection, "tallies.v1", "tally")
        except ViewsAway as refused:
            failures += [one.orig for one in [refused.__cause__] if isinstance(one, OperationalError)]
        failures += [one.orig for one in [replacing.exception(LONG)] if isinstance(one, OperationalError)]
    assert [type(one) for one in failures] == [DeadlockDetected]


def wait_until_blocked(databases: OwnDatabases) -> None:
    """Return once somebody waits for a table; pytest's time-out is the deadline."""
    with databases.superuser() as connection:
        while not connection.execute("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation'").fetchall():
            pass


def test_who_never_ends_keeps_what_is_there(
    service: Service, databases: OwnDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_views, "PATIENCE_SECONDS", 0.1)
    count_some(service)
    settle(service)
    damage(service)
    with closing(opened_views(databases)) as beside, beside.reading() as connection:
        connection.execute(select(tallies.c.count))
        with pytest.raises(ViewsInUse):
            rebuild.rebuild(service, take_over=True)
        assert counts(service.views) == [43]


def test_one_rebuild_at_a_time(service: Service, databases: OwnDatabases) -> None:
    other = opened(databases)
    try:
        with service.views.beside(), pytest.raises(RebuildUnderWay):
            rebuild.rebuild(other)
        assert rebuild.rebuild(other).is_equal
    finally:
        other.stop()


def test_what_a_rebuild_left_behind_that_died_is_gone_with_the_next(service: Service, databases: OwnDatabases) -> None:
    with databases.session() as connection:
        connection.execute("CREATE TABLE views_rebuilt.tallies_v1 (another integer)")
        connection.execute("CREATE TABLE views_rebuilt.old_v1 (another integer)")
    count_some(service)
    settle(service)
    assert rebuild.rebuild(service, take_over=True).is_equal
    with databases.session() as connection:
        assert connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'views_rebuilt'").fetchall() == []


def test_a_pump_that_fell_behind_a_take_over_goes_on_from_there(service: Service, databases: OwnDatabases) -> None:
    with closing(opened_views(databases)) as beside:
        stood_by = Pump("tally", service.store, beside, Progress())
        tally_id = count_some(service)
        settle(service)
        rebuild.rebuild(service, take_over=True)
        service.executor.execute_now(counting(tally_id))
        while stood_by.step():
            pass
        assert counts(beside) == [4]
