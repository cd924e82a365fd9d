"""The caretaker: a small process that runs servers for tests, and outlives whoever asked for them just long enough to
end everything. Programs, what those have started, containers and directories are gone when its standard input ends,
and that ends with the asker, however that one dies.

It reads requests from standard input, one JSON object a line, and answers each with one line. Only the standard
library is used, so that it starts at once: ``python caretaker.py``.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
END_SECONDS = 10.0
POLL_SECONDS = 0.02
LOOK_SECONDS = 0.5
Request = dict[str, Any]
_ended: dict[int, int] = {}
"""The exit codes of all children that were ever let go of."""


class Caretaker:
    """Runs programs; whatever they start, and leave behind, is its own child and ends with it."""

    def __init__(self) -> None:
        self._ends_with: dict[int, int] = {}
        self._directories: list[Path] = []
        self._farewells: list[list[str]] = []

    def answer(self, request: Request) -> Request:
        """Do what is asked for; what went wrong stands in ``error``. The answer has the request's number."""
        number = request.pop("number")
        try:
            return getattr(self, f"do_{request.pop('do')}")(**request) | {"number": number}
        except (OSError, KeyError, subprocess.SubprocessError) as failed:
            return {"error": f"{type(failed).__name__}: {failed}", "number": number}

    def do_run(
        self, command: list[str], environment: dict[str, str], user: str | None, log: str, ends_with: int
    ) -> Request:
        """Start a program in a session of its own; its output goes to a file. ``ends_with`` is the first signal."""
        with open(log, "ab") as output:
            started = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
                start_new_session=True, **as_user(user),
            )  # fmt: skip
        self._ends_with[started.pid] = ends_with
        _ended.pop(started.pid, None)  # of somebody who had the same number before
        return {"pid": started.pid}

    def do_adopt(self, pid: int, ends_with: int) -> Request:
        """Take an orphan of a child for a program that was started here. ``ends_with`` is the first signal."""
        self._ends_with[pid] = ends_with
        _reap()
        with suppress(ProcessLookupError):  # it may have ended already, and its exit code is there
            os.kill(pid, 0)
            _ended.pop(pid, None)
        return {}

    def do_call(self, command: list[str], environment: dict[str, str], user: str | None, seconds: float) -> Request:
        """Run a program to its end, also when the asker is gone meanwhile."""
        ended = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd="/", timeout=seconds, check=False, start_new_session=True, **as_user(user),
        )  # fmt: skip
        return {"status": ended.returncode, "output": ended.stdout.decode(errors="replace")}

    def do_is_running(self, pid: int) -> Request:
        """Whether a program still runs."""
        return {"is_running": _is_running(pid)}

    def do_end(self, pids: list[int], with_signal: int | None, seconds: float = END_SECONDS) -> Request:
        """End programs and all that they have started; answers once they are gone, with their exit codes.

        Who has not ended by itself after so many seconds is killed.
        """
        self._end(pids, with_signal, seconds)
        _reap()
        return {"statuses": [_ended.get(pid) for pid in pids]}

    def do_make_directory(self, prefix: str, within: str | None) -> Request:
        """An empty directory, which is removed at the end. Others may pass through it, and not look around."""
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
        self._directories.append(made)
        made.chmod(0o711)
        return {"directory": str(made)}

    def do_at_end(self, command: list[str]) -> Request:
        """A command to run at the end, before directories are removed."""
        self._farewells.append(command)
        return {}

    def end_everything(self) -> None:
        """Leave nothing behind, whatever of it goes wrong."""
        with ExitStack() as steps:  # the last one that is pushed is the first one to be done
            for directory in self._directories:
                steps.callback(shutil.rmtree, directory, ignore_errors=True)
            steps.callback(_kill_until_gone, lambda: below(os.getpid()))
            for command in self._farewells:
                steps.callback(_call_quietly, command)
            steps.callback(self._end, list(self._ends_with), None)

    def _end(self, pids: list[int], with_signal: int | None, seconds: float = END_SECONDS) -> None:
        families = {pid: {pid, *below(pid)} for pid in pids}
        for pid, each in families.items():
            number = with_signal or self._ends_with.pop(pid, signal.SIGKILL)
            _send(each if number == signal.SIGKILL else [pid], number)
        deadline = time.monotonic() + seconds
        while any(map(_is_running, pids)) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        family = set[int]().union(*families.values())
        _kill_until_gone(lambda: family & _alive())


def _call_quietly(command: list[str]) -> None:
    with suppress(OSError):
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)


def as_user(user: str | None) -> dict[str, Any]:
    """How to start a program as this user; root is given up for good, groups included."""
    return {} if user is None else {"user": user, "group": _group_of(user), "extra_groups": []}


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def parents() -> dict[int, int]:
    """Who started whom, of all processes that live."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return {int(line.split()[0]): int(line.split()[1]) for line in listed.splitlines()}
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text(errors="replace").rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found


def below(root: int) -> set[int]:
    """All that a process has started, and what these have."""
    parent_of, found, new = parents(), set[int](), {root}
    while new:
        new = {pid for pid, parent in parent_of.items() if parent in new} - found
        found |= new
    return found


def _is_running(pid: int) -> bool:
    """Whether this child lives; asked so often that a look at all processes would cost more than what they do."""
    _reap()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return pid not in _ended


def _alive() -> set[int]:
    _reap()
    return set(parents())


def _reap() -> None:
    """Let go of children that have ended."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _ended[ended[0]] = os.waitstatus_to_exitcode(ended[1])


def _send(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _kill_until_gone(left: Any) -> None:
    """SIGKILL, until there is nobody left to get it."""
    while pids := left():
        _send(pids, signal.SIGKILL)
        _reap()
        time.sleep(POLL_SECONDS)


def main() -> None:
    """Answer requests until there is nobody left to ask."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stay)  # what is ignored would be ignored by the programs that are started, too
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    caretaker = Caretaker()
    try:
        for line in _lines():
            print(json.dumps(caretaker.answer(json.loads(line))), flush=True)
    except BrokenPipeError:
        pass
    finally:
        caretaker.end_everything()


def _stay(_number: int, _frame: object) -> None:
    """Whoever wants the caretaker to end ends its input."""


def _lines() -> Iterator[str]:
    """The requests, until the asker closes the line or is gone: a child of his may hold it open for longer."""
    asker, waiting = os.getppid(), b""
    while os.getppid() == asker:
        _reap()
        if select.select([0], [], [], LOOK_SECONDS)[0]:
            read = os.read(0, 65_536)
            if not read:
                return
            *lines, waiting = (waiting + read).split(b"\n")
            yield from (line.decode() for line in lines)


if __name__ == "__main__":
    main()
