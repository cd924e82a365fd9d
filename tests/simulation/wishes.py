"""What somebody wants carried out, and who the operator is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from services.kernel.doors.operation import Actor

OPERATOR = Actor(UUID(int=1), frozenset({"operator", "certifier"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A command that somebody wants carried out, under a key of its own, until it is answered."""

    service: str
    operation: str
    actor: Actor
    fields: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))
    known: Callable[[dict[str, Any]], None] = lambda _answer: None
