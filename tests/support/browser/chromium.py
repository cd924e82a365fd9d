"""The browser as a process: it reads commands from descriptor 3 and answers on 4, each message ended by a null byte.

https://chromedevtools.github.io/devtools-protocol/, option ``--remote-debugging-pipe``. It ends when its pipe does.
"""

import fcntl
import itertools
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any, Self

ANSWER_SECONDS = 60.0
END_SECONDS = 10.0
OUT_OF_THE_WAY = 100
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-sync",
    "--remote-debugging-pipe",
)  # fmt: skip


class Chromium:
    """Use it as a context; ``send`` is one command of the protocol, ``events`` what it said meanwhile."""

    def __init__(self, program: str, profile: Path) -> None:
        heard, self._into = _pipe()
        self._from, told = _pipe()
        command = [program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        script = f'exec "$@" 3<&{heard} 4>&{told} {heard}<&- {told}>&-'
        self._process = subprocess.Popen(
            ["bash", "-c", script, "browser", *command], pass_fds=(heard, told), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(heard)
        os.close(told)
        self._numbers, self._rest = itertools.count(1), b""
        self.events: list[dict[str, Any]] = []

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """One command; its result. An assertion fails when the browser says that it is wrong."""
        number = next(self._numbers)
        told = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._into, json.dumps(told).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_SECONDS
        while (message := self._next(deadline)).get("id") != number:
            self.events.append(message)
        assert "error" not in message, f"{method}: {message['error']}"
        return dict(message["result"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._into)
        os.close(self._from)
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            read = os.read(self._from, 1 << 20) if ready else b""
            assert read, f"the browser says nothing; {len(self.events)} events before"
            self._rest += read
        first, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(first))


def _pipe() -> tuple[int, int]:
    """Both ends with numbers that are out of the way of 3 and 4."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, OUT_OF_THE_WAY) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
