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
GREEN = "tests.support.servers.nursery_green"
"""For those who replace what others load, before they load it."""
PROJECT = Path(__file__).parents[3]
LOADING_SECONDS = 60.0


class Nursery:
    """Runs modules of Agora. Where nobody adopts orphans each is started by itself."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody
        self._lock = Lock()
        self._places: dict[str, Path] = {}

    def run(self, module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> Running:
        """``python -m module ...``, as ``Custody.run`` would start it; it ends with SIGTERM."""
        command = [sys.executable, "-m", module, *arguments]
        if sys.platform != "linux":
            return self._custody.run(command, log, dict(environment), None, signal.SIGTERM)
        program = GREEN if arguments[:1] == ["rpc"] else PROGRAM
        with self._lock:
            if program not in self._places:
                self._places[program] = self._start(program)
        asked = {"module": module, "arguments": [*arguments], "environment": dict(environment), "log": str(log)}
        return self._custody.adopt(_fork(self._places[program], asked), command[0], log, signal.SIGTERM)

    def call(self, module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        """``python -m module ...`` to its end. Raises ServerFailed."""
        running = self.run(module, arguments, log, environment)
        assert until(lambda: not running.is_running, CALL_SECONDS), running.said()
        if running.end() != 0:
            raise ServerFailed(program=f"{module} {arguments[0]}", said=running.said())

    def _start(self, program: str) -> Path:
        place = self._custody.directory / program.rpartition(".")[2]
        log = place.with_suffix(".log")
        command = [sys.executable, "-m", program, str(place)]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        running = self._custody.run(command, log, environment, None, signal.SIGKILL)

        def listens() -> bool:
            running.refuse_ended()
            return place.exists()

        assert until(listens, LOADING_SECONDS), running.said()
        return place


def _fork(place: Path, asked: Mapping[str, object]) -> int:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(LOADING_SECONDS)
        connection.connect(str(place))
        connection.sendall(json.dumps(asked).encode() + b"\n")
        with connection.makefile() as lines:
            return int(json.loads(lines.readline())["pid"])
