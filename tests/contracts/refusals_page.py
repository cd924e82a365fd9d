"""The page of every way in which Agora says no over HTTP: code, status, sentence."""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pkgutil import walk_packages

from services.kernel.doors.problems import status_of
from services.kernel.refusals import Refusal

ABOUT = """\
# Refusals

Every error is a problem document (RFC 9457). Branch on its `code`; the sentence may be worded better one day, and what
stands in braces is filled in. Made from the code by `make contracts`.
"""
# What a request can meet whatever it asks for: the rest of the kernel says no to operators and to itself.
AT_THE_DOOR = (
    "services.kernel.refusals", "services.kernel.doors.admission", "services.kernel.doors.http",
    "services.kernel.doors.forms", "services.kernel.doors.waiting", "services.kernel.surface",
)  # fmt: skip


def refusals_page(services: Sequence[str]) -> str:
    """All refusals of these services, and those of every one."""
    for service in services:
        _load(service)
    parts = [ABOUT, *_section("every service", AT_THE_DOOR)]
    for service in services:
        parts += _section(service, (f"services.{service}",))
    return "\n".join(parts)


def _load(service: str) -> None:
    package = import_module(f"services.{service}")
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)


def _section(title: str, packages: tuple[str, ...]) -> list[str]:
    found = [kind for kind in _below(Refusal) if _is_in(kind.__module__, packages) and "sentence" in vars(kind)]
    rows = [_row(kind) for kind in sorted({kind.code: kind for kind in found}.values(), key=lambda kind: kind.code)]
    return [f"\n## {title.capitalize()}\n", "| Code | Status | Sentence |", "| --- | --- | --- |", *rows]


def _is_in(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _row(kind: type[Refusal]) -> str:
    return f"| `{kind.code}` | {status_of(kind)} | {kind.sentence.replace('|', chr(92) + '|')} |"


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
