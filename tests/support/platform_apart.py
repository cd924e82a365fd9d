"""The whole platform as separate processes, over PostgreSQL and RabbitMQ, behind one address."""

import json
import os
import secrets
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx

from services.composition import SERVICES
from services.identity.tokens import TokenIssuer
from services.settings import Settings
from simulators.payments.running import Running as Simulator
from tests.support.process import PLAIN
from tests.support.servers.custody import Running
from tests.support.servers.ports import free_port
from tests.support.servers.provisioning import Servers

READY_SECONDS = 100.0
END_SECONDS = 20.0
"""So soon each process ends by itself, whatever it is doing."""
PAYMENTS_SECRET = "whsec_cGF5bWVudHMtb2YtYS1wbGF0Zm9ybS1pbi1wYXJ0cy4uLi4="
PASSWORD = "tests"
PROJECT = Path(__file__).parents[2]


class PlatformApart:
    """``serve``, ``work`` and ``rpc`` of every service, the entrance, and a proxy in front. ``url`` once all is ready.

    The processes are named "mall.serve", "mall.work", "mall.rpc", "entrance" and "front"; each keeps its port when it
    is started again. ``payments_url`` is a provider to use instead of a simulated one. It is a sandbox, unless told.
    """

    def __init__(
        self, data: Path, servers: Servers, *, payments_url: str = "", is_sandbox: bool = True,
        **environment: str,
    ) -> None:  # fmt: skip
        data.mkdir(parents=True, exist_ok=True)
        self.data, self.servers = data, servers
        self._held = ExitStack()
        self._prefix = f"agora_p{secrets.token_hex(4)}"
        self.ports = {name: free_port() for name in (*_names(), "front")}
        self.url = f"http://127.0.0.1:{self.ports['front']}"
        self.amqp_url = servers.rabbitmq().new_url()
        self.payments_url = payments_url or self._simulated()
        self.environment = self._settings(is_sandbox) | environment
        self.processes: dict[str, Running] = {}
        try:
            self._migrate()
            self.start(*_names(), "front")
        except BaseException:
            self.kill()
            raise

    def start(self, *names: str, program: str = "services") -> None:
        """Start these processes, and wait until all that run are ready. ``program`` is the module that they run."""
        for name in names:
            (self.data / f"{name}.json").unlink(missing_ok=True)
            module, *arguments = self._command(name, program)
            self.processes[name] = self.servers.nursery.run(module, arguments, self._log(name), self.environment)
        deadline = time.monotonic() + READY_SECONDS
        for name in names:
            self._wait_for(name, deadline)
        while self.processes.keys() == self.ports.keys() and (waiting := self.waiting()):
            assert time.monotonic() < deadline, waiting
            time.sleep(0.05)

    def waiting(self) -> str:
        """What /readyz says when not everything is ready; empty when it is."""
        answer = httpx.get(f"{self.url}/readyz", timeout=30, **PLAIN)
        return "" if answer.is_success else answer.text

    def kill(self, *names: str) -> None:
        """SIGKILL: these, or all of them, get no chance to do anything."""
        self._end(signal.SIGKILL, names)

    def stop(self, *names: str) -> int:
        """SIGTERM to these, or all of them; the highest of their exit codes."""
        return max(map(abs, self._end(signal.SIGTERM, names)), default=0)

    def said(self, name: str) -> str:
        """What a process has printed."""
        return self._log(name).read_text(errors="replace")

    def token(self, person_id: UUID | None = None, *roles: str) -> str:
        """A token as identity would issue it, made with its key."""
        issuer = TokenIssuer(Path(self.environment["AGORA_TOKEN_KEY"]))
        return issuer.issue(person_id or uuid4(), frozenset(roles), uuid4())[0]

    def client(self, token: str | None = None) -> httpx.Client:
        """A client of this platform, signed in with a token or not."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        made = httpx.Client(base_url=self.url, headers=headers, timeout=30, **PLAIN)
        return self._held.enter_context(made)

    def settings(self) -> Settings:
        """As a process of this platform reads them."""
        known = {name.removeprefix("AGORA_").lower(): value for name, value in self.environment.items()}
        named = ("database_url", "amqp_url", "master_key", "token_key", "clock", "payments_url", "payments_secret")
        texts = {name: known[name] for name in (*named, "public_url", "rate")}
        return Settings(data=self.data, sandbox=known["sandbox"] == "true", **texts)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()  # how they end by themselves is tried where it is looked at
        with self.servers.postgres().connect() as admin:
            mine = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            for (database,) in admin.execute(mine, (self._prefix,)).fetchall():
                admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
            for service in SERVICES:
                admin.execute(f'DROP ROLE IF EXISTS "{self._prefix}_{service}"')

    def _end(self, number: int, names: tuple[str, ...]) -> list[int]:
        chosen = names or tuple(self.processes)
        if not names:
            self._held.close()
        ended = self.servers.custody.end([self.processes.pop(name) for name in chosen], number, END_SECONDS)
        return [status or 0 for status in ended]

    def _simulated(self) -> str:
        return self._held.enter_context(Simulator(PAYMENTS_SECRET, self.data / "payments.jsonl")).url

    def _settings(self, is_sandbox: bool) -> dict[str, str]:
        admin = urlsplit(self.servers.postgres().admin_url)
        place = f"{admin.hostname}:{admin.port}"
        service = "{service}"
        given = {
            "DATA": str(self.data),
            "ADMIN_DATABASE_URL": self.servers.postgres().admin_url,
            "DATABASE_URL": f"postgresql://{self._prefix}_{service}:{PASSWORD}@{place}/{self._prefix}_{service}",
            "AMQP_URL": self.amqp_url,
            "JWKS_URL": f"http://127.0.0.1:{self.ports['identity.serve']}/identity/jwks",
            "PROCESSES": " ".join(f"http://127.0.0.1:{self.ports[name]}" for name in _names() if name != "entrance"),
            "MASTER_KEY": secrets.token_hex(32),
            "TOKEN_KEY": str(self.data / "identity" / "token.key"),
            "CLOCK": str(self.data / "clock.json"),
            "SANDBOX": str(is_sandbox).lower(),
            "PAYMENTS_URL": self.payments_url,
            "PAYMENTS_SECRET": PAYMENTS_SECRET,
            "PUBLIC_URL": self.url,
            "RATE": "",
        }
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AGORA_")}
        told = {f"AGORA_{name}": value for name, value in given.items()}
        return mine | {"COLUMNS": "200", "PYTHONPATH": str(PROJECT)} | told

    def _migrate(self) -> None:
        self.servers.nursery.call("services", ["migrate"], self._log("migrate"), self.environment)

    def _command(self, name: str, program: str) -> list[str]:
        """The module and its arguments."""
        if name == "front":
            places = {service: self._place(f"{service}.serve") for service in SERVICES}
            map_of_places = json.dumps({**places, "": self._place("entrance")})
            return ["tests.support.front", str(self.ports["front"]), map_of_places]
        service, _, what = name.rpartition(".")
        words = [what, service] if service else [what]
        announced = ["--port", str(self.ports[name]), "--announce", str(self.data / f"{name}.json")]
        return [program, *words, *announced]

    def _wait_for(self, name: str, deadline: float) -> None:
        announced = self.data / f"{name}.json"
        while not (announced.exists() or (name == "front" and self._front_answers())):
            self.processes[name].refuse_ended()
            assert time.monotonic() < deadline, f"{name} is not ready; it said: {self.said(name)}"
            time.sleep(0.02)

    def _front_answers(self) -> bool:
        try:
            httpx.get(f"{self.url}/healthz", **PLAIN)
        except httpx.TransportError:
            return False
        return True

    def _place(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def _log(self, name: str) -> Path:
        return self.data / f"{name}.log"


def _names() -> list[str]:
    """All processes but the front."""
    return [*(f"{service}.{what}" for service in SERVICES for what in ("serve", "work", "rpc")), "entrance"]
