"""PostgreSQL and RabbitMQ for a benchmark: servers of its own on a disk, which keep what they have confirmed.

Those of the tests lie in memory and flush nothing. AGORA_BENCH_FSYNC=off gives a server that does not wait for the
disk, AGORA_BENCH_DISK names another directory than /var/tmp; AGORA_TEST_DATABASE_URL and AGORA_TEST_AMQP_URL name
servers that run already, which are taken as they are.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from _showing import console

from tests.support.servers.caretaker import below
from tests.support.servers.custody import Custody
from tests.support.servers.postgres import OF_ITS_OWN, PostgresServer, PrivatePostgres, wait_for_postgres
from tests.support.servers.programs import postgres_programs
from tests.support.servers.provisioning import POSTGRES, Servers
from tests.support.servers.refusals import ServersMissing

FSYNC = os.environ.get("AGORA_BENCH_FSYNC") or "on"
SETTINGS = (
    f"fsync={FSYNC}", "synchronous_commit=on", "max_connections=400", "shared_buffers=256MB", "max_wal_size=2GB",
)  # fmt: skip


class OnDisk(Custody):
    """Gives servers their rooms on a disk, so that a flush costs what it costs in earnest."""

    def __init__(self) -> None:
        super().__init__()
        usual = "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()
        disk = os.environ.get("AGORA_BENCH_DISK") or usual
        self._disk = Path(self._ask(do="make_directory", prefix="agora-bench-", within=disk)["directory"])

    def room(self, name: str, user: str | None) -> Path:
        """A directory that belongs to a user."""
        made = self._disk / name
        made.mkdir(mode=0o700)
        if user is not None:
            shutil.chown(made, user)
        return made


class DurablePostgres(PrivatePostgres):
    """A cluster of our own with the settings of a server that is relied on."""

    def start(self) -> None:
        """Start it; returns once it answers."""
        settings = [f"--{setting}" for setting in (*SETTINGS, *OF_ITS_OWN, f"port={self._port}")]
        command = [str(self._programs / "postgres"), "-D", str(self._cluster), *settings]
        log = self._custody.directory / "postgres.log"
        self._running = self._custody.run(command, log, {"LC_ALL": "C"}, self._user, signal.SIGQUIT)
        wait_for_postgres(self.admin_url, self._running.refuse_ended)

    def pin(self, cores: Collection[int]) -> None:
        """Let all of its processes, and those to come, run on these cores alone."""
        assert self._running is not None
        for pid in (self._running.pid, *below(self._running.pid)):
            with suppress(ProcessLookupError):  # it has just ended
                os.sched_setaffinity(pid, cores)


class BenchServers(Servers):
    """As for tests, but durable. PostgreSQL is never a container: pgbench comes with the installed programs."""

    @property
    def custody(self) -> Custody:
        """Who ends what is started here."""
        with self._locks["custody"]:
            self._custody = self._custody or OnDisk()
            return self._custody

    def _own_postgres(self) -> PostgresServer:
        self._install_missing(POSTGRES)
        programs = postgres_programs()
        if programs is None:
            raise ServersMissing(missing=POSTGRES, setting="AGORA_TEST_DATABASE_URL")
        return DurablePostgres(self.custody, programs)


@contextmanager
def servers() -> Iterator[BenchServers]:
    """Servers for as long as the block lasts; each starts when it is first asked for."""
    made = BenchServers(say=console.print)
    try:
        yield made
    finally:
        made.close()


def durability(server: PostgresServer) -> str:
    """How durable what it has confirmed is, in words for the table."""
    with server.connect() as connection:
        told = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    fsync, commit = (row[0] if row else "?" for row in told)
    return f"PostgreSQL with fsync={fsync}, synchronous_commit={commit}, for both."
