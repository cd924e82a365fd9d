"""``agora import olist`` into services that run apart: the same facts as in one process, whoever is killed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from services.cli.commands import app
from services.composition import SERVICES
from tests.support.olist_files import multiplied
from tests.support.platform_apart import PlatformApart
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.provisioning import Servers
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.waiting import until

pytestmark = pytest.mark.timeout(300)

COPIES = 4
WITHIN_SECONDS = 100.0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return multiplied(tmp_path_factory.mktemp("files"), COPIES)


@pytest.fixture(scope="module")
def empty_platform(
    servers: Servers,
    postgres_server: PostgresServer,
    rabbitmq_server: RabbitServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PlatformApart]:
    with PlatformApart(tmp_path_factory.mktemp("apart"), servers, is_sandbox=False) as made:
        yield made


class Importing:
    """The command as a program, beside the platform."""

    def __init__(self, platform: PlatformApart, files: Path, *options: str) -> None:
        command = [sys.executable, "-m", "services", "import", "olist", str(files), *options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=platform.environment
        )

    def kill(self) -> None:
        """SIGKILL, while it is at work."""
        assert self._process.poll() is None, self._process.communicate()[0]
        self._process.kill()
        self._process.communicate()

    def finished(self) -> str:
        """What it said when it was done."""
        said, _ = self._process.communicate(timeout=WITHIN_SECONDS)
        assert self._process.returncode == 0, said
        assert "reconciles with its files" in said
        return said


def position_of_mall(platform: PlatformApart) -> int:
    database = platform.settings().database_of("mall").rpartition("/")[2]
    with platform.servers.postgres().connect(database) as session:
        return _position(session)


def _position(session: "psycopg.Connection[tuple[int]]") -> int:
    row = session.execute("SELECT position FROM facts.head").fetchone()
    assert row is not None
    return int(row[0])


def digests(*options: str, **environment: str) -> dict[str, str]:
    """What the audit prints: one for each service, and one of all."""
    audited = CliRunner().invoke(app, ["audit", *options], env=environment)
    assert audited.exit_code == 0, audited.output
    lines = [line.split() for line in audited.output.splitlines() if line.startswith("digest ")]
    return {name: digest for _, name, digest, *_ in lines}


@pytest.fixture(scope="module")
def imported(empty_platform: PlatformApart, files: Path) -> PlatformApart:
    """The importer is killed in the middle; then it is repeated, and the worker is killed."""
    platform = empty_platform
    first = Importing(platform, files)
    assert until(lambda: position_of_mall(platform) > 100, WITHIN_SECONDS)
    first.kill()
    stopped_at = position_of_mall(platform)
    second = Importing(platform, files)
    assert until(lambda: position_of_mall(platform) > stopped_at + 150, WITHIN_SECONDS)
    platform.kill("mall.work")
    platform.start("mall.work")
    assert " facts stored" in second.finished()
    return platform


def test_it_ends_with_the_same_facts_as_in_one_process(imported: PlatformApart, files: Path, tmp_path: Path) -> None:
    within = CliRunner().invoke(app, ["import", "olist", str(files), "--data", str(tmp_path / "data")])
    assert within.exit_code == 0, within.output
    found = digests(**imported.environment)
    assert found.keys() == {*SERVICES, "all"}
    assert found == digests("--data", str(tmp_path / "data"))


def test_who_imports_again_is_told_that_nothing_is_new(imported: PlatformApart, files: Path) -> None:
    """Also over HTTP, as somebody elsewhere does."""
    before = digests(**imported.environment)
    for options in ([], ["--url", imported.url, "--token", imported.token(None, "operator")]):
        assert "Nothing new:" in Importing(imported, files, *options).finished()
    assert digests(**imported.environment) == before
