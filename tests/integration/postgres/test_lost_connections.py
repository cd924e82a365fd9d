"""The database goes away, before or after a commit, and comes back: what is known, what is repeated and what is not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from sqlalchemy import event

from services.kernel.domain import Unready
from services.kernel.store.clashes import VersionConflict
from services.kernel.store.command import Command
from services.kernel.store.eventstore import EventStore
from services.kernel.store.executor import Executor
from services.kernel.store.postgres import connecting
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry
from services.kernel.store.sealing import SealingMapper
from tests.support import tally
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import STREAM, fact, in_threads
from tests.support.servers.postgres import PostgresServer
from tests.support.services import UnderWay, opening
from tests.support.tcp_proxy import TcpProxy


class LosesTheAnswer(TcpProxy):
    """Cuts the connections when the server answers what is asked next: it was done, and nobody hears of it."""

    is_armed = False

    def _pass_on(self, source: Any, target: Any, is_client: bool) -> None:
        super()._pass_on(source if is_client else _Listening(source, self), target, is_client)


class _Listening:
    def __init__(self, source: Any, proxy: LosesTheAnswer) -> None:
        self._source, self._proxy = source, proxy

    def recv(self, size: int) -> bytes:
        chunk: bytes = self._source.recv(size)
        if chunk and self._proxy.is_armed:
            self._proxy.is_armed = False
            self._proxy.cut()
            return b""
        return chunk

    def shutdown(self, how: int) -> None:
        self._source.shutdown(how)


@pytest.fixture
def proxy(databases: OwnDatabases) -> Iterator[LosesTheAnswer]:
    made, url = LosesTheAnswer.before(databases.database_of("tally"))
    made.url = url  # type: ignore[attr-defined]
    with made:
        yield made


@pytest.fixture
def behind(proxy: LosesTheAnswer) -> Iterator[DatabaseRecorder]:
    """The recorder of somebody whose wire can be cut."""
    recorder = DatabaseRecorder(proxy.url, "agora-tally")  # type: ignore[attr-defined]
    recorder.append([Entry([fact(1)])])
    yield recorder
    recorder.close()


def throw_out(databases: OwnDatabases) -> None:
    """End every session of the service, as a restart does."""
    with databases.superuser() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s",
            (databases.role_of("tally"),),
        )


def test_an_answer_lost_after_the_commit_is_an_error_and_the_append_is_not_repeated(
    proxy: LosesTheAnswer, behind: DatabaseRecorder
) -> None:
    proxy.is_armed = True
    with pytest.raises(OperationalError):
        behind.append([Entry([fact(2)])])
    assert behind.select_events(STREAM) == [fact(1), fact(2)], "it was stored, once"
    with pytest.raises(VersionConflict):
        behind.append([Entry([fact(2)])])


def carry_out(recorder: DatabaseRecorder, command: Command) -> Any:
    """The outcome of a command in a process of its own, which has no memory of another."""
    executor = Executor(EventStore(recorder, SealingMapper(None)), tally.due)
    under_way = UnderWay(executor._steps(command))
    while under_way.go_on().outcome is None:
        assert executor.commits.step()
    executor.close()
    return under_way.outcome


def test_a_client_that_repeats_after_a_lost_answer_gets_the_stored_one(
    proxy: LosesTheAnswer, behind: DatabaseRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = opening("seals", UUID(int=7))
    append = behind.append

    def append_and_lose(entries: Any) -> list[int]:
        proxy.is_armed = True
        return append(entries)

    with monkeypatch.context() as patched:
        patched.setattr(behind, "append", append_and_lose)
        patched.setattr("services.kernel.store.unit.Unit.blinded", lambda _, text: text)
        assert isinstance(carry_out(behind, command), Unready)
    again = carry_out(behind, command)
    assert again.repeated
    assert behind.command(UUID(int=7)) is not None
    assert behind.position() == 2


def test_a_connection_lost_before_the_commit_stores_nothing(
    databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    recorder.append([Entry([fact(1)])])
    with databases.superuser() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute("SELECT pg_advisory_lock(16711, 1)")
        appended = pool.submit(recorder.append, [Entry([fact(2)])])
        while holder.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (0,):
            pass
        throw_out(databases)
        assert isinstance(appended.exception(), OperationalError)
    assert recorder.append([Entry([fact(2)])]) == [2]


def test_after_every_session_was_ended_everything_goes_on_without_an_error(
    databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    for version in range(1, 6):
        recorder.append([Entry([fact(version)])])
        assert in_threads(8, recorder.position) == [version] * 8
        throw_out(databases)


def test_without_looking_first_an_append_meets_a_connection_that_is_over(
    databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    recorder.append([Entry([fact(1)])])
    event.remove(recorder._writing._pool, "checkout", connecting._replace_closed)
    throw_out(databases)
    with pytest.raises(OperationalError):
        recorder.append([Entry([fact(2)])])


def test_a_read_whose_connection_breaks_meanwhile_is_asked_once_more(
    databases: OwnDatabases, recorder: DatabaseRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.append([Entry([fact(1)])])
    assert recorder.position() == 1
    throw_out(databases)
    monkeypatch.setattr(connecting, "is_usable", lambda _: True)
    assert recorder.position() == 1


def test_a_read_that_breaks_twice_is_told(proxy: LosesTheAnswer, behind: DatabaseRecorder) -> None:
    assert behind.position() == 1
    proxy.__exit__()
    with pytest.raises(OperationalError):
        behind.position()


def test_it_goes_on_after_a_restart_of_the_server(
    postgres_server: PostgresServer, databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    recorder.append([Entry([fact(1)])])
    assert in_threads(8, recorder.position) == [1] * 8
    postgres_server.restart()
    assert in_threads(8, recorder.position) == [1] * 8
    assert recorder.append([Entry([fact(2)])]) == [2]


def test_while_the_server_is_down_everybody_is_told_at_once_and_it_goes_on_when_it_is_back(
    postgres_server: PostgresServer, databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    recorder.append([Entry([fact(1)])])
    postgres_server.stop()
    for ask in (recorder.position, lambda: recorder.append([Entry([fact(2)])])):
        with pytest.raises(OperationalError):
            ask()
    postgres_server.start()
    assert recorder.append([Entry([fact(2)])]) == [2]
    assert recorder.position() == 2


def test_what_was_answered_is_there_after_the_server_was_killed(
    postgres_server: PostgresServer, databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    positions = [recorder.append([Entry([fact(version)])])[0] for version in range(1, 21)]
    postgres_server.kill()
    postgres_server.start()
    assert [row.id for row in recorder.select_notifications(0, 100)] == positions


def test_a_host_that_does_not_answer_is_not_asked_by_everybody(
    databases: OwnDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def slow_to_fail(url: str, _name: str) -> None:
        asked.append(url)
        raise psycopg.OperationalError("it took too long")

    monkeypatch.setattr(connecting, "connect", slow_to_fail)
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", -1)
    recorder = DatabaseRecorder(databases.database_of("tally"), "agora-tally")
    for _ in range(5):
        with pytest.raises(OperationalError):
            recorder.position()
    assert len(asked) == 1
    monkeypatch.setattr(connecting, "REST_SECONDS", 0.0)
    monkeypatch.undo()
    recorder._reading._resting_until = 0.0
    assert recorder.position() == 0
    recorder.close()


def test_nobody_waits_for_ever_for_a_free_connection(
    recorder: DatabaseRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = recorder._writing._pool
    monkeypatch.setattr(pool, "_timeout", 0.05)
    held = [pool.connect() for _ in range(pool.size())]
    with pytest.raises(OperationalError, match="QueuePool limit"):
        recorder.append([Entry([fact(1)])])
    for one in held:
        one.close()
    assert recorder.append([Entry([fact(1)])]) == [1]


def test_every_wait_has_an_end(recorder: DatabaseRecorder) -> None:
    shown = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "tcp_keepalives_idle")
    with recorder._writing.one() as connection:
        found = [connection.execute(f"SHOW {name}").fetchone() for name in shown]
        told = connection.info.get_parameters()
    assert found == [("30s",), ("5s",), ("1min",), ("10",)]
    assert (told["connect_timeout"], told["keepalives_idle"]) == ("3", "10")
