"""Of all workers of a service one leads; whoever loses the database notices, and another one takes over."""

from collections.abc import Callable, Iterator

import pytest

from services.kernel.store.postgres.leadership import DatabaseLeadership
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import in_threads
from tests.support.servers.postgres import PostgresServer
from tests.support.tcp_proxy import TcpProxy


@pytest.fixture
def candidate(databases: OwnDatabases) -> Iterator[Callable[[], DatabaseLeadership]]:
    made: list[DatabaseLeadership] = []

    def make() -> DatabaseLeadership:
        made.append(databases.stores().leadership("tally"))
        return made[-1]

    yield make
    for one in made:
        one.let_go()


def throw_out(databases: OwnDatabases) -> None:
    """End every session of the service."""
    with databases.superuser() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s",
            (databases.role_of("tally"),),
        )


def test_one_leads_and_the_others_stand_by(candidate: Callable[[], DatabaseLeadership]) -> None:
    first, second = candidate(), candidate()
    assert (first.try_lead(), second.try_lead()) == (True, False)
    assert (first.try_lead(), second.try_lead()) == (True, False)
    assert (first.holds(), second.holds()) == (True, False)


def test_of_many_at_once_one_leads(candidate: Callable[[], DatabaseLeadership]) -> None:
    assert sorted(in_threads(8, lambda: candidate().try_lead())) == [False] * 7 + [True]


def test_another_one_leads_once_it_is_let_go(candidate: Callable[[], DatabaseLeadership]) -> None:
    first, second = candidate(), candidate()
    assert first.try_lead()
    first.let_go()
    assert not first.holds()
    assert second.try_lead()
    assert not first.try_lead()


def test_letting_go_of_what_one_does_not_hold_takes_it_from_nobody(candidate: Callable[[], DatabaseLeadership]) -> None:
    first, second = candidate(), candidate()
    assert first.try_lead()
    second.let_go()
    assert first.holds()
    assert not second.try_lead()


def test_services_lead_apart(databases: OwnDatabases) -> None:
    mine = databases.stores().leadership("tally")
    other = DatabaseLeadership(databases.database_of("tally"), "something else")
    assert (mine.try_lead(), other.try_lead()) == (True, True)
    mine.let_go()
    other.let_go()


def test_whoever_loses_the_connection_notices_and_another_one_leads(
    databases: OwnDatabases, candidate: Callable[[], DatabaseLeadership]
) -> None:
    first, second = candidate(), candidate()
    assert first.try_lead()
    throw_out(databases)
    assert not first.holds()
    assert second.try_lead()
    assert not first.try_lead()


def test_who_stands_by_leads_although_its_own_connection_was_lost_before(
    databases: OwnDatabases, candidate: Callable[[], DatabaseLeadership]
) -> None:
    first, second = candidate(), candidate()
    assert (first.try_lead(), second.try_lead()) == (True, False)
    throw_out(databases)
    assert not first.holds()
    assert [second.try_lead() for _ in range(2)][-1], "the first try finds the connection gone"


def test_without_a_database_nobody_leads(databases: OwnDatabases, postgres_server: PostgresServer) -> None:
    proxy, url = TcpProxy.before(databases.database_of("tally"))
    leader = DatabaseLeadership(url, "agora-tally-leading")
    with proxy:
        assert leader.try_lead()
    assert not leader.holds()
    assert not leader.try_lead()
