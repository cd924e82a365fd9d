"""pgbench as a yardstick: the program that comes with PostgreSQL, on the same server, with as many clients."""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.support.servers.postgres import PostgresServer
from tests.support.servers.programs import postgres_programs

THREADS = 2
SCALE = 10
ONE_ROW = "INSERT INTO one_row (id, state) VALUES (gen_random_uuid(), repeat('x', 400));"


class Pgbench:
    """Runs against one database, as whoever its address signs in as."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._where = [
            "--host", parts.hostname or "127.0.0.1", "--port", str(parts.port or 5432),
            "--username", unquote(parts.username or "postgres"), parts.path.lstrip("/"),
        ]  # fmt: skip
        self._environment = os.environ | {"PGPASSWORD": unquote(parts.password or "")}
        self._program = _program()

    def script(self, content: str, clients: int, seconds: int) -> float:
        """Transactions a second of a script."""
        with tempfile.TemporaryDirectory(prefix="agora-bench-") as directory:
            file = Path(directory) / "script.sql"
            file.write_text(content + "\n")
            return self._measured("--no-vacuum", "--file", str(file), clients=clients, seconds=seconds)

    def prepare_tpc_b(self) -> None:
        """Its own tables, for ``tpc_b``."""
        self._said("--initialize", "--quiet", "--scale", str(SCALE))

    def tpc_b(self, clients: int, seconds: int) -> float:
        """Transactions a second of its own mix, which is like TPC-B: five statements on four tables."""
        return self._measured("--no-vacuum", clients=clients, seconds=seconds)

    def _measured(self, *words: str, clients: int, seconds: int) -> float:
        load = ["--client", str(clients), "--jobs", str(THREADS), "--time", str(seconds), "--protocol", "prepared"]
        said = self._said(*words, *load)
        found = re.search(r"tps = ([0-9.]+)", said)
        if found is None or "aborted" in said:
            raise SystemExit(f"pgbench did not get through: {said}")
        return float(found[1])

    def _said(self, *words: str) -> str:
        ended = subprocess.run(
            [self._program, *words, *self._where], env=self._environment, capture_output=True, text=True, check=False
        )
        if ended.returncode != 0:
            raise SystemExit(f"pgbench failed: {ended.stderr[-2000:]}")
        return ended.stdout + ended.stderr


@contextmanager
def beside(server: PostgresServer) -> Iterator[Pgbench]:
    """pgbench on a fresh database of a server, which is gone after the block; ``ONE_ROW`` finds its table."""
    name = f"agora_bench_{secrets.token_hex(4)}"
    server.execute(f"CREATE DATABASE {name}")
    try:
        server.execute("CREATE TABLE one_row (id uuid PRIMARY KEY, state text NOT NULL)", database=name)
        yield Pgbench(server.url(name))
    finally:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _program() -> str:
    programs = postgres_programs()
    beside_server = programs / "pgbench" if programs is not None else None
    found = str(beside_server) if beside_server and beside_server.exists() else shutil.which("pgbench")
    if found is None:
        raise SystemExit("pgbench is missing; install the package of PostgreSQL that has it, on Debian 'postgresql'.")
    return found
