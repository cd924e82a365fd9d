"""Every test of the rooms runs twice: over files, and over the databases of a PostgreSQL server.

``@pytest.mark.in_files`` stands at those that look into the files themselves.
"""

from collections.abc import Iterator

import pytest

from tests.support.servers.databases import Databases
from tests.support.servers.postgres import PostgresServer
from tests.support.stored import InDatabases, InFiles, Keeping, kept

FILES, DATABASES = "files", "databases"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both ways of keeping, or the one that a test is about."""
    in_files = metafunc.definition.get_closest_marker("in_files") is not None
    ways = [FILES] if in_files else [FILES, DATABASES]
    metafunc.parametrize("keeping", ways, indirect=True, scope="module")


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


@pytest.fixture(scope="module", autouse=True)
def keeping(request: pytest.FixtureRequest) -> Iterator[Keeping]:
    """How the tests of a module keep what they have."""
    if request.param == FILES:
        with kept(InFiles()) as in_files:
            yield in_files
        return
    with kept(InDatabases(request.getfixturevalue("databases"))) as in_databases:
        yield in_databases
        in_databases.give_back()


@pytest.fixture(autouse=True)
def _giving_back(keeping: Keeping) -> Iterator[None]:
    """What a test has taken is there for the next one; what its module has taken stays."""
    if isinstance(keeping, InDatabases):
        before = keeping.taken()
        yield
        keeping.give_back(before)
    else:
        yield
