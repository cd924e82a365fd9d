"""The rules that can be read off the source: each takes files and lists what offends, one line an offence."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]

FILE_LINES = 260
FUNCTION_LINES = 40
EMPTY_NAMES = frozenset({"util", "utils", "helper", "helpers", "base", "common", "misc", "manager", "managers"})
UNFINISHED = tuple(left + right for left, right in (("TO", "DO"), ("FIX", "ME"), ("XX", "X")))

# What a decision may use of Python: values, never a clock, chance, a file or the network.
PURE = frozenset({
    "__future__", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib",
    "hmac", "itertools", "json", "math", "operator", "re", "string", "types", "typing", "unicodedata", "uuid",
})  # fmt: skip
CLOCK_AND_CHANCE = frozenset({"datetime.now", "datetime.utcnow", "date.today", "uuid1", "uuid4"})


def sources(*folders: str, top: Path = PROJECT) -> list[Path]:
    """Every Python file below these folders."""
    return sorted(path for folder in folders for path in (top / folder).rglob("*.py"))


def empty_names(files: Iterable[Path]) -> list[str]:
    """Modules and packages whose name says nothing about what is in them."""
    return [str(path) for path in files if EMPTY_NAMES & {path.stem, path.parent.name}]


def overlong_files(files: Iterable[Path]) -> list[str]:
    """Files that probably hold two things."""
    lengths = {path: len(path.read_text().splitlines()) for path in files}
    return [f"{path}: {lines} lines" for path, lines in lengths.items() if lines > FILE_LINES]


def overlong_functions(files: Iterable[Path]) -> list[str]:
    """Functions that do not fit on one screen."""
    return [
        f"{path}:{node.lineno} {node.name}: {_lines(node)} lines"
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > FUNCTION_LINES
    ]


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def unfinished(files: Iterable[Path]) -> list[str]:
    """Lines that say that something is still to be done."""
    return [
        f"{path}:{number} {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(mark in line for mark in UNFINISHED)
    ]


def impure(files: Iterable[Path], top: Path = PROJECT) -> list[str]:
    """Imports of the domain that reach beyond values, and reads of a clock or of chance."""
    return [offence for path in files for offence in _impure(path, path.relative_to(top).parts)]


def _impure(path: Path, parts: tuple[str, ...]) -> Iterator[str]:
    own = ".".join(parts[:3])
    allowed = ("services.kernel.domain", "services.kernel.refusals", "services.contracts", own)
    for node in ast.walk(ast.parse(path.read_text())):
        for module in _imported(node, parts[:-1]):
            inside = any(module == name or module.startswith(name + ".") for name in allowed)
            if not inside and module.split(".")[0] not in PURE:
                yield f"{path}:{node.lineno} imports {module}"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCK_AND_CHANCE:
            yield f"{path}:{node.lineno} calls {ast.unparse(node.func)}"


def _imported(node: ast.AST, package: tuple[str, ...]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        around = package[: len(package) - node.level + 1] if node.level else ()
        return [".".join([*around, *([node.module] if node.module else [])])]
    return []
