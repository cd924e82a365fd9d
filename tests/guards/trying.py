"""A pytest plugin, loaded in the copy: runs tests with a guard off, each in a process of its own.

Everything is collected once; a child then switches the guard off and runs one test as pytest always does. What is made
for a module or a session is so made anew for each, and nothing that a missing guard has spoilt reaches another test.
"""

import gc
import json
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import services

from .switch import OFF

TRIALS, ANSWERS = "TRIED_GUARDS", "TOLD_GUARDS"
"""The file with guard and tests of each trial; the descriptor to which each outcome goes as a line of JSON."""
LONGEST_SECONDS = 110.0
MOST_PARAMETERS = 60
"""So many tests of one name are tried at most; a list that means a later one names it in full."""
LOADING = frozenset({"ImportError", "ModuleNotFoundError", "SyntaxError", "NameError", "UsageError"})
"""What goes wrong before a test could notice anything."""
SLOW_WAY = "databases"
NOTICED, UNNOTICED, PASSED, FAILED, ABSENT = "noticed", "unnoticed", "passed", "failed", "absent"


@dataclass(frozen=True)
class Trial:
    """A guard, and the tests of which one should fail without it. Of a negative control it is asked that it passes."""

    guard: str
    tests: Sequence[str]
    is_control: bool = False


class Trying:
    """Replaces the loop over all tests."""

    def __init__(self, trials: Sequence[Trial], answers: int) -> None:
        self._trials, self._answers = trials, answers
        self._sound: dict[str, str] = {}
        os.set_inheritable(answers, False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what no trial names, so that no server is started for it."""
        wanted = {test for trial in self._trials for test in trial.tests}
        items[:] = [item for item in items if item.nodeid in wanted or (_name(item) in wanted and not _is_slow(item))]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try everything."""
        top = Path(str(session.config.rootpath))
        if not Path(services.__path__[0]).is_relative_to(top):
            raise pytest.UsageError(f"the services of {services.__path__[0]} were loaded, not those of the copy")
        gc.freeze()
        for trial in self._trials:
            said = json.dumps({"guard": trial.guard} | self._try(trial, session.items))
            os.write(self._answers, said.encode() + b"\n")
        return True

    def _try(self, trial: Trial, items: Sequence[pytest.Item]) -> dict[str, str]:
        tests = [item for test in trial.tests for item in _named(test, items)][:MOST_PARAMETERS]
        if not tests:
            return {"outcome": ABSENT, "test": "", "why": ""}
        if trial.is_control:
            return next(
                (said for said in map(self._unharmed, tests) if said["outcome"] != PASSED), self._unharmed(tests[0])
            )
        why = ""
        for item in tests:  # with all guards on comes first: what fails without one may leave much behind in a server
            found = self._unharmed(item)["outcome"]
            if found == PASSED and (found := _in_a_child(item, trial.guard)) == FAILED:
                return {"outcome": NOTICED, "test": item.nodeid, "why": ""}
            why = why or found
        return {"outcome": UNNOTICED, "test": tests[0].nodeid, "why": why}

    def _unharmed(self, item: pytest.Item) -> dict[str, str]:
        """The test with all guards on, once."""
        if item.nodeid not in self._sound:
            self._sound[item.nodeid] = _in_a_child(item, "")
        found = self._sound[item.nodeid]
        return {"outcome": found, "test": item.nodeid, "why": "" if found == PASSED else "with every guard on"}


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _is_slow(item: pytest.Item) -> bool:
    return SLOW_WAY in item.nodeid.partition("[")[2]


def _named(test: str, items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    yield from (item for item in items if item.nodeid == test or (_name(item) == test and not _is_slow(item)))


def _in_a_child(item: pytest.Item, guard: str) -> str:
    reader, writer = os.pipe()
    folder = tempfile.mkdtemp(prefix="guard-")
    if (child := os.fork()) == 0:
        try:
            os.setsid()
            os.environ |= {OFF: guard, "PYTEST_DEBUG_TEMPROOT": folder}
            os.write(writer, _run(item).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        is_there = select.select([answer], [], [], LONGEST_SECONDS)[0]
        said = os.read(answer.fileno(), 10_000).decode() if is_there else "hangs"
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    return said or "died"


def _run(item: pytest.Item) -> str:
    """How it went: only what the test itself raises counts as its failure."""
    watch = Watch()
    item.config.pluginmanager.register(watch)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return watch.outcome()


class Watch:
    """How each phase of a test ended, and with what."""

    def __init__(self) -> None:
        self.phases: dict[str, tuple[str, str]] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
        said: Any = yield
        self.phases[call.when] = (said.get_result().outcome, call.excinfo.typename if call.excinfo else "")

    def outcome(self) -> str:
        """Passed, failed, or why it is neither."""
        for when, (outcome, kind) in self.phases.items():
            if outcome == "failed" and (when != "call" or kind in LOADING):
                return f"{when} ends with {kind}"
            if outcome != PASSED:
                return outcome
        return PASSED if "call" in self.phases else "was not run"


def pytest_configure(config: pytest.Config) -> None:
    """Take the trials that are to be made."""
    if TRIALS in os.environ:
        trials = [Trial(**one) for one in json.loads(Path(os.environ[TRIALS]).read_text())]
        config.pluginmanager.register(Trying(trials, int(os.environ[ANSWERS])))
