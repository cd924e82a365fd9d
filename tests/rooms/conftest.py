"""Every test of the rooms runs twice: over files, and over the databases of a PostgreSQL server.

``@pytest.mark.in_files`` stands at those that look into the files themselves.
"""

from collections.abc import Iterator

import pytest

from tests.support.servers.databases import Databases
from tests.support.servers.postgres import PostgresServer
from tests.support.stored import InDatabases, InFiles, kept

FILES, DATABASES = "files", "databases"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both ways of keeping, or the one that a test is about."""
    in_files = metafunc.definition.get_closest_marker("in_files") is not None
    metafunc.parametrize("keeping", [FILES] if in_files else [FILES, DATABASES], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which of them want the server, so that it is there before the first begins."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and callspec.params.get("keeping") == DATABASES:
            item.fixturenames.append("postgres_server")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def databases(postgres_server: PostgresServer) -> Iterator[Databases]:
    """The databases of this session."""
    made = Databases(postgres_server)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def keeping(request: pytest.FixtureRequest) -> Iterator[str]:
    """How this test keeps what it has."""
    if request.param == FILES:
        with kept(InFiles()):
            yield FILES
        return
    in_databases = InDatabases(request.getfixturevalue("databases"))
    with kept(in_databases):
        yield DATABASES
    in_databases.clear()
