"""The rules that can be read off the classes: facts and refusals, as the loaded modules define them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, TypeVar

import services
from services.kernel.domain import AggregateRoot, Begun, Fact
from services.kernel.refusals import Refusal

Kind = TypeVar("Kind")
SENTENCE = re.compile(r"^[A-Z'\"{].*[.!?]$", re.DOTALL)


def load_everything() -> dict[str, Exception]:
    """Import every module of the product; what could not be imported, by name."""
    failed: dict[str, Exception] = {}
    for module in walk_packages(services.__path__, "services.", onerror=lambda name: None):
        if module.name.endswith("__main__"):
            continue
        try:
            import_module(module.name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failed[module.name] = error
    return failed


def descendants(kind: type[Kind]) -> list[type[Kind]]:
    """Every class below this one that a service, the contracts or the kernel define, once each."""
    found = {(below.__module__, below.__qualname__): below for below in _below(kind)}
    return [found[name] for name in sorted(found) if name[0].startswith("services.")]


def _below(kind: type[Kind]) -> Iterator[type[Kind]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def facts() -> list[type[Any]]:
    """The facts of all aggregates. ``Event`` is what the library makes of its own for every aggregate."""
    return [kind for kind in descendants(Fact) if kind is not Begun and kind.__name__ != "Event"]


def wrong_topics(kinds: Iterable[type[Any]]) -> list[str]:
    """Aggregates and facts whose stored name is not spelled out as ``service:Aggregate.Fact``."""
    return [
        f"{kind.__module__}.{kind.__qualname__}: TOPIC is {getattr(kind, 'TOPIC', None)!r}"
        for kind in kinds
        if not re.fullmatch(_topic(kind), str(getattr(kind, "TOPIC", "")))
    ]


def _topic(kind: type[Any]) -> str:
    """A pattern. A fact may be written beside its aggregate, which then lends its name when it takes the fact up."""
    beside = r"[A-Z]\w*\." if issubclass(kind, Fact) and "." not in kind.__qualname__ else ""
    return f"{kind.__module__.split('.')[1]}:{beside}{re.escape(kind.__qualname__)}"


def dangling_personal_fields(kinds: Iterable[type[Any]]) -> list[str]:
    """Personal fields, and fields that are said to hold a person's id, which the fact does not have."""
    return [
        f"{kind.__qualname__}.personal: {name}"
        for kind in kinds
        for pair in kind.personal.items()
        for name in pair
        if not any(name in vars(part).get("__annotations__", {}) for part in kind.__mro__)
    ]


def aggregates() -> list[type[AggregateRoot]]:
    """Every aggregate of every service; a part that aggregates are built on is never stored and has no name."""
    return [kind for kind in descendants(AggregateRoot) if "TOPIC" in vars(kind) or not kind.__subclasses__()]


def refusals() -> list[type[Refusal]]:
    """Every way in which Agora says no, the kinds they are made of left out."""
    return [kind for kind in descendants(Refusal) if not _is_kind(kind)]


def _is_kind(kind: type[Refusal]) -> bool:
    return kind.__module__ == "services.kernel.refusals" and kind.__bases__ == (Refusal,)


def mute_refusals(kinds: Iterable[type[Refusal]]) -> list[str]:
    """Refusals without a docstring or a sentence of their own."""
    return [
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in kinds
        if not vars(kind).get("__doc__") or not SENTENCE.match(vars(kind).get("sentence", ""))
    ]


def shared_codes(kinds: Iterable[type[Refusal]]) -> list[str]:
    """Codes that two refusals have: a caller could not tell them apart."""
    by_code: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        by_code[kind.code].append(f"{kind.__module__}.{kind.__qualname__}")
    return [f"{code}: {', '.join(names)}" for code, names in by_code.items() if len(names) > 1]
