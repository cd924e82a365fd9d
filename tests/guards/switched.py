"""A copy of the product in which every guard has a switch: ``raise X(...)`` becomes ``if <X is on>: raise X(...)``."""

import ast
import compileall
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.architecture.sources import PROJECT, sources

from .code import PLAYED
from .switch import OFF, SEEN

SWITCH = "guard_switch"
NONE: Mapping[str, str] = MappingProxyType({})
COPIED = ("services", "simulators", "tests", "docs", "deploy", "examples", "benchmarks", "requirements")
"""What tests look into, and the files beside it."""


class _Switches(ast.NodeTransformer):
    """The exception is made, and looked at, before it is raised; a bare ``raise`` hands on what was raised before."""

    def visit_Raise(self, node: ast.Raise) -> ast.stmt:
        if node.exc is None:
            return node
        made = ast.NamedExpr(target=ast.Name(id="_raised", ctx=ast.Store()), value=node.exc)
        switch = ast.parse(f"__import__({SWITCH!r}).raises", mode="eval").body
        raised = ast.Raise(exc=ast.Name(id="_raised", ctx=ast.Load()), cause=node.cause)
        return ast.If(test=ast.Call(func=switch, args=[made], keywords=[]), body=[raised], orelse=[])


def switched(source: str, ways_off: Mapping[str, str] = NONE, module: str = "") -> str:
    """A module with its switches; ``ways_off`` says what functions do that are switched off, ``module:Name.part``."""
    tree = _Switches().visit(ast.parse(source))
    for guard, instead in ways_off.items():
        home, _, path = guard.partition(":")
        if home == module:
            asked = f"if __import__({SWITCH!r}).is_off({guard!r}):\n    {instead}"
            _function(tree, path.split(".")).body.insert(0, ast.parse(asked).body[0])
    return ast.unparse(ast.fix_missing_locations(tree))


def _function(tree: Any, path: Sequence[str]) -> Any:
    for part in path:
        tree = next(node for node in tree.body if getattr(node, "name", "") == part)
    return tree


def make_copy(folder: Path, ways_off: Mapping[str, str] = NONE) -> Path:
    """Copy the project into this folder, with a switch at everything that the product raises, and at these."""
    copy = folder / "project"
    copy.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in PROJECT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, copy)
    played = copy.joinpath(*PLAYED.split("."))
    for path in sources("services", top=copy):
        if not path.is_relative_to(played):
            module = ".".join(path.relative_to(copy).with_suffix("").parts).removesuffix(".__init__")
            path.write_text(switched(path.read_text(), ways_off, module))
    shutil.copy(Path(__file__).with_name("switch.py"), copy / f"{SWITCH}.py")
    for package in ("services", "simulators", "tests"):
        compileall.compile_dir(copy / package, quiet=2)
    return copy


def surroundings(copy: Path, **more: str) -> dict[str, str]:
    """What a program must find around it to load the copy and nothing else, with all guards on."""
    kept = {name: value for name, value in os.environ.items() if name not in (OFF, SEEN)}
    return kept | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"} | more
