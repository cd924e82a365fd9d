"""Programs of Agora in custody, forked from one process that has loaded it; see ``nursery_program``."""

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from tests.support.waiting import until

from .custody import CALL_SECONDS, Custody, Running
from .refusals import ServerFailed

PROGRAM = "tests.support.servers.nursery_program"
PROJECT = Path(__file__).parents[3]
LOADING_SECONDS = 60.0


class Nursery:
    """Runs modules of Agora. Where nobody adopts orphans each is started by itself, and so is who loads otherwise."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody
        self._socket = custody.directory / "nursery"
        self._lock = Lock()
        self._running: Running | None = None

    def run(self, module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> Running:
        """``python -m module ...``, as ``Custody.run`` would start it; it ends with SIGTERM."""
        command = [sys.executable, "-m", module, *arguments]
        if sys.platform != "linux" or arguments[:1] == ["rpc"]:  # which replaces what others load before it does
            return self._custody.run(command, log, dict(environment), None, signal.SIGTERM)
        with self._lock:
            self._running = self._running or self._start()
        asked = {"module": module, "arguments": [*arguments], "environment": dict(environment), "log": str(log)}
        return self._custody.adopt(self._fork(asked), command[0], log, signal.SIGTERM)

    def call(self, module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        """``python -m module ...`` to its end. Raises ServerFailed."""
        running = self.run(module, arguments, log, environment)
        assert until(lambda: not running.is_running, CALL_SECONDS), running.said()
        if running.end() != 0:
            raise ServerFailed(program=f"{module} {arguments[0]}", said=running.said())

    def _start(self) -> Running:
        log = self._custody.directory / "nursery.log"
        command = [sys.executable, "-m", PROGRAM, str(self._socket)]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        running = self._custody.run(command, log, environment, None, signal.SIGKILL)

        def listens() -> bool:
            running.refuse_ended()
            return self._socket.exists()

        assert until(listens, LOADING_SECONDS), running.said()
        return running

    def _fork(self, asked: Mapping[str, object]) -> int:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(LOADING_SECONDS)
            connection.connect(str(self._socket))
            connection.sendall(json.dumps(asked).encode() + b"\n")
            with connection.makefile() as lines:
                return int(json.loads(lines.readline())["pid"])
