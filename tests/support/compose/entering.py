"""nginx with the project's configuration, at addresses of this machine."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

from services.composition import SERVICES
from tests.support.servers.custody import Running
from tests.support.servers.provisioning import Servers

from .file import PROJECT

CONFIGURATION = PROJECT / "deploy" / "nginx" / "nginx.conf"
Port = Callable[[str, int], int]


class Entering:
    """The one entrance."""

    def __init__(self, servers: Servers, room: Path) -> None:
        self._servers, self._room = servers, room / "nginx"

    def start(self, url: str, port: Port, log: Path) -> Running:
        """Start it at this address."""
        self._room.mkdir(exist_ok=True)
        written = self._room / "nginx.conf"
        written.write_text(adapted(CONFIGURATION.read_text(), int(url.rpartition(":")[2]), port, self._room))
        told = ["-p", str(self._room), "-e", "/dev/stderr", "-c", str(written), "-g", "daemon off;"]
        known = {"PATH": os.environ["PATH"]}
        return self._servers.custody.run([self._servers.nginx(), *told], log, known, None, signal.SIGTERM)


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
