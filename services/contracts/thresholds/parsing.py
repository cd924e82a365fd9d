"""Reading a threshold from JSON that a stranger may have written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from .expression import (
    CLAIM_KINDS,
    OPEN,
    AllOf,
    AnyOf,
    ClaimNeeded,
    InvitationNeeded,
    MembershipNeeded,
    Not,
    TagNeeded,
    Threshold,
)

DEPTH_LIMIT = 8
NODE_LIMIT = 64
TEXT_LIMIT = 100
LEVEL_LIMIT = 1_000_000


class MalformedThreshold(ValueError):
    """The expression is not a threshold; ``path`` says where ("threshold.all[1].level"), ``problem`` what."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"At {path}: {problem}.")


def parse(data: object) -> Threshold:
    """The threshold that this JSON value says; ``None`` is open to everybody.

    Raises ``MalformedThreshold`` for an unknown form or key, a wrong type, an ``any`` without
    alternatives, nesting deeper than 8, or more than 64 expressions in all.
    """
    return OPEN if data is None else _Reader().expression(data, "threshold", 1)


class _Reader:
    """One reading: it counts the expressions that it has met."""

    def __init__(self) -> None:
        self._nodes = 0
        self._forms: dict[str, Callable[[dict[str, Any], str, int], Threshold]] = {
            "all": self._all,
            "any": self._any,
            "not": self._not,
            "claim": self._claim,
            "invitation": self._invitation,
            "tag": self._tag,
            "member": self._member,
        }

    def expression(self, data: object, path: str, depth: int) -> Threshold:
        self._count(path, depth)
        if not isinstance(data, dict):
            raise MalformedThreshold(path, "an expression is a JSON object such as {'claim': 'real_name', 'level': 1}")
        forms = [key for key in data if key in self._forms]
        if len(forms) != 1:
            raise MalformedThreshold(path, _form_problem(data, forms, list(self._forms)))
        return self._forms[forms[0]](data, path, depth)

    def _count(self, path: str, depth: int) -> None:
        self._nodes += 1
        if depth > DEPTH_LIMIT:
            raise MalformedThreshold(path, f"expressions are nested more than {DEPTH_LIMIT} deep")
        if self._nodes > NODE_LIMIT:
            raise MalformedThreshold(path, f"there are more than {NODE_LIMIT} expressions")

    def _parts(self, data: dict[str, Any], key: str, path: str, depth: int) -> tuple[Threshold, ...]:
        _only(data, path, key)
        if not isinstance(data[key], list):
            raise MalformedThreshold(f"{path}.{key}", "this must be a list of expressions")
        return tuple(self.expression(part, f"{path}.{key}[{index}]", depth + 1) for index, part in enumerate(data[key]))

    def _all(self, data: dict[str, Any], path: str, depth: int) -> Threshold:
        return AllOf(self._parts(data, "all", path, depth))

    def _any(self, data: dict[str, Any], path: str, depth: int) -> Threshold:
        parts = self._parts(data, "any", path, depth)
        if not parts:
            raise MalformedThreshold(f"{path}.any", "nobody could meet this; name at least one alternative")
        return AnyOf(parts)

    def _not(self, data: dict[str, Any], path: str, depth: int) -> Threshold:
        _only(data, path, "not")
        return Not(self.expression(data["not"], f"{path}.not", depth + 1))

    def _claim(self, data: dict[str, Any], path: str, _: int) -> Threshold:
        _only(data, path, "claim", "level", "code")
        if data["claim"] not in CLAIM_KINDS:
            raise MalformedThreshold(f"{path}.claim", f"the kind of claim must be one of {', '.join(CLAIM_KINDS)}")
        code = None if data.get("code") is None else _text(data, "code", path)
        return ClaimNeeded(data["claim"], _level(data, path), code)

    def _invitation(self, data: dict[str, Any], path: str, _: int) -> Threshold:
        _only(data, path, "invitation")
        if data["invitation"] is not True:
            raise MalformedThreshold(f"{path}.invitation", "this must be true; for the opposite use 'not'")
        return InvitationNeeded()

    def _tag(self, data: dict[str, Any], path: str, _: int) -> Threshold:
        _only(data, path, "tag", "value")
        return TagNeeded(_text(data, "tag", path), _text(data, "value", path))

    def _member(self, data: dict[str, Any], path: str, _: int) -> Threshold:
        _only(data, path, "member")
        group_id = _text(data, "member", path)
        try:
            return MembershipNeeded(UUID(group_id))
        except ValueError as wrong:
            raise MalformedThreshold(f"{path}.member", "this must be the id of a group, a UUID") from wrong


def _form_problem(data: dict[str, Any], forms: list[str], known: list[str]) -> str:
    if forms:
        return f"{' and '.join(map(repr, forms))} cannot stand in one expression; combine them with 'all' or 'any'"
    keys = ", ".join(repr(str(key)[:TEXT_LIMIT]) for key in list(data)[:3]) or "nothing"
    return f"an expression has one of {', '.join(known)}; this has {keys}"


def _only(data: dict[str, Any], path: str, *allowed: str) -> None:
    unknown = [key for key in data if key not in allowed]
    if unknown:
        raise MalformedThreshold(path, f"there is no key {str(unknown[0])[:TEXT_LIMIT]!r} beside {allowed[0]!r}")


def _text(data: dict[str, Any], key: str, path: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= TEXT_LIMIT:
        raise MalformedThreshold(f"{path}.{key}", f"this must be a text of 1 to {TEXT_LIMIT} characters")
    return value


def _level(data: dict[str, Any], path: str) -> int:
    level = data.get("level")
    if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= LEVEL_LIMIT:
        raise MalformedThreshold(f"{path}.level", f"this must be a whole number from 1 to {LEVEL_LIMIT}")
    return level
