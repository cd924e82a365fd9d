"""What was promised of every operation, read from the kept OpenAPI document; and every way in which code breaks it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .schema_changes import Comparison, Direction, changes

Document = dict[str, Any]
Promise = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
ADVICE = (
    "Programs out there do this: offer the new form beside the old one (another path, an optional field). A break that "
    "is meant takes a new version in pyproject.toml: the first number, or the second while the first is 0."
)


def broken_for_callers(kept: Document, made: Document) -> list[str]:
    """Each break of a promise, as a sentence that names the operation; none when the version says that it breaks."""
    if _series(kept) != _series(made):
        return []
    was, now = _operations(kept), _operations(made)
    return [
        f"{name}: {broken}." for name, promise in was.items() for broken in _broken(kept, made, promise, now.get(name))
    ]


def _series(document: Document) -> tuple[str, ...]:
    """The part of the version that stays while nothing breaks (semver.org, 8 and 4)."""
    numbers = document["info"]["version"].split(".")
    return tuple(numbers[:2] if numbers[0] == "0" else numbers[:1])


def _operations(document: Document) -> dict[str, Promise]:
    """Every operation by method and path; what a part of a path is called does not matter to who calls it."""
    return {
        f"{method.upper()} {re.sub(r'{.+?}', '{}', path)}": told
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    }


def _broken(kept: Document, made: Document, was: Promise, now: Promise | None) -> Iterator[str]:
    if now is None:
        yield "it is gone"
        return
    if "security" in now and "security" not in was:
        yield "anybody could call it, and now it takes a token"
    yield from _parameters(Comparison(kept, made, Direction.TAKEN), was, now)
    yield from _body(Comparison(kept, made, Direction.TAKEN, "the body"), was, now)
    yield from _answers(Comparison(kept, made, Direction.GIVEN, "the answer"), was, now)


def _parameters(at: Comparison, was: Promise, now: Promise) -> Iterator[str]:
    before, after = _named(was), _named(now)
    for name, parameter in before.items():
        if name not in after:
            yield f"the parameter {name} is gone"
            continue
        if after[name].get("required") and not parameter.get("required"):
            yield f"the parameter {name} could be left out and no longer can"
        yield from changes(replace(at, whole=f"the parameter {name}"), parameter["schema"], after[name]["schema"])
    for name in after.keys() - before.keys():
        if after[name].get("required"):
            yield f"the parameter {name} is new and cannot be left out"


def _named(operation: Promise) -> dict[str, Any]:
    return {one["name"]: one for one in operation.get("parameters", []) if one["in"] != "path"}


def _body(at: Comparison, was: Promise, now: Promise) -> Iterator[str]:
    before, after = was.get("requestBody"), now.get("requestBody")
    if before is None:
        if after is not None and after.get("required") and _needs(at.new, after):
            yield "a body is asked for that was not"
        return
    if after is None:
        yield "the body is no longer taken"
        return
    yield from _contents(at, before["content"], after["content"])


def _needs(document: Document, body: Promise) -> bool:
    """Whether a body cannot be empty."""
    schema = next(iter(body["content"].values()))["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    return bool(document.get("components", {}).get("schemas", {}).get(name, schema).get("required"))


def _answers(at: Comparison, was: Promise, now: Promise) -> Iterator[str]:
    for status, answer in was["responses"].items():
        there = now["responses"].get(status)
        if there is None:
            if status.startswith("2"):
                yield f"it no longer answers {status}"
            continue
        before, after = _resolved(at.old, answer), _resolved(at.new, there)
        yield from _contents(at, before.get("content", {}), after.get("content", {}))


def _resolved(document: Document, answer: Promise) -> Promise:
    name = answer.get("$ref", "").rpartition("/")[2]
    found: Promise = document["components"]["responses"][name] if name else answer
    return found


def _contents(at: Comparison, was: Promise, now: Promise) -> Iterator[str]:
    for media, content in was.items():
        if media not in now:
            yield f"{at.place} is no longer {media}"
        else:
            yield from changes(at, content["schema"], now[media]["schema"])
