"""The processes of the Compose file on this machine: the same commands and settings, at ports of their own.

What differs is where things are: PostgreSQL and RabbitMQ are the tests', hosts are 127.0.0.1, ports are free ones,
and ``/run/agora`` is a directory of each container in which there are its own volumes alone.
"""

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx

from services.composition import SERVICES
from tests.support.servers.custody import Running
from tests.support.servers.ports import free_port
from tests.support.servers.provisioning import Servers

from .broker import Broker
from .entering import Entering
from .file import PROJECT, ComposeFile, Container

GIVEN = frozenset({"postgres", "rabbitmq"})
"""Run by the tests' servers, with the administrator and the definitions that ``agora secrets`` makes for them."""
OUR_PORTS = {"serve": 8000, "work": 8001, "rpc": 8002, "entrance": 8000}
PLACES = re.compile(r"(?<![\w/])(/run/agora|/run/secrets|/backups)(?![\w-])")
_OWN = re.compile(r"127\.0\.0\.1([:/])(\d+)")
GRACE_SECONDS, READY_SECONDS = 20.0, 90.0
PROGRAMS = {"agora": [sys.executable, "-m", "services"], "python3": [sys.executable], "bash": ["bash"]}


class OnLoopback:
    """All that the file says is to stay, started in its order. Use it as a context; ``url`` is nginx's.

    With ``is_forked`` its processes are forked from one that has loaded Agora: for who starts them again and again.
    """

    def __init__(self, file: ComposeFile, room: Path, servers: Servers, is_forked: bool = False) -> None:
        self.file, self._room, self._servers, self._is_forked = file, room, servers, is_forked
        self._ports: dict[tuple[str, int], int] = {}
        self.processes: dict[str, Running] = {}
        self.broker = Broker(servers.rabbitmq())
        self.entering = Entering(servers, room)
        self._refuse_somebody_elses()
        for volume in file.volumes:
            (room / "volumes" / volume).mkdir(parents=True)

    @property
    def url(self) -> str:
        """Where everybody enters."""
        return f"http://127.0.0.1:{self.port('nginx', 8080)}"

    def port(self, name: str, inner: int) -> int:
        """The port of this machine that stands for one of a container."""
        return self._ports.setdefault((name, inner), free_port())

    def start(self) -> None:
        """Everything, each when what it waits for is there."""
        self._hand_over_servers()
        left = {name: one for name, one in self.file.containers.items() if "profiles" not in one.said}
        done = set[str]()
        while left:
            free = [name for name, one in left.items() if one.needs.keys() <= done]
            assert free, f"{sorted(left)} wait for one another"
            for name in free:
                self.start_one(left.pop(name))
                done.add(name)

    def start_one(self, container: Container) -> None:
        """One container: what ends is waited for."""
        if container.name in GIVEN:
            return
        if container.name == "nginx":
            self.processes["nginx"] = self.entering.start(self.url, self.port, self._log("nginx"))
            return
        self._wait_until_healthy(container)
        if container.stays:
            self.processes[container.name] = self._run(container)
            return
        self.run(container.name, *container.command)
        if container.name == "secrets":
            self.broker.take_in((self._volume("secrets-admin") / "definitions.json").read_text())

    def run(self, name: str, *words: str, **environment: str) -> str:
        """``docker compose run NAME WORDS``: what it printed. Raises ServerFailed unless it ends well."""
        container = self.file.containers[name]
        settings = self._settings(container) | environment
        return self._servers.custody.call(self._words(container, list(words)), settings, None, 120)

    def waiting(self) -> str:
        """What the one entrance says that is not ready; empty when all is."""
        try:
            answer = httpx.get(f"{self.url}/readyz", timeout=30, trust_env=False)
        except httpx.TransportError as failure:
            return str(failure)
        return "" if answer.status_code == httpx.codes.OK else answer.text

    def until_ready(self) -> None:
        """Wait until all is."""
        deadline = time.monotonic() + READY_SECONDS
        while waiting := self.waiting():
            assert time.monotonic() < deadline, waiting
            time.sleep(0.1)

    def is_healthy(self, name: str) -> bool:
        """Whether the command of its health check succeeds."""
        kind, *words = self.file.containers[name].health
        assert kind == "CMD", f"{name} is checked with {kind}"
        mapped = [_OWN.sub(lambda at: f"127.0.0.1{at[1]}{self.port(name, int(at[2]))}", one) for one in words]
        return self._servers.custody.succeeds([*PROGRAMS[mapped[0]], *mapped[1:]])

    def stop(self, *names: str) -> dict[str, int | None]:
        """SIGTERM to these, or to all at once: the exit codes."""
        return self._end(names or tuple(self.processes), signal.SIGTERM)

    def kill(self, *names: str) -> None:
        """SIGKILL: they get no chance to do anything."""
        self._end(names, signal.SIGKILL)

    def said(self, name: str) -> str:
        """What a process has printed."""
        return self._log(name).read_text(errors="replace")

    def secret(self, volume: str, name: str) -> str:
        """One of the files that ``agora secrets`` has made."""
        return (self._volume(volume) / name).read_text().strip()

    def place(self, name: str, path: str) -> str:
        """Where a path of a container is on this machine."""
        return self._mapped(self.file.containers[name], path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.broker.forget(SERVICES)
        with self._servers.postgres().connect() as admin:
            for service in SERVICES:
                for database in (f"agora_{service}", f"agora_{service}_keys"):
                    admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
                admin.execute(f"DROP ROLE IF EXISTS agora_{service}")

    def _run(self, container: Container) -> Running:
        words, log = self._words(container, container.command), self._log(container.name)
        settings = self._settings(container)
        if self._is_forked:
            _, _, module, *arguments = words
            return self._servers.nursery.run(module, arguments, log, settings)
        return self._servers.custody.run(words, log, settings, None, signal.SIGTERM)

    def _end(self, names: tuple[str, ...], how: signal.Signals) -> dict[str, int | None]:
        chosen = {name: self.processes.pop(name) for name in names}
        codes = self._servers.custody.end(list(chosen.values()), how, GRACE_SECONDS)
        return dict(zip(chosen, codes, strict=True))

    def _refuse_somebody_elses(self) -> None:
        """The names are fixed, and a server that tests were given may have a platform that somebody needs."""
        with self._servers.postgres().connect() as admin:
            found = admin.execute("SELECT datname FROM pg_database WHERE datname = 'agora_identity'").fetchall()
        assert not found, "this server has somebody's Agora; name another in AGORA_TEST_DATABASE_URL"
        assert not self.broker.has_host(), "this broker has somebody's Agora; name another in AGORA_TEST_AMQP_URL"

    def _hand_over_servers(self) -> None:
        """``agora secrets`` keeps what is there: the administrator of the tests' server."""
        path = self._volume("secrets-admin") / "database_url"
        path.write_text(self._servers.postgres().admin_url)

    def _words(self, container: Container, command: list[str]) -> list[str]:
        first, *more = container.entrypoint
        words = [self._mapped(container, word) for word in (*more, *command)]
        if first == "agora" and command[0] in OUR_PORTS:
            words += ["--port", str(self.port(container.name, OUR_PORTS[command[0]]))]
        if first == "agora" and command[0] == "secrets":
            words += ["--database", self._database(), "--broker", self.broker.place]
        for at, word in enumerate(words[:-1]):
            if word == "--port" and first != "agora":
                words[at + 1] = str(self.port(container.name, int(words[at + 1])))
        return [*PROGRAMS[first], *words]

    def _settings(self, container: Container) -> dict[str, str]:
        """What the file says, and what a process needs to be found on this machine."""
        told = {name: self._mapped(container, value) for name, value in container.environment.items()}
        mine = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "COLUMNS": "200", "LANG": "C.UTF-8"}
        return mine | told

    def _mapped(self, container: Container, text: str) -> str:
        names = "|".join(sorted(self.file.containers, key=len, reverse=True))
        text = re.sub(rf"\b({names}):(\d+)", lambda at: f"127.0.0.1:{self.port(at[1], int(at[2]))}", text)
        return PLACES.sub(lambda at: f"{self._root(container)}{at[1]}", text).replace("0.0.0.0", "127.0.0.1")

    def _root(self, container: Container) -> Path:
        """A directory in which there are the volumes of a container, and nothing else."""
        root = self._room / "roots" / container.name
        if not root.exists():
            for mount in container.mounts:
                if mount.source in self.file.volumes:
                    at = root / mount.target.lstrip("/")
                    at.parent.mkdir(parents=True, exist_ok=True)
                    at.symlink_to(self._volume(mount.source))
        return root

    def _wait_until_healthy(self, container: Container) -> None:
        for name, condition in container.needs.items():
            assert condition in ("service_healthy", "service_completed_successfully"), condition
            assert name in GIVEN or condition != "service_healthy" or self.is_healthy(name), name

    def _volume(self, name: str) -> Path:
        return self._room / "volumes" / name

    def _database(self) -> str:
        parts = urlsplit(self._servers.postgres().admin_url)
        return f"{parts.hostname}:{parts.port or 5432}"

    def _log(self, name: str) -> Path:
        return self._room / f"{name}.log"
