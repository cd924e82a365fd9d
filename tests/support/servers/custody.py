"""The asker's side of the caretaker: what is started here ends with this process, however it ends."""

import itertools
import json
import os
import pwd
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from .refusals import ServerFailed

CARETAKER = Path(__file__).with_name("caretaker.py")
CALL_SECONDS, END_SECONDS = 60.0, 10.0
GONE = '{"error": "it is gone"}'
MEMORY, ENOUGH_BYTES = "/dev/shm", 4 * 2**30


class Custody:
    """A caretaker and a directory; both are gone after ``close``, or when this process is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(CARETAKER)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        asked = self._ask(do="make_directory", prefix="agora-tests-", within=memory() or _elsewhere())
        self.directory = Path(asked["directory"])

    def room(self, name: str, user: str | None) -> Path:
        """A directory that belongs to a user."""
        made = self.directory / name
        made.mkdir(mode=0o700)
        _give(made, user)
        return made

    def write(self, path: Path, content: str, user: str | None) -> Path:
        """A file that this user alone can read."""
        path.touch(mode=0o600)
        _give(path, user)
        path.write_text(content)
        return path

    def run(
        self, command: list[str], log: Path, environment: dict[str, str] | None, user: str | None, ends_with: int
    ) -> "Running":
        """Start a program that stays until it is ended; its output goes to ``log``."""
        answer = self._ask(
            do="run", command=command, environment=environment, user=user, log=str(log), ends_with=int(ends_with)
        )
        return Running(self, int(answer["pid"]), command[0], log)

    def adopt(self, pid: int, program: str, log: Path, ends_with: int) -> "Running":
        """Take care of an orphan of a program that runs here, as if it had been started by ``run``."""
        self._ask(do="adopt", pid=pid, ends_with=int(ends_with))
        return Running(self, pid, program, log)

    def call(
        self, command: list[str], environment: dict[str, str] | None = None, user: str | None = None,
        seconds: float = CALL_SECONDS,
    ) -> str:  # fmt: skip
        """Run a program to its end, also when this process is killed meanwhile. Raises ServerFailed."""
        known = dict(os.environ) if environment is None else environment
        answer = self._ask(do="call", command=command, environment=known, user=user, seconds=seconds)
        if answer["status"] != 0:
            raise ServerFailed(program=command[0], said=answer["output"][-3000:])
        return str(answer["output"])

    def succeeds(self, command: list[str]) -> bool:
        """Whether a program ends well."""
        try:
            self.call(command)
        except ServerFailed:
            return False
        return True

    def end(
        self, programs: Sequence["Running"], with_signal: int | None = None, seconds: float = END_SECONDS
    ) -> list[int | None]:
        """End several at the same time; their exit codes. Who takes longer is killed."""
        pids = [one.pid for one in programs]
        answer = self._ask(do="end", pids=pids, with_signal=with_signal and int(with_signal), seconds=seconds)
        statuses: list[int | None] = answer["statuses"]
        return statuses

    def at_end(self, command: list[str]) -> None:
        """Run this when all is over."""
        self._ask(do="at_end", command=command)

    def close(self) -> None:
        """End everything; returns once it is gone."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            number = next(self._numbers)
            print(json.dumps(request | {"number": number}), file=self._process.stdin, flush=True)
            answer: dict[str, Any] = {}
            while answer.get("number") != number:  # others are for whom a timeout has interrupted
                answer = json.loads(self._process.stdout.readline() or GONE)
                if "number" not in answer:
                    raise ServerFailed(program=str(CARETAKER), said=answer["error"])
        if "error" in answer:
            raise ServerFailed(program=str(request.get("command", [request["do"]])[0]), said=answer["error"])
        return answer


class Running:
    """A program in custody."""

    def __init__(self, custody: Custody, pid: int, program: str, log: Path) -> None:
        self._custody, self.pid, self.program, self._log = custody, pid, program, log

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return bool(self._custody._ask(do="is_running", pid=self.pid)["is_running"])

    def end(self, with_signal: int | None = None) -> int | None:
        """End it and all that it has started: with this signal, or the one that it likes best. Its exit code."""
        return self._custody.end([self], with_signal)[0]

    def refuse_ended(self) -> None:
        """Raises ServerFailed with what it has said, when it has ended."""
        if not self.is_running:
            raise ServerFailed(program=self.program, said=self.said())

    def said(self) -> str:
        """The end of its output."""
        return self._log.read_text(errors="replace")[-3000:]


def memory() -> str | None:
    """A directory in memory, since disks are slow; None where there is too little of it."""
    is_ours = os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK)
    return MEMORY if is_ours and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES else None


def _elsewhere() -> str | None:
    """Where unprivileged users get to."""
    return "/tmp" if os.geteuid() == 0 else None


def _give(path: Path, user: str | None) -> None:
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)
