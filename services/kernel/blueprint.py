"""What makes one service this service, and what it gets from outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.contracts.message import Message

from .application import Application
from .clock import Clock
from .domain import Fact
from .doors.operation import Operation
from .flow.due import Errand
from .flow.outbox import Publish
from .flow.projection import Place, Projection
from .store.recorder import DueRow
from .store.stores import Stores

if TYPE_CHECKING:
    from .service import Service


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service gets from outside: where it keeps things, its secrets, what time it is, whom it talks to."""

    stores: Stores
    master_key: bytes
    clock: Clock
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What makes one service this service.

    ``reactions``: message class -> ``react(application, message, place)``. ``due``: fact -> due rows to set
    or clear. ``errands``: made once the service exists; kind of due row -> errand. ``queries`` is built over
    the views once for each question. With ``keeps_messages`` everything it hears is kept as it came, in the
    order in which it came, for those who read it from here (Recorder.kept), what is personal in it sealed.
    ``forget`` (application, person) is what is done about somebody whose key is gone and of whom the facts do not know
    it: they come from an older backup. ``erase`` takes away what the service keeps of somebody elsewhere than in its
    stores; it may be done again. ``figures`` are gauges of its own, as ``metrics.Figure`` gives them.
    """

    name: str
    application: type[Application]
    queries: Callable[["Service"], Any]
    operations: Sequence[Operation]
    projections: Sequence[type[Projection]]
    publish: Publish
    reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = field(default_factory=dict)
    due: Callable[[Fact], Iterable[DueRow]] = lambda _fact: ()
    errands: Callable[["Service"], Mapping[str, Errand]] = lambda _service: {}
    keeps_messages: bool = False
    forget: Callable[[Any, UUID], None] = lambda application, person_id: application.unit.forget(person_id)
    erase: Callable[["Service", UUID], None] = lambda _service, _person_id: None
    figures: Callable[["Service"], Iterable[tuple[str, str, dict[str, str], float]]] = lambda _service: ()

    @property
    def hears(self) -> set[str]:
        """The other services whose messages a view or a reaction of this one is about."""
        about = {kind.SERVICE for kind in self.reactions}
        return about.union(*(one.hears for one in self.projections)) - {self.name}
