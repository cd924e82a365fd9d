"""Find tests for guards that have none: ``python -m tests.guards.find seen FILE TESTS...``, then ``... write FILE``.

``seen`` runs tests in a copy and notes which of them met which guard; ``write`` tries them without it, those that name
it and then the quickest first, and puts the first that notices into the list. What is listed already stays as it is.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import PROJECT, sources

from . import listing
from .code import Code
from .prove import tried
from .switch import SEEN
from .switched import make_copy, surroundings
from .trying import NOTICED, Trial

LASTED = ".lasted"
MOST_CANDIDATES = 12
FEW = 6
"""Where a test has so few parameters, all of them are tried and none is named."""


class _Lasting:
    """Notes how long each test took, beside what it met."""

    def __init__(self, file: Path) -> None:
        self._file, self._seconds = file, dict[str, float]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What is made for it counts, too: it is made anew for each trial."""
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration

    def pytest_sessionfinish(self) -> None:
        """All of them at once."""
        self._file.write_text(json.dumps(self._seconds))


def see(file: Path, tests: Sequence[str]) -> None:
    """Run tests and note what they meet."""
    with tempfile.TemporaryDirectory(prefix="agora-guards-") as folder:
        copy = make_copy(Path(folder))
        command = [
            sys.executable,
            "-c",
            f"import sys; from {__package__} import find; sys.exit(find.running(sys.argv[1:]))",
            *tests,
        ]
        subprocess.run(command, cwd=copy, env=surroundings(copy, **{SEEN: str(file.resolve())}), check=False)


def running(tests: Sequence[str]) -> int:
    """Run in the copy."""
    seen = Path(os.environ[SEEN])
    return int(pytest.main(["-q", "-p", "no:cacheprovider", *tests], [_Lasting(seen.with_suffix(LASTED))]))


def candidates(files: Iterable[Path]) -> dict[str, list[str]]:
    """Guard to the tests that met it: those that name it first, then the quickest."""
    seen: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = {}
    for file in files:
        seconds |= json.loads(file.with_suffix(LASTED).read_text())
        for line in file.read_text().splitlines():
            test, _, guard = line.rpartition("\t")
            seen[guard].add(test)
    return {
        guard: sorted(tests, key=lambda test: (not _names(test, guard), round(seconds.get(test, 99.0), 1), test))
        for guard, tests in seen.items()
    }


def naming(guard: str) -> list[str]:
    """Tests that name a guard or its code; for those that are met in other processes, or before a test begins."""
    folders = [f"tests/{folder}" for folder in ("unit", "guards", "rooms", "integration")]
    files = (str(path.relative_to(PROJECT)) for folder in folders for path in sources(folder))
    return [test for file in files for test in _sources(file) if "::test_" in test and _names(test, guard)]


def _names(test: str, guard: str) -> bool:
    """Whether a test says whom it is about."""
    name = guard.partition(":")[2]
    code = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    said = _sources(test.partition("::")[0]).get(test.split("[")[0], "")
    return re.search(rf"\b({name}|{code})\b", said) is not None


@cache
def _sources(file: str) -> dict[str, str]:
    source = (PROJECT / file).read_text()
    lines = source.splitlines()
    return {
        f"{file}::{node.name}": "\n".join(
            lines[min(one.lineno for one in (node, *node.decorator_list)) - 1 : node.end_lineno]
        )
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def write(files: Sequence[Path], jobs: int = 1) -> None:
    """Fill the list."""
    met, what = candidates(files), listing.listed()
    open_ones = listing.unlisted(what, Code(PROJECT))
    tests = {guard: met.get(guard) or naming(guard) for guard in open_ones}
    wanted = [Trial(guard, tests[guard][:MOST_CANDIDATES]) for guard in open_ones if tests[guard]]
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="agora-guards-") as folder:
        for answer in tried(make_copy(Path(folder)), wanted, jobs):
            print(answer["outcome"], answer["guard"], answer["test"], answer["why"], flush=True)
            if answer["outcome"] == NOTICED:
                found[answer["guard"]] = _short(answer["test"], {test for tests in met.values() for test in tests})
    invariants = Code(PROJECT).invariants()
    refusals = {guard: test for guard, test in found.items() if guard not in invariants}
    checked = {guard: test for guard, test in found.items() if guard in invariants}
    now = listing.Listed({**what.refusals, **refusals}, {**what.invariants, **checked}, what.machinery)
    listing.LIST.write_text(listing.text(now))
    print(*(f"left {guard}" for guard in open_ones if guard not in found), sep="\n")


def _short(test: str, known: Iterable[str]) -> str:
    name = test.partition("[")[0]
    like = [one for one in known if one.partition("[")[0] == name]
    return name if len(like) <= FEW else test


if __name__ == "__main__":
    how, *given = sys.argv[1:]
    if how == "seen":
        see(Path(given[0]), given[1:])
    else:
        write([Path(one) for one in given])
