"""One platform in processes of its own for all that is done to it here; who takes something away gives it back."""

from collections.abc import Iterator

import pytest

from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.provisioning import Servers
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.townspeople import Townspeople


@pytest.fixture(scope="package")
def platform(
    postgres_server: PostgresServer, rabbitmq_server: RabbitServer, servers: Servers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PlatformApart]:  # fmt: skip
    """The whole platform, which logs all that is worth knowing."""
    with PlatformApart(tmp_path_factory.mktemp("whole"), servers, AGORA_LOG_LEVEL="info") as made:
        yield made


@pytest.fixture
def everything_runs(platform: PlatformApart) -> None:
    """What a test before has taken away and not given back."""
    missing = platform.ports.keys() - platform.processes.keys()
    platform.start(*missing)


@pytest.fixture(scope="package")
def onlooker(platform: PlatformApart) -> Iterator[Onlooker]:
    """Whoever runs it."""
    made = Onlooker(platform)
    yield made
    made.close()


@pytest.fixture(scope="package")
def people(platform: PlatformApart) -> Townspeople:
    """Whoever uses it."""
    return Townspeople(platform)
