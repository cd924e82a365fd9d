"""A PostgreSQL server for tests: a private cluster, a container, or one that somebody else runs."""

import secrets
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from .custody import Custody, Running
from .ports import free_port
from .programs import unprivileged
from .refusals import NotOursToBreak, ServerFailed

ADMIN = "tests_admin"
READY_SECONDS = 60.0
# Speed without loss for these tests: a killed server loses nothing by it, only a machine without power would.
SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=300", "shared_buffers=64MB", "max_wal_size=256MB")
# What a private cluster needs to leave nothing outside its directory.
OF_ITS_OWN = (
    "listen_addresses=127.0.0.1", "unix_socket_directories=", "dynamic_shared_memory_type=mmap",
    "log_min_messages=warning",
)  # fmt: skip


class PostgresServer:
    """A server that tests may use as its superuser."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        """postgresql://superuser:password@host:port/database"""

    def url(self, database: str, user: str | None = None, password: str = "") -> str:
        """The address of a database on this server, for the superuser or for a user."""
        parts = urlsplit(self.admin_url)
        login, _, place = parts.netloc.rpartition("@")
        login = login if user is None else f"{quote(user)}:{quote(password)}"
        return urlunsplit(parts._replace(netloc=f"{login}@{place}", path=f"/{database}"))

    def connect(self, database: str | None = None) -> psycopg.Connection:
        """A connection of the superuser, each statement a transaction of its own; whoever opens it closes it."""
        return psycopg.connect(self.url(database) if database else self.admin_url, autocommit=True, connect_timeout=10)

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the superuser."""
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def kill(self) -> None:
        """SIGKILL to all of its processes. Raises NotOursToBreak."""
        raise NotOursToBreak(setting="AGORA_TEST_DATABASE_URL")

    def stop(self) -> None:
        """An orderly end that does not wait for its clients. Raises NotOursToBreak."""
        raise NotOursToBreak(setting="AGORA_TEST_DATABASE_URL")

    def start(self) -> None:
        """Start again what was killed or stopped; returns once it answers. Raises NotOursToBreak."""
        raise NotOursToBreak(setting="AGORA_TEST_DATABASE_URL")

    def restart(self) -> None:
        """Stop and start; all connections are lost."""
        self.stop()
        self.start()


class PrivatePostgres(PostgresServer):
    """A cluster of our own, from installed programs, in a directory that goes when its custody ends."""

    def __init__(self, custody: Custody, programs: Path) -> None:
        self._custody, self._programs = custody, programs
        self._user = unprivileged("postgres")
        self._room = custody.room("postgres", self._user)
        self._port, password = free_port(), secrets.token_urlsafe(16)
        super().__init__(f"postgresql://{ADMIN}:{password}@127.0.0.1:{self._port}/postgres")
        self._initialise(password)
        self._running: Running | None = None
        self.start()

    def start(self) -> None:
        settings = [f"--{setting}" for setting in (*SETTINGS, *OF_ITS_OWN, f"port={self._port}")]
        command = [str(self._programs / "postgres"), "-D", str(self._cluster), *settings]
        log = self._custody.directory / "postgres.log"
        # SIGQUIT is its "immediate": it takes its shared memory with it, and waits for nobody.
        self._running = self._custody.run(command, log, {"LC_ALL": "C"}, self._user, signal.SIGQUIT)
        wait_for_postgres(self.admin_url, self._running.refuse_ended)

    def stop(self) -> None:
        if self._running is not None:
            self._running.end(signal.SIGINT)
            self._running = None

    def kill(self) -> None:
        if self._running is not None:
            segment = self._shared_memory()
            self._running.end(signal.SIGKILL)
            self._running = None
            with suppress(ServerFailed):
                self._custody.call(["ipcrm", "-m", segment])

    @property
    def _cluster(self) -> Path:
        return self._room / "cluster"

    def _initialise(self, password: str) -> None:
        secret = self._custody.write(self._room / "password", password, self._user)
        # Texts are in the order of a language, as on many a real server: what needs another order must say so.
        self._custody.call(
            [str(self._programs / "initdb"), "-D", str(self._cluster), "-U", ADMIN, "--pwfile", str(secret),
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US",
             "--no-sync", "--no-instructions"],
            {"LC_ALL": "C"}, self._user,
        )  # fmt: skip
        secret.unlink()

    def _shared_memory(self) -> str:
        """The segment that a killed server leaves behind; its number is the last in the file of its process."""
        return (self._cluster / "postmaster.pid").read_text().splitlines()[6].split()[-1]


def wait_for_postgres(url: str, refuse_ended: Callable[[], None], seconds: float = READY_SECONDS) -> None:
    """Return once it answers a query. Raises ServerFailed when it has ended, or takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
                return
        except psycopg.OperationalError as failed:
            refuse_ended()
            if time.monotonic() > deadline:
                raise ServerFailed(program="postgres", said=str(failed)) from failed
            time.sleep(0.05)
