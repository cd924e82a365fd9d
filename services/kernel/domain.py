"""The base of every aggregate and fact: who did it, when it was recorded, when it happened.

A *fact* is a recorded event of an aggregate. Guards live in the aggregate's public command; the
``@event`` method only assigns, so that replay never decides again. Every fact has an explicit
``TOPIC`` ("mall:Order.Placed"): a stored name never depends on where a class lives.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, ClassVar, cast
from uuid import UUID, uuid5

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    DomainEvent,
    event,
)

from .refusals import Conflicting, Forbidden, Malformed, Missing, Refusal, Stale, TooMany, Unauthenticated, Unready

__all__ = [
    "FORGOTTEN", "AggregateRoot", "Begun", "Conflicting", "Context", "Fact", "Forbidden", "Malformed", "Missing",
    "Refusal", "Stale", "TooMany", "Unauthenticated", "Unready", "acting", "current", "derived_id", "event",
    "fresh_id",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who acts, by which command, and when. Every fact of the command carries it.

    ``effective_at`` is when it happened; it differs from ``recorded_at`` only where an operator
    records what happened elsewhere, or where the clock works off what was due earlier.
    """

    actor_id: UUID
    command_id: UUID
    recorded_at: datetime
    effective_at: datetime
    correlation_id: UUID
    causation_id: str
    on_behalf_of: UUID | None = None
    roles: frozenset[str] = field(default=frozenset())


current: ContextVar[Context] = ContextVar("agora.context")


@contextmanager
def acting(context: Context) -> Iterator[Context]:
    """Everything that is recorded inside is recorded as done by this context."""
    token = current.set(context)
    try:
        yield context
    finally:
        current.reset(token)


def fresh_id() -> UUID:
    """An id like no other, for what is no secret: the system is not asked for chance each time, which takes long."""
    return UUID(int=_chance.getrandbits(128), version=4)


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, always: for everything that may be decided again."""
    return uuid5(_DERIVED, "|".join(map(str, parts)))


_chance = Random()  # seeded by the system, in each process: two that drew the same ids would refuse each other
os.register_at_fork(after_in_child=_chance.seed)
_DERIVED = UUID("6f0b6c1e-7d0a-5a43-9c39-0d8b0f2d7a11")


class _Forgotten:
    """What a personal field reads as when its person's key is gone. False, and empty as text."""

    _only: ClassVar["_Forgotten | None"] = None

    def __new__(cls) -> "_Forgotten":
        cls._only = cls._only or object.__new__(cls)
        return cls._only

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "FORGOTTEN"

    def __str__(self) -> str:
        return ""

    def __copy__(self) -> "_Forgotten":
        return self

    def __deepcopy__(self, memo: object) -> "_Forgotten":
        return self


FORGOTTEN: Any = _Forgotten()


class Fact(CanMutateAggregate[UUID], DomainEvent):
    """A recorded event of an aggregate.

    ``personal`` names the fields that are sealed under a person's key, each with the field of
    the same fact that holds the person's id: ``personal = {"name": "originator_id"}``.
    ``meta`` is ``[actor_id, on_behalf_of, command_id, correlation_id, causation_id]`` as text.
    It is filled from the context when a fact is made, never when it is replayed; without a
    context there is no fact (LookupError), so nothing is ever recorded without its author.
    """

    personal: ClassVar[dict[str, str]] = {}

    @staticmethod
    def create_timestamp() -> datetime:
        """The only place where a fact gets its time."""
        return current.get().recorded_at

    def __post_init__(self) -> None:
        super().__post_init__()
        context = current.get()
        self.__dict__["meta"] = [
            str(context.actor_id),
            None if context.on_behalf_of is None else str(context.on_behalf_of),
            str(context.command_id),
            str(context.correlation_id),
            context.causation_id,
        ]
        self.__dict__["effective_at"] = context.effective_at

    @property
    def meta(self) -> list[str]:
        """``[actor_id, on_behalf_of, command_id, correlation_id, causation_id]`` as stored."""
        return cast("list[str]", self.__dict__["meta"])

    @property
    def recorded_at(self) -> datetime:
        """When Agora stored it."""
        return self.timestamp

    @property
    def effective_at(self) -> datetime:
        """When it happened."""
        return cast(datetime, self.__dict__["effective_at"])

    @property
    def actor_id(self) -> UUID:
        """Who did it."""
        return UUID(self.meta[0])


class Begun(CanInitAggregate[UUID], Fact):
    """The first fact of an aggregate: subclass it with a verb of its own (``Founded``, ``Listed``)."""

    originator_topic: str


class AggregateRoot(BaseAggregate[UUID]):
    """Base of every aggregate. It has no birth fact: each aggregate names its own.

    An aggregate whose facts have personal fields gets no snapshot, in which they would lie unsealed,
    unless ``state_is_impersonal`` says that none of them is kept in its state.
    """

    state_is_impersonal: ClassVar[bool] = False
    Event = Fact

    @staticmethod
    def create_id(*_: Any, **__: Any) -> UUID:
        """A fresh id; an aggregate whose creation may be repeated takes a derived one instead."""
        return fresh_id()
