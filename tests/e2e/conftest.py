"""Tests over HTTP run in both worlds: the platform in one process, and in processes of its own over real servers.

``@pytest.mark.in_one_process`` stands at those that look into the process itself.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.everybody import Everybody, everybody_somewhere
from tests.support.ground_apart import Apart
from tests.support.servers.provisioning import Servers
from tests.support.worlds import APART, EMBEDDED, World


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both worlds, or the one that a test is about."""
    if "world" in metafunc.fixturenames:
        in_one = metafunc.definition.get_closest_marker("in_one_process") is not None
        worlds = [EMBEDDED] if in_one else [EMBEDDED, APART]
        metafunc.parametrize("world", worlds, indirect=True, scope="module")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which of them want the servers, so that they are there before the first begins."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and APART in callspec.params.values():
            item.fixturenames += ["postgres_server", "rabbitmq_server"]  # type: ignore[attr-defined]


@pytest.fixture(scope="package")
def apart(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """One platform in many processes for all who ask it; everybody is somebody new."""
    with closing(Apart(tmp_path_factory.mktemp("apart"), servers)) as ground:
        yield ground


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, servers: Servers) -> World:
    """Where it is tried."""
    return World(request.param, servers)


@pytest.fixture(scope="module")
def everybody(world: World, request: pytest.FixtureRequest) -> Iterator[Everybody]:
    """Everybody, in one world or the other."""
    if world.name == APART:
        yield Everybody(request.getfixturevalue("apart"))
        return
    with everybody_somewhere() as made:
        yield made
