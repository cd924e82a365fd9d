"""The provider as a child process: started, waited for until it is ready, and ended with its parent."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Self

READY_SECONDS = 20.0
END_SECONDS = 10.0


class Running:
    """``with Running(secret) as provider: provider.url``. Ends with the block, and whenever its parent ends."""

    def __init__(
        self, secret: str, book: Path | None = None, port: int = 0, program: str = "simulators.payments", **told: str
    ) -> None:  # fmt: skip
        """Starts it. RuntimeError when it does not come up within 20 seconds; it says why on standard error.

        ``program`` is another simulator that serves in the same way, ``told`` what else it finds in its environment.
        """
        command = [sys.executable, "-m", program, "--port", str(port), "--parent-pipe"]
        command += ["--book", str(book)] if book else []
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AGORA_")}
        environment = mine | {"PAYMENT_SIMULATOR_SECRET": secret} | told  # none of its parent's secrets
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.url: str = self._ready()["url"]

    def stop(self) -> int:
        """Ends it with SIGTERM, after ten seconds with SIGKILL; returns its exit code. Again: nothing happens."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Waits until it has ended by itself, at most ten seconds; returns its exit code."""
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ready(self) -> dict[str, str]:
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            self.stop()
            raise RuntimeError("The simulated payment provider did not start; see what it wrote above.")
        ready: dict[str, str] = json.loads(line)
        return ready
