"""What an executor is asked to carry out, and what it answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from eventsourcing.persistence import Tracking

from ..domain import AggregateRoot, Context
from .recorder import KeptMessage, ParkedRow
from .unit import Unit

Body: TypeAlias = dict[str, Any]
LeadsTo: TypeAlias = Callable[[AggregateRoot], Iterable[UUID]]


def nowhere(_root: AggregateRoot) -> Iterable[UUID]:
    """Whoever decides on this needs nothing else that it names."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be decided, for whom, and what is stored with it.

    ``digest`` tells whether a repeated id came with the same body; without one the command leaves no
    row (a reaction's tracking does that work); with ``is_new`` nobody can have asked for it before.
    ``expected`` is (aggregate id, version) from If-Match. ``about`` are things that the decision may look for, as are
    those to which one of them ``leads_to``: hints. ``kept``, ``parked`` and ``released`` are stored beside; see Entry.
    """

    context: Context
    decide: Callable[[Unit], Body]
    digest: bytes | None = None
    is_new: bool = False
    tracking: tuple[Tracking, ...] = ()
    expected: tuple[UUID, int] | None = None
    about: frozenset[UUID] = frozenset()
    leads_to: LeadsTo = nowhere
    kept: tuple[KeptMessage, ...] = ()
    parked: tuple[ParkedRow, ...] = ()
    released: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: ids (``body``), and the position from which readers will see it."""

    position: int
    body: Body
    repeated: bool = False
