"""The door as a process from outside: started, ended, and what it has kept."""

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from services.kernel.store.recorder import ParkedRow
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.waiting import until

READY_SECONDS = 40.0
WAIT_SECONDS = 25.0


class DoorProcess:
    """A door on a broker, over a directory; guards that are named are off."""

    program = ("-m", "tests.integration.rpc.door_process")

    def __init__(self, url: str, directory: Path, *without: str, is_ready: bool = True, **told: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory, self.said = directory, ""
        command = [sys.executable, *self.program, url, str(directory), *without]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | told
        )
        self._reading = threading.Thread(target=self._read)
        self._reading.start()
        if is_ready:
            self.wait_for("READY", READY_SECONDS)

    def wait_for(self, word: str, seconds: float = WAIT_SECONDS) -> None:
        """Until it has said this."""
        until(lambda: word in self.said or not self.lives, seconds)
        assert word in self.said, f"it has not said {word}: {self.said}"

    @property
    def lives(self) -> bool:
        """Whether it is the same process still, which has not been restarted by anybody."""
        return self.process.poll() is None

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        code = self.process.wait(WAIT_SECONDS)
        self._reading.join()
        return code

    def parked(self) -> list[ParkedRow]:
        """All that it has parked."""
        recorder = SQLiteRecorder(self.directory / "tally" / "facts.db", readonly=True)
        try:
            return recorder.parked(100)
        finally:
            recorder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.lives:
            self.process.kill()
        self.ended()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while select.select([self.process.stdout], [], []):
            line = self.process.stdout.readline()
            if not line:
                return
            self.said += line
