"""The guards that the code has, read off its sources: every refusal that is raised, every invariant of the audit."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

REFUSAL = "services.kernel.refusals.Refusal"
INVARIANT = "services.kernel.store.invariants.Invariant"
RAISED = re.compile(r"RAISE EXCEPTION USING ERRCODE = '(\w+)'")
PLAYED = "services.demo"
"""Tells the story on top of the product and guards nothing in it."""
DESCRIBED = "services.kernel.doors.declared"
"""Makes one refusal of each kind, only to say in a document how it looks."""
LOOKING = frozenset({"isinstance", "issubclass", "suppress", "raises"})
"""A class that is handed to one of these is looked for, not raised."""


@dataclass
class Module:
    """A file: what its names stand for, and the classes it defines with their bases."""

    name: str
    tree: ast.Module
    stands_for: dict[str, str] = field(default_factory=dict)
    classes: dict[str, list[str]] = field(default_factory=dict)


class Code:
    """All modules below a folder, and what can be asked of them."""

    def __init__(self, top: Path) -> None:
        self._top = top
        files = sorted((top / "services").rglob("*.py"))
        self.modules = {module.name: module for path in files for module in _read(path, top)}
        for module in self.modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    bases = [self._meant(module, base) for base in node.bases]
                    module.classes[node.name] = [base for base in bases if base is not None]

    def refusals(self) -> set[str]:
        """The refusals that are raised, or handed on to be raised, as ``module:Name``."""
        kinds = self._below(REFUSAL) | {REFUSAL}
        said = {name for module in self.modules.values() for name in self._said(module)}
        return {_guard(name) for name in said & kinds}

    def invariants(self) -> set[str]:
        """The invariants that nothing is built on, as ``module:Name``."""
        kinds = self._below(INVARIANT)
        built_on = {base for module in self.modules.values() for bases in module.classes.values() for base in bases}
        return {_guard(name) for name in kinds - built_on}

    def statements(self) -> set[str]:
        """The refusals of functions in the database, as ``file:CODE``."""
        files = (self._top / "services").rglob("*.sql")
        return {f"{path.name}:{code}" for path in files for code in RAISED.findall(path.read_text())}

    def has(self, guard: str) -> bool:
        """Whether ``module:Name`` or ``module:Name.part`` is defined."""
        module, _, path = guard.partition(":")
        body: list[ast.stmt] | None = self.modules[module].tree.body if module in self.modules else None
        for part in path.split("."):
            found = None if body is None else next((one for one in body if part in _defined(one)), None)
            if found is None:
                return False
            body = getattr(found, "body", None)
        return True

    def _below(self, root: str) -> set[str]:
        above = {
            f"{module.name}.{name}": bases for module in self.modules.values() for name, bases in module.classes.items()
        }
        return {name for name in above if root in _ancestors(name, above)}

    def _said(self, module: Module) -> Iterator[str]:
        if module.name == DESCRIBED:
            return
        for node in ast.walk(module.tree):
            for part in _spoken(node):
                if (meant := self._meant(module, part)) is not None:
                    yield meant

    def _meant(self, module: Module, node: ast.expr) -> str | None:
        """The full name of a class, followed to where it is defined."""
        if isinstance(node, ast.Name):
            if node.id in module.classes or node.id in _classes_of(module.tree):
                return f"{module.name}.{node.id}"
            return self._followed(module.stands_for.get(node.id))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._followed(f"{module.stands_for.get(node.value.id)}.{node.attr}")
        return None

    def _followed(self, name: str | None) -> str | None:
        """A name that a package hands on is that of the module it comes from."""
        home, _, last = (name or "").rpartition(".")
        if home in self.modules and last in self.modules[home].stands_for:
            return self._followed(self.modules[home].stands_for[last])
        return name


def _read(path: Path, top: Path) -> Iterator[Module]:
    parts = path.relative_to(top).with_suffix("").parts
    package = parts if parts[-1] == "__init__" else parts[:-1]
    package = tuple(part for part in package if part != "__init__")
    name = ".".join(part for part in parts if part != "__init__")
    if name.startswith(PLAYED):
        return
    tree = ast.parse(path.read_text())
    module = Module(name, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            around = package[: len(package) - node.level + 1] if node.level else ()
            home = ".".join([*around, *([node.module] if node.module else [])])
            module.stands_for |= {alias.asname or alias.name: f"{home}.{alias.name}" for alias in node.names}
    yield module


def _spoken(node: ast.AST) -> Iterable[ast.expr]:
    """Where a class that stands there is raised, made, or handed to somebody who will."""
    if isinstance(node, ast.Raise):
        return [node.exc] if node.exc is not None else []
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        handed = [] if called in LOOKING else [*node.args, *(keyword.value for keyword in node.keywords)]
        return [node.func, *handed]
    return []


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _classes_of(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def _ancestors(name: str, above: Mapping[str, list[str]]) -> set[str]:
    bases = set(above.get(name, ()))
    return bases.union(*(_ancestors(base, above) for base in bases))


def _guard(name: str) -> str:
    module, _, last = name.rpartition(".")
    return f"{module}:{last}"
