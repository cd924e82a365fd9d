"""Looking at processes from outside: who started whom, and who is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.servers.caretaker import below, parents

PROJECT = Path(__file__).parents[3]


@contextmanager
def started(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A program of ours in a process group of its own, whose output is read. A failed test leaves nothing of it."""
    program = subprocess.Popen(
        [sys.executable, *command], cwd=PROJECT, env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    family = {program.pid}
    try:
        yield program
    except BaseException:
        family = family_of(program)
        raise
    finally:
        kill(family)
        program.communicate()


def read_until(program: subprocess.Popen[str], word: str) -> list[str]:
    """The lines that it says until one has this word."""
    assert program.stdout is not None
    said = []
    for line in program.stdout:
        said.append(line)
        if word in line:
            return said
    raise AssertionError("".join(said))


def family_of(program: subprocess.Popen[str]) -> set[int]:
    """It, and everything that it has started."""
    return {program.pid, *below(program.pid)}


def command_of(pid: int) -> str:
    """How it was started, as ``ps`` shows it; empty when it is gone."""
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()


def left(family: Iterable[int]) -> set[int]:
    """Those that live."""
    return set(family) & set(parents())


def kill(family: Iterable[int]) -> None:
    """What a test has left on purpose."""
    for pid in left(family):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
