"""What somebody sees who runs a platform apart: pages, figures, logs, databases, queues, and the agora command."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from services.contracts.envelope import Envelope
from services.kernel.flow.remote_source import RemoteSource
from services.kernel.flow.rpc_client import RpcClient
from services.kernel.flow.wire import exchange_of
from tests.support.at_broker import channel_at
from tests.support.platform_apart import PlatformApart
from tests.support.servers.ports import free_port
from tests.support.waiting import until

COMMAND_SECONDS = 60
LogLine = dict[str, Any]


class Onlooker:
    """Looks at a platform from outside. Whoever makes one closes it."""

    def __init__(self, platform: PlatformApart) -> None:
        self.platform = platform
        self._calls = RpcClient(platform.amqp_url, "onlooker")

    def page(self, process: str, path: str) -> httpx.Response:
        """A page of one process, asked for at its own port."""
        return httpx.get(f"http://127.0.0.1:{self.platform.ports[process]}{path}", timeout=30, trust_env=False)

    def figures(self, process: str) -> list[Metric]:
        """All that a process tells at this moment."""
        return list(text_string_to_metric_families(self.page(process, "/metrics").text))

    def figure(self, process: str, name: str, **labels: str) -> float | None:
        """One figure of a process, or None when it does not tell it."""
        found = [
            sample.value
            for family in self.figures(process)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        return found[0] if found else None

    def rows(self, service: str, statement: str) -> list[tuple[Any, ...]]:
        """What a superuser reads in the database of a service."""
        with self.platform.servers.postgres().connect(self.database(service)) as session:
            return session.execute(statement).fetchall()  # type: ignore[call-overload, no-any-return]

    def change(self, service: str, *statements: str) -> None:
        """What a superuser does there."""
        self.platform.servers.postgres().execute(*statements, database=self.database(service))

    def database(self, service: str) -> str:
        """The name of a service's database."""
        return self.platform.settings().database_of(service).rpartition("/")[2]

    def head(self, service: str) -> int:
        """The position of the latest fact of a service."""
        return int(self.rows(service, "SELECT position FROM facts.head")[0][0])

    def parked(self, service: str) -> dict[str, str]:
        """By name, the stage of everything that is parked at a service."""
        return dict(self.rows(service, "SELECT name, stage FROM facts.parked"))

    def causes(self, service: str) -> dict[str, str]:
        """By name, why everything is parked that is parked at a service."""
        return dict(self.rows(service, "SELECT name, cause FROM facts.parked"))

    def queues(self) -> set[str]:
        """All queues of the platform at the broker, but those that wait for the answer to a call."""
        told = self.platform.servers.rabbitmq().ctl("-q", "list_queues", "-p", self._vhost, "name").split()
        return {name for name in told[1:] if not name.startswith("rpc.reply-")}

    def spoken(self, service: str) -> list[Envelope]:
        """All that a service ever said, from its log."""
        source, said, through, head = RemoteSource(service, self._calls), list[Envelope](), 0, 1
        while through < head:
            page = source.messages(through)
            said, through, head = said + page.messages, page.through, page.head or 0
        return said

    def call(self, service: str, method: str, **fields: Any) -> Any:
        """What a service answers at its RPC door."""
        return self._calls.call(service, method, fields)

    def lines(self, *processes: str) -> Iterator[LogLine]:
        """What these processes have logged."""
        for process in processes:
            yield from filter(None, map(_as_log_line, self.platform.said(process).splitlines()))

    def agora(self, *words: str) -> tuple[int, str]:
        """Run the agora command as an operator of this platform: its exit code, and all that it printed."""
        ended = subprocess.run(
            [sys.executable, "-m", "services", *words], env=self.platform.environment | {"COLUMNS": "500"},
            capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stdout + ended.stderr

    def dead(self, *words: str) -> str:
        """What ``agora dead`` prints; it succeeds."""
        exit_code, said = self.agora("dead", *words)
        assert exit_code == 0, said
        return said

    @contextmanager
    def ear(self, source: str) -> Iterator["Ear"]:
        """Hears all that a service says from now on."""
        with self.channel() as channel:
            yield Ear(channel, source)

    def channel(self) -> AbstractContextManager[Any]:
        """At the broker, as its administrator."""
        return channel_at(self.platform.amqp_url)

    @contextmanager
    def without_database(self, service: str) -> Iterator[None]:
        """For as long as the block lasts, nobody gets into the database of a service."""
        database, postgres = self.database(service), self.platform.servers.postgres()
        postgres.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        self.break_connections(service)
        try:
            yield
        finally:
            postgres.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')

    @contextmanager
    def without_broker(self) -> Iterator[None]:
        """For as long as the block lasts, nobody gets to the platform's place at the broker."""
        broker = self.platform.servers.rabbitmq()
        broker.ctl("set_vhost_limits", "-p", self._vhost, '{"max-connections": 0}')
        broker.ctl("close_all_connections", "-p", self._vhost, "a test wants it")
        try:
            yield
        finally:
            broker.ctl("clear_vhost_limits", "-p", self._vhost)

    @contextmanager
    def another(self, process: str) -> Iterator[str]:
        """One more process of the same kind for as long as the block lasts; its name."""
        platform, name = self.platform, f"{process}.too"
        service, _, what = process.rpartition(".")
        port, announced, log = free_port(), platform.data / f"{name}.json", platform.data / f"{name}.log"
        words = [what, service, "--port", str(port), "--announce", str(announced)]
        command = [sys.executable, "-m", "services", *words]
        running = platform.servers.custody.run(command, log, platform.environment, None, signal.SIGTERM)
        platform.ports[name], platform.processes[name] = port, running
        try:
            assert until(announced.exists), running.said()
            yield name
        finally:
            running.end()
            del platform.ports[name], platform.processes[name]

    @contextmanager
    def holding(self, service: str, table: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
        """For as long as the block lasts, nobody gets at a table; in the mode EXCLUSIVE it can be read."""
        postgres = self.platform.servers.postgres()
        with postgres.connect(self.database(service)) as session, session.transaction():
            session.execute(f"LOCK TABLE {table} IN {mode} MODE")  # type: ignore[call-overload]
            yield

    def break_connections(self, service: str, *, spares: str = "") -> None:
        """End every session in the database of a service, but those of the application that is named."""
        theirs = f"datname = '{self.database(service)}' AND application_name <> '{spares}'"
        ends = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {theirs}"
        self.platform.servers.postgres().execute(ends)

    def are_alive(self, processes: Iterable[str] | None = None) -> bool:
        """Whether these processes, or all, are still those that were started."""
        names = self.platform.processes if processes is None else processes
        return all(self.platform.processes[name].is_running for name in names)

    def close(self) -> None:
        """Let go of the broker."""
        self._calls.close()

    @property
    def _vhost(self) -> str:
        return unquote(urlsplit(self.platform.amqp_url).path.removeprefix("/"))


class Ear:
    """A queue that gets all that a source says."""

    def __init__(self, channel: Any, source: str) -> None:
        self._channel, self._heard = channel, list[dict[str, str]]()
        self._queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(self._queue, exchange_of(source), "#")

    @property
    def heard(self) -> list[dict[str, str]]:
        """The headers of all that came until now."""
        while (got := self._channel.basic_get(self._queue, auto_ack=True))[0] is not None:
            self._heard.append(got[1].headers)
        return self._heard

    @property
    def position(self) -> int:
        """How far the log was said to go."""
        return max((int(one["ce-sequence"]) for one in self.heard), default=0)


def _as_log_line(line: str) -> LogLine | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
