"""``agora rebuild`` over the databases of services that run apart."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from services.apart.console import Console
from services.cli import rebuilding
from services.composition import SERVICES
from services.kernel.flow.rebuild import catch_up
from services.settings import Settings
from tests.integration.test_audit_rebuild import live_through, run
from tests.support.own_databases import OwnDatabases
from tests.support.servers.postgres import PostgresServer


class Worked(Console):
    """All services in one process, which does the work of their workers too."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        rebuilding.hear_one_another(list(self.services.values()))

    def settle(self, most_rounds: int = 1_000_000) -> int:
        catch_up(list(self.services.values()))
        return 0


@pytest.fixture(scope="module")
def lived(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a platform whose services have something in their databases."""
    databases = OwnDatabases(postgres_server, SERVICES)
    databases.migrate()
    template = databases.database_of("SERVICE").replace("SERVICE", "{service}")
    environment = {
        "AGORA_DATABASE_URL": template, "AGORA_MASTER_KEY": os.urandom(32).hex(),
        "AGORA_DATA": str(tmp_path_factory.mktemp("apart")),
    }  # fmt: skip
    with Worked(settings_of(environment)) as platform:
        live_through(platform)  # type: ignore[arg-type]
    yield environment
    databases.drop()


def settings_of(environment: dict[str, str]) -> Settings:
    return Settings(
        database_url=environment["AGORA_DATABASE_URL"], master_key=environment["AGORA_MASTER_KEY"],
        data=Path(environment["AGORA_DATA"]),
    )  # fmt: skip


@pytest.fixture
def environment(lived: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in lived.items():
        monkeypatch.setenv(name, value)
    return lived


def rebuilt(*arguments: str) -> Result:
    return run(rebuilding.rebuild, *arguments)


def damage(environment: dict[str, str], server: PostgresServer) -> None:
    database = environment["AGORA_DATABASE_URL"].rpartition("/")[2].format(service="mall")
    server.execute("UPDATE views.listings_v2 SET title = 'Net'", database=database)


def test_all_views_of_all_services_come_out_equal(environment: dict[str, str]) -> None:
    result = rebuilt()
    assert result.exit_code == 0, result.output
    assert "DIFFERS" not in result.output
    assert all(f"{service} " in result.output for service in SERVICES)


def test_a_damaged_view_is_found_and_replaced_while_the_services_have_it_open(
    environment: dict[str, str], postgres_server: PostgresServer
) -> None:
    with Worked(settings_of(environment)) as platform:
        before = platform.services["mall"].views.digests()
        damage(environment, postgres_server)
        found = rebuilt()
        assert (found.exit_code, "DIFFERS" in found.output) == (1, True), found.output
        assert platform.services["mall"].views.digests() != before
        assert rebuilt("--take-over").exit_code == 0
        assert platform.services["mall"].views.digests() == before
    assert rebuilt().exit_code == 0
