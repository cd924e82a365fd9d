"""A broker with a place of its own for each module, and a door on it."""

from collections.abc import Iterator

import pytest

from tests.integration.rpc.calls import Caller
from tests.integration.rpc.doors import DoorProcess
from tests.support.servers.rabbitmq import RabbitServer


@pytest.fixture(scope="module")
def broker_url(rabbitmq_server: RabbitServer) -> str:
    return rabbitmq_server.new_url()


@pytest.fixture
def own_url(rabbitmq_server: RabbitServer) -> str:
    """A place at the broker for one test alone."""
    return rabbitmq_server.new_url()


@pytest.fixture(scope="module")
def door(broker_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    with DoorProcess(broker_url, tmp_path_factory.mktemp("door")) as door:
        yield door
        assert door.lives


@pytest.fixture
def caller(broker_url: str, door: DoorProcess) -> Iterator[Caller]:
    with Caller(broker_url) as caller:
        yield caller


@pytest.fixture
def stranger(broker_url: str, door: DoorProcess) -> Iterator[Caller]:
    """Somebody without a token."""
    with Caller(broker_url, None) as caller:
        yield caller
