"""nginx with the project's configuration, at addresses of this machine; a proxy of the tests where there is none."""

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from services.embedded import SERVICES
from tests.support.servers.custody import Running
from tests.support.servers.installing import can_install, install
from tests.support.servers.programs import nginx_program
from tests.support.servers.provisioning import Servers
from tests.support.servers.refusals import ServerFailed

from .file import PROJECT

CONFIGURATION = PROJECT / "deploy" / "nginx" / "nginx.conf"
Port = Callable[[str, int], int]


class Entering:
    """The one entrance. ``is_nginx`` says what it is."""

    def __init__(self, servers: Servers, room: Path) -> None:
        self._servers, self._room = servers, room / "nginx"
        self._program = nginx_program() or self._installed()

    @property
    def is_nginx(self) -> bool:
        """Whether it is nginx, with the project's configuration."""
        return self._program is not None

    def start(self, url: str, port: Port, log: Path) -> Running:
        """Start it at this address."""
        listens = int(url.rpartition(":")[2])
        command = self._nginx(listens, port) if self._program else _front(listens, port)
        known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}
        return self._servers.custody.run(command, log, known, None, signal.SIGTERM)

    def _nginx(self, listens: int, port: Port) -> list[str]:
        assert self._program is not None
        self._room.mkdir(exist_ok=True)
        written = self._room / "nginx.conf"
        written.write_text(adapted(CONFIGURATION.read_text(), listens, port, self._room))
        return [self._program, "-p", str(self._room), "-e", "/dev/stderr", "-c", str(written), "-g", "daemon off;"]

    def _installed(self) -> str | None:
        if can_install():
            try:
                install(self._servers.custody, ["nginx-light"])
            except ServerFailed:  # there is another way
                return None
        return nginx_program()


def adapted(text: str, listens: int, port: Port, room: Path) -> str:
    """The configuration with addresses and files of this machine; a line that is not found is an assertion."""
    places = " ".join(f"~^/{service}/ {port(f'{service}-serve', 8000)};" for service in SERVICES)
    for pattern, replacement in (
        (r"http \{", f"http {{ map $uri $of_service {{ {places} }}"),
        (r"http://\$1-serve:8000", "http://127.0.0.1:$of_service"),
        (r"http://entrance:8000", f"http://127.0.0.1:{port('entrance', 8000)}"),
        (r"listen 8080", f"listen 127.0.0.1:{listens}"),
        (r"/tmp/", f"{room}/"),
    ):
        text, found = re.subn(pattern, lambda _, put=replacement: put, text)  # type: ignore[misc]
        assert found, f"nginx.conf has no {pattern}"
    return f"user root;\n{text}" if os.geteuid() == 0 else text


def _front(listens: int, port: Port) -> list[str]:
    places = {service: f"http://127.0.0.1:{port(f'{service}-serve', 8000)}" for service in SERVICES}
    everything = json.dumps({**places, "": f"http://127.0.0.1:{port('entrance', 8000)}"})
    return [sys.executable, "-m", "tests.support.front", str(listens), everything]
