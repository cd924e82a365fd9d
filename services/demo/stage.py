"""A platform for the demo alone: a child process over a directory of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from services.demo.refusals import PlatformDidNotStart, PlatformEnded

READY_SECONDS = 30.0
END_SECONDS = 30.0
LOOK_SECONDS = 0.02
NOT_FOR_PLAY = ("AGORA_PAYMENTS", "AGORA_SIMULATOR", "AGORA_PUBLIC_URL")
"""How variables begin that say where money moves; they may come with _FILE behind them."""
PACKAGES = Path(__file__).parents[2]


class OwnPlatform:
    """``with OwnPlatform(directory) as platform: platform.url``. It ends with the block.

    With ``is_sandbox`` an operator can move its clock.
    Raises PlatformDidNotStart, and PlatformEnded when it does not end well.
    """

    def __init__(self, directory: Path, is_sandbox: bool = True) -> None:
        self._directory, self._is_sandbox = directory, is_sandbox
        self._announced = directory / "ready.json"
        self._log = directory / "platform.log"
        self._announced.unlink(missing_ok=True)
        with self._log.open("wb") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then ends the platform in order.
            self._process = subprocess.Popen(
                self._command(), stdout=log, stderr=subprocess.STDOUT, env=_environment(), start_new_session=True
            )
        self.url = ""

    def wait(self) -> None:
        """Until it ends by itself, which it should not. Raises PlatformEnded."""
        raise PlatformEnded(exit_code=self._process.wait(), why=self._last_words())

    def stop(self) -> None:
        """SIGTERM, and wait until it has closed its files. Raises PlatformEnded."""
        self._process.send_signal(signal.SIGTERM)
        try:
            exit_code = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            exit_code = self._process.wait()
        if exit_code:
            raise PlatformEnded(exit_code=exit_code, why=self._last_words())

    def __enter__(self) -> Self:
        try:
            self.url = self._ready()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is PlatformEnded:
            return
        self.stop()

    def _command(self) -> list[str]:
        options = ["--sandbox"] if self._is_sandbox else []
        options += [
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--data",
            str(self._directory),
            "--announce",
            str(self._announced),
        ]
        return [sys.executable, "-m", "services", "up", *options]

    def _ready(self) -> str:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if self._announced.exists():
                return str(json.loads(self._announced.read_text())["url"])
            time.sleep(LOOK_SECONDS)
        raise PlatformDidNotStart(why=self._last_words())

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return " ".join(" ".join(lines[-4:]).split()).rstrip(".") or "nothing"


def _environment() -> dict[str, str]:
    """This one's, without what would send the demo's payments to a real provider."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_PLAY)}
    paths = [str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}
