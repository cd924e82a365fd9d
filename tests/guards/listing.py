"""The list of the guards, ``guards.toml``, and what is wrong with it: each check lists what offends."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .code import Code

CONTROL = re.compile(r"def test_(\w+_)?with(out)?_(the|its|that)_guard")
"""A test with such a name shows what happens when a guard is taken away; it says of what, or a program of it does."""
SAID = ("keeps", "off", "test")
"""What it keeps; how it is switched off, unless the test does that itself; the test."""
LIST = Path(__file__).with_name("guards.toml")
HEADING = """\
# Every guard of the product, and the test that fails without it. `make guards` shows it: in a copy it switches each
# refusal and each invariant off and asks that its test fails, and with all of them on that it passes. Statements are
# refusals of the database's functions, machinery is none of these; their tests take them away themselves and show what
# goes wrong then.
# `make check` asks that nothing is missing here. A new guard: write its test, and its line in the alphabet.
"""


@dataclass(frozen=True)
class Listed:
    """What the list says: guard to the test that fails without it, and of the machinery also what it keeps."""

    refusals: Mapping[str, str]
    invariants: Mapping[str, str]
    machinery: Mapping[str, Mapping[str, str]]
    statements: Mapping[str, str] = field(default_factory=dict)

    def tests(self) -> dict[str, str]:
        """Every guard, and its test."""
        machinery = {guard: said["test"] for guard, said in self.machinery.items()}
        return {**self.refusals, **self.invariants, **self.statements, **machinery}

    def ways_off(self) -> dict[str, str]:
        """What functions of the machinery do when they are switched off, where their test does not say it itself."""
        return {guard: said["off"] for guard, said in self.machinery.items() if "off" in said}


def listed(path: Path = LIST) -> Listed:
    """The list as it stands in a file."""
    said = tomllib.loads(path.read_text())
    return Listed(said["refusals"], said["invariants"], said["machinery"], said["statements"])


def unlisted(what: Listed, code: Code) -> list[str]:
    """Guards of the code that nobody shows to be one."""
    return sorted(guard for there, told in _both(what, code) for guard in there - told.keys())


def unknown(what: Listed, code: Code) -> list[str]:
    """What is listed and is no guard (any more)."""
    gone = [guard for guard in what.machinery if not code.has(guard)]
    return sorted({*gone, *(guard for there, told in _both(what, code) for guard in told.keys() - there)})


def _both(what: Listed, code: Code) -> list[tuple[set[str], Mapping[str, str]]]:
    """Of each kind, what is there and what is listed."""
    there = (code.refusals(), code.invariants(), code.statements())
    return list(zip(there, (what.refusals, what.invariants, what.statements), strict=True))


def unspoken(what: Listed) -> list[str]:
    """Guards of the machinery without a sentence that says what they keep."""
    return [guard for guard, said in what.machinery.items() if not said.get("keeps", "").endswith(".")]


def unlisted_controls(what: Listed, top: Path) -> list[str]:
    """Tests that say that they take a guard away, and neither they nor what they replace is listed."""
    listed_tests = {said.get("test", "").partition("[")[0] for said in what.machinery.values()}
    places = {re.split(r"[:.]", guard)[-1] for guard in what.machinery}
    files = ((path, path.read_text()) for path in sorted((top / "tests").rglob("test_*.py")))
    return [
        test
        for path, source in files
        if CONTROL.search(source)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and CONTROL.match("def " + node.name)
        if (test := f"{path.relative_to(top)}::{node.name}") not in listed_tests
        and (gone := _replaced(node))
        and not gone & places
    ]


def _replaced(test: ast.AST) -> set[str]:
    """The names of what ``monkeypatch.setattr`` replaces in it, however it is told."""
    calls = [
        node for node in ast.walk(test) if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".setattr")
    ]
    said = [one.value for call in calls for one in call.args[:2] if isinstance(one, ast.Constant)]
    return {str(one).rpartition(".")[2] for one in said}


def missing_tests(tests: Iterable[str], top: Path) -> list[str]:
    """Tests that are not there; what stands in brackets is for pytest to know."""
    return sorted({test for test in tests if not _is_there(test.partition("[")[0], top)})


def missing_cases(tests: Iterable[str], top: Path) -> list[str]:
    """The cases of parametrized tests that pytest does not find, where their tests are."""
    cases = {test for test in tests if "[" in test}
    files = sorted({test.partition("::")[0] for test in cases})
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider", *files]
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    found = subprocess.run(command, cwd=top, env=around, capture_output=True, text=True, check=True)
    return sorted(cases - set(found.stdout.splitlines()))


def _is_there(test: str, top: Path) -> bool:
    file, *inside = test.split("::")
    return (top / file).is_file() and "::".join(inside) in _tests_of(top / file)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    found = set()
    for node in ast.parse(path.read_text()).body:
        functions = [node] if not isinstance(node, ast.ClassDef) else node.body
        before = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {before + one.name for one in functions if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


def text(what: Listed) -> str:
    """The list as it is written down, sorted."""
    lines = [HEADING]
    for title in ("refusals", "invariants", "statements"):
        part: Mapping[str, str] = getattr(what, title)
        lines += [f"[{title}]", *(f"{_quoted(guard)} = {_quoted(test)}" for guard, test in sorted(part.items())), ""]
    for guard, said in sorted(what.machinery.items()):
        lines += [
            f"[machinery.{_quoted(guard)}]",
            *(f"{name} = {_quoted(said[name])}" for name in SAID if name in said),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _quoted(said: str) -> str:
    return json.dumps(said, ensure_ascii=False)
