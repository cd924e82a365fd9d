"""Servers in containers, where a Docker engine answers. Each is removed when its custody ends."""

import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from uuid import uuid4

from .custody import Custody, Running
from .ports import free_port
from .postgres import ADMIN, SETTINGS, PostgresServer, wait_for_postgres
from .rabbitmq import RabbitServer, wait_for_rabbit

POSTGRES_IMAGE = "postgres:17.6-bookworm"
RABBITMQ_IMAGE = "rabbitmq:4.1.4"
ANSWER_SECONDS = 20
PULL_SECONDS = 900.0


def has_docker() -> bool:
    """Whether the program is there, and an engine answers it."""
    if shutil.which("docker") is None:
        return False
    try:
        asked = subprocess.run(["docker", "info"], capture_output=True, timeout=ANSWER_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0


class Container:
    """A container with one port on loopback. It stays over stops and kills, and goes when its custody ends."""

    def __init__(
        self, custody: Custody, image: str, inner_port: int, options: Sequence[str], words: Sequence[str] = ()
    ) -> None:
        self._custody, self.port = custody, free_port()
        self.name = f"agora-tests-{uuid4().hex[:12]}"
        if not custody.succeeds(["docker", "image", "inspect", image]):
            custody.call(["docker", "pull", "--quiet", image], seconds=PULL_SECONDS)
        custody.at_end(["docker", "rm", "--force", "--volumes", self.name])
        published = f"127.0.0.1:{self.port}:{inner_port}"
        custody.call(["docker", "create", "--name", self.name, "--publish", published, *options, image, *words])
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        self._custody.call(["docker", "start", self.name])
        log = self._custody.directory / f"{self.name}.log"
        self._running: Running = self._custody.run(
            ["docker", "logs", "--follow", self.name], log, None, None, signal.SIGKILL
        )

    def stop(self, how: str) -> None:
        """``docker stop`` or ``docker kill``."""
        self._custody.call(["docker", how, self.name])
        self._running.end()

    def refuse_ended(self) -> None:
        """Raises ServerFailed with what it has said, when it has ended: its log does not go on then."""
        self._running.refuse_ended()


class PostgresContainer(PostgresServer):
    """PostgreSQL in a container."""

    def __init__(self, custody: Custody) -> None:
        password = secrets.token_urlsafe(16)
        self._container = Container(
            custody, POSTGRES_IMAGE, 5432,
            ["--shm-size=256m", f"--env=POSTGRES_USER={ADMIN}", f"--env=POSTGRES_PASSWORD={password}",
             "--env=POSTGRES_INITDB_ARGS=--locale=C --locale-provider=icu --icu-locale=en-US"],
            ["postgres", *(f"--{setting}" for setting in SETTINGS)],
        )  # fmt: skip
        super().__init__(f"postgresql://{ADMIN}:{password}@127.0.0.1:{self._container.port}/postgres")
        self._ready()

    def start(self) -> None:
        self._container.start()
        self._ready()

    def stop(self) -> None:
        self._container.stop("stop")

    def kill(self) -> None:
        self._container.stop("kill")

    def _ready(self) -> None:
        wait_for_postgres(self.admin_url, self._container.refuse_ended)


class RabbitContainer(RabbitServer):
    """RabbitMQ in a container."""

    def __init__(self, custody: Custody) -> None:
        user, password = "tests_admin", secrets.token_urlsafe(16)
        self._container = Container(
            custody, RABBITMQ_IMAGE, 5672,
            ["--hostname=agora-tests",
             f"--env=RABBITMQ_DEFAULT_USER={user}", f"--env=RABBITMQ_DEFAULT_PASS={password}"],
        )  # fmt: skip
        super().__init__(user, password, "127.0.0.1", self._container.port)
        self._ready()

    def start(self) -> None:
        self._container.start()
        self._ready()

    def stop(self) -> None:
        self._container.stop("stop")

    def kill(self) -> None:
        self.write_down_queues()
        self._container.stop("kill")

    def refuse_ended(self) -> None:
        self._container.refuse_ended()

    def _control(self) -> list[str]:
        return ["docker", "exec", self._container.name, "rabbitmqctl"]

    def _ready(self) -> None:
        wait_for_rabbit(self.url(), self.refuse_ended)
