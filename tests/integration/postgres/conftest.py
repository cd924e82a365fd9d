"""The store of one service on a real server, made once for a module and emptied for each test."""

from collections.abc import Iterator

import pytest

from services.kernel.store.postgres.recorder import DatabaseRecorder
from tests.support.own_databases import OwnDatabases
from tests.support.servers.postgres import PostgresServer


@pytest.fixture(scope="module")
def made(postgres_server: PostgresServer) -> Iterator[OwnDatabases]:
    databases = OwnDatabases(postgres_server)
    databases.migrate()
    yield databases
    databases.drop()


@pytest.fixture
def databases(made: OwnDatabases) -> OwnDatabases:
    made.empty()
    return made


@pytest.fixture
def recorder(databases: OwnDatabases) -> Iterator[DatabaseRecorder]:
    opened = databases.recorder()
    yield opened
    opened.close()
