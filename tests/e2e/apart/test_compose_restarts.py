"""The story goes on while each container of ``docker-compose.yml`` is restarted, in order and by force, one by one."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.compose.file import compose_file
from tests.support.compose.on_loopback import GIVEN, OnLoopback
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.provisioning import Servers
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.servers.refusals import NotOursToBreak

pytestmark = pytest.mark.timeout(300)

MAIL, PASSWORD = "restarts@example.com", "correct horse battery"
HEALTHY_SECONDS, STORY_SECONDS, PAUSE_SECONDS = 60.0, 200.0, 0.05
FILE = compose_file(variables={"AGORA_RATE": ""})  # one story after the other, as one person: nobody is to sit out
RESTARTED = sorted({name for name, one in FILE.containers.items() if one.stays} - GIVEN)


class Stories:
    """Plays one story after the other until it is told to stop; ``ended`` are the exit codes and what was said."""

    def __init__(self, url: str, token: str, room: Path) -> None:
        words = ["-m", "services", "demo", "--once", "--url", url, "--token", token]
        self._command = [sys.executable, "-u", *words]
        self._log = room / "story.log"
        self.ended: list[tuple[int, str]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._thread.start()

    @property
    def wrong(self) -> list[str]:
        """What was said by stories that did not end well."""
        return [said for code, said in self.ended if code or "figures are right" not in said]

    def until_under_way(self) -> None:
        """Wait until a story has said its first words, and more are to come."""
        deadline = time.monotonic() + STORY_SECONDS
        while not self._log.exists() or not self._log.stat().st_size:
            assert time.monotonic() < deadline, self.ended
            time.sleep(PAUSE_SECONDS)

    def end(self) -> None:
        """Stop when the story that is being told has come to its end."""
        self._stopping.set()
        self._thread.join(STORY_SECONDS)
        assert not self._thread.is_alive(), "a story has no end"

    def _play(self) -> None:
        while not self._stopping.is_set():
            with self._log.open("wb") as log:
                told = subprocess.run(
                    self._command, stdout=log, stderr=subprocess.STDOUT, timeout=STORY_SECONDS, check=False
                )
            self.ended.append((told.returncode, self._log.read_text()))
            self._log.unlink()


@pytest.fixture(scope="module")
def composed(
    servers: Servers, postgres_server: PostgresServer, rabbitmq_server: RabbitServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OnLoopback]:  # fmt: skip
    """All of it, ready."""
    with OnLoopback(FILE, tmp_path_factory.mktemp("restarts"), servers, is_forked=True) as made:
        made.start()
        made.until_ready()
        yield made


@pytest.fixture(scope="module")
def stories(composed: OnLoopback, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    """What goes on meanwhile."""
    composed.run("console", "operator", "create", "--mail", MAIL, AGORA_OPERATOR_PASSWORD=PASSWORD)
    asked = ["operator", "token", "--mail", MAIL, "--url", composed.url]
    token = composed.run("console", *asked, AGORA_OPERATOR_PASSWORD=PASSWORD).strip()
    made = Stories(composed.url, token, tmp_path_factory.mktemp("stories"))
    yield made
    made.end()


def _until_healthy(composed: OnLoopback, name: str) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while not composed.is_healthy(name):
        assert time.monotonic() < deadline, composed.said(name)
        time.sleep(PAUSE_SECONDS)
    composed.until_ready()


@pytest.mark.parametrize("name", RESTARTED)
def test_a_container_comes_back_while_the_story_goes_on(composed: OnLoopback, stories: Stories, name: str) -> None:
    container = composed.file.containers[name]
    stories.until_under_way()
    assert composed.stop(name) == {name: 0}, composed.said(name)
    composed.start_one(container)
    _until_healthy(composed, name)
    stories.until_under_way()
    composed.kill(name)
    composed.start_one(container)
    _until_healthy(composed, name)
    assert stories.wrong == []


@pytest.mark.parametrize("how", ["postgres_server.stop", "postgres_server.kill", "rabbitmq_server.kill"])
def test_a_server_comes_back_while_the_story_goes_on(
    composed: OnLoopback, stories: Stories, how: str, request: pytest.FixtureRequest
) -> None:
    """The broker by force alone: an end in order takes it ten seconds, and is tried in ``tests/faults`` (F-04)."""
    name, _, end = how.partition(".")
    server: PostgresServer | RabbitServer = request.getfixturevalue(name)
    stories.until_under_way()
    try:
        getattr(server, end)()
    except NotOursToBreak:
        pytest.skip("the server is somebody else's")
    server.start()
    composed.until_ready()
    assert stories.wrong == []


def test_every_story_has_come_to_its_end_with_every_figure_right(composed: OnLoopback, stories: Stories) -> None:
    stories.end()
    assert stories.wrong == []
    assert stories.ended
    assert composed.run("console", "audit").splitlines()[-1].startswith("digest all")
