"""A platform as its own process, started and ended as a person would."""

import os
import select
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from services.identity.tokens import TokenIssuer

READY_SECONDS = 30.0
END_SECONDS = 30.0
PLAIN: Any = {"trust_env": False, "verify": False}
"""For clients of what is plain HTTP on this machine: reading all certificates takes each of them 30 ms."""


class PlatformProcess:
    """``agora up`` on a free port over a directory. ``url`` once it is ready."""

    def __init__(self, data: Path, *options: str, program: str = "services", **environment: str) -> None:
        self.data = data
        self._clients = ExitStack()
        self.said = ""
        """All that it printed after it was ready, once it has ended."""
        command = [sys.executable, "-m", program, "up", "--data", str(data), "--port", "0", *options]
        settings = {"AGORA_RATE": "", "COLUMNS": "200", **environment}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | settings
        )
        self.url = self._ready()

    def kill(self) -> None:
        """SIGKILL: it gets no chance to do anything."""
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._gone()

    def token(self, person_id: UUID | None = None, *roles: str) -> str:
        """A token as identity would issue it, made with its key: for tests that need hundreds of people."""
        issuer = TokenIssuer(self.data / "identity" / "token.key")
        return issuer.issue(person_id or uuid4(), frozenset(roles), uuid4())[0]

    def client(self, token: str | None = None) -> httpx.Client:
        """A client of this platform, signed in with a token or not."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._clients.enter_context(httpx.Client(base_url=self.url, headers=headers, timeout=30, **PLAIN))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def _ready(self) -> str:
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS)
        line = self.process.stdout.readline() if readable else ""
        if "http://" not in line:
            self.process.kill()
            raise RuntimeError(f"the platform did not start: {line} {self.process.communicate()[1]}")
        return "http://" + line.partition("http://")[2].split()[0]

    def _gone(self) -> int:
        self._clients.close()
        try:
            self.said = "".join(self.process.communicate(timeout=END_SECONDS))
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode
