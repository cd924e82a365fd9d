"""The whole platform, in which every process has wires of its own to the database and to the broker."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from services.composition import SERVICES
from tests.support.platform_apart import PlatformApart
from tests.support.servers.provisioning import Servers
from tests.support.waiting import until

from .wire import Wire, Wires

START_SECONDS, READY_SECONDS = 100.0, 120.0
PROCESSES = [f"{service}.{what}" for service in SERVICES for what in ("serve", "work", "rpc")]
EVERYTHING = [*PROCESSES, "entrance"]
"""All that may be killed: the proxy in front is no part of the platform."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The wires of one process."""

    database: Wire
    broker: Wire

    def let_go(self) -> None:
        """Both are as they should be."""
        self.database.let_go()
        self.broker.let_go()


class Ground(PlatformApart):
    """``lines`` are the wires by process. ``ended`` counts the processes that have ended without being told to."""

    def __init__(self, data: Path, servers: Servers, wires: Wires) -> None:
        self._wires, self.ended = wires, list[str]()
        self.lines: dict[str, Lines] = {}
        super().__init__(data, servers, AGORA_LOG_LEVEL="warning")

    def start(self, *names: str, program: str = "services") -> None:
        """Start these processes, and wait until each has said that it is there; not until it is ready."""
        for name in names:
            (self.data / f"{name}.json").unlink(missing_ok=True)
            command = [sys.executable, "-m", *self._command(name, program)]  # each by itself: its memory is measured
            environment = self._environment_of(name)
            self.processes[name] = self.servers.custody.run(command, self._log(name), environment, None, SIGTERM)
        deadline = time.monotonic() + START_SECONDS
        for name in names:
            self._wait_for(name, deadline)

    def obstacle(self) -> str:
        """What keeps anything from being ready; empty when nothing does. Who has ended is started again."""
        for name in [one for one, running in self.processes.items() if not running.is_running]:
            self.ended.append(name)
            self.start(name)
        try:
            return self.waiting()
        except httpx.HTTPError as failure:
            return repr(failure)

    def recovered(self) -> float:
        """Wait until all of it is ready, and say after how many seconds. An assertion fails when it takes too long."""
        since = time.monotonic()
        assert until(lambda: not self.obstacle(), READY_SECONDS), f"it does not recover: {self.obstacle()}"
        return time.monotonic() - since

    def _environment_of(self, name: str) -> dict[str, str]:
        if name not in PROCESSES:
            return self.environment
        if name not in self.lines:
            known = (self.environment["AGORA_DATABASE_URL"], self.environment["AGORA_AMQP_URL"])
            self.lines[name] = Lines(*(self._wires.to(*_place(url)) for url in known))
        through: dict[str, Wire] = {
            "AGORA_DATABASE_URL": self.lines[name].database, "AGORA_AMQP_URL": self.lines[name].broker,
        }  # fmt: skip
        return self.environment | {key: _with_port(self.environment[key], wire.port) for key, wire in through.items()}


def _place(url: str) -> Any:
    parts = urlsplit(url)
    return parts.hostname, parts.port


def _with_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}"))
