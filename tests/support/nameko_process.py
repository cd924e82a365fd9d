"""A stock nameko service as its own process."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

PROJECT = Path(__file__).parents[2]
END_SECONDS = 20.0


class NamekoProcess:
    """``nameko run`` on a module, at a broker; what it says goes to ``log``. Use it as a context."""

    def __init__(self, module: str, amqp_url: str, log: Path) -> None:
        self._log = log.open("wb")
        program = str(Path(sys.executable).with_name("nameko"))
        self.process = subprocess.Popen(
            [program, "run", module, "--define", f"AMQP_URI={amqp_url.replace('amqp:', 'pyamqp:', 1)}"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
        )  # fmt: skip

    def refuse_ended(self) -> None:
        """Raises RuntimeError with what it said when it has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(Path(self._log.name).read_text()[-3000:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()
