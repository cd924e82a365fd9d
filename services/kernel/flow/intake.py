"""The intake: another service's messages, first into foreign views, then to the reactions.

Both drop what they have seen, so a crash between them does no harm. All reactions to a page are
decided in one unit and stored with the position in one transaction: effect and position, or neither.
A message that cannot be handled stops this reader, is tried again with growing pauses, and is
reported as stuck: nothing is skipped and nothing is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import Tracking

from services.contracts import catalogue
from services.contracts.envelope import Envelope
from services.contracts.message import Message

from ..domain import Context, derived_id
from ..store.executor import Command, Executor
from ..store.recorder import PositionSeen
from ..store.unit import Unit
from .outbox import Page
from .progress import Progress
from .projection import Place, Projection
from .views import Views

BATCH = 500
Reaction = Callable[[Unit, Message, Place], None]


class Source(Protocol):
    """Somebody whose messages can be read from a position."""

    @property
    def source(self) -> str:
        """The name of its log."""

    def messages(self, after: int, limit: int = 500) -> Page:
        """Messages after a position."""


class Intake:
    """Reads one source for one service. ``reactions`` maps a message class to what is done about it."""

    def __init__(
        self, reader: str, source: Source, views: Views, executor: Executor,
        reactions: Mapping[type[Message], Reaction], progress: Progress, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.reader, self.source, self.reactions = reader, source, reactions
        self._views, self._executor, self._progress, self._now = views, executor, progress, now
        self._projections = [one for one in views.projections if source.source in one.hears]
        name = source.source
        self._seen = {one.tracking_name: views.tracked(one.tracking_name, name) for one in self._projections}
        self._reacted = executor.store.recorder.tracked(name)
        progress.advance(name, min(self._seen.values(), default=self._reacted))

    @property
    def position(self) -> int:
        """How far both views and reactions have come."""
        return min([*self._seen.values(), self._reacted])

    def step(self) -> int:
        """Take in one page; return how far the position moved."""
        before = self.position
        page = self.source.messages(before, BATCH)
        if page.through == before:
            return 0
        told = [(message, place_of(one)) for one in page.messages if (message := catalogue.read(one)) is not None]
        self._project(told, page.through)
        self._react(told, page.through)
        if not self._projections:  # nothing to read from it: whoever waits for it waits for the reactions
            self._progress.advance(self.source.source, self.position)
        return self.position - before

    def _project(self, told: Sequence[tuple[Message, Place]], through: int) -> None:
        behind = [one for one in self._projections if self._seen[one.tracking_name] < through]
        if not behind:
            return
        with self._views.writing() as connection:
            for projection in behind:
                self._project_one(connection, projection, told, through)
        for projection in behind:
            self._seen[projection.tracking_name] = through
        self._progress.advance(self.source.source, through)

    def _project_one(
        self, connection: Any, projection: Projection, told: Sequence[tuple[Message, Place]], through: int
    ) -> None:
        for message, place in told:
            if place.position > self._seen[projection.tracking_name]:
                projection.project(connection, message, place)
        self._views.track(connection, projection.tracking_name, self.source.source, through)

    def _react(self, told: Sequence[tuple[Message, Place]], through: int) -> None:
        if through <= self._reacted:
            return
        mine = [one for one in told if type(one[0]) in self.reactions and one[1].position > self._reacted]
        tracking = (Tracking(self.source.source, through),)
        first = mine[0][1] if mine else Place(self.source.source, through, self._now(), self._now())
        try:
            self._executor.execute_now(
                Command(context=self._context(first), decide=lambda unit: self._decide(unit, mine), tracking=tracking)
            )
        except PositionSeen:
            self._reacted = self._executor.store.recorder.tracked(self.source.source)
        else:
            self._reacted = through

    def _decide(self, unit: Unit, mine: Sequence[tuple[Message, Place]]) -> dict[str, Any]:
        for message, place in mine:
            with unit.caused_by(self._context(place)):
                self.reactions[type(message)](unit, message, place)
        return {}

    def _context(self, place: Place) -> Context:
        command_id = derived_id("reaction", self.reader, place.source, place.position)
        return Context(
            actor_id=derived_id("service", self.reader), command_id=command_id, recorded_at=self._now(),
            effective_at=place.effective_at, causation_id=place.text,
            correlation_id=UUID(place.correlation_id) if place.correlation_id else command_id,
        )  # fmt: skip


def place_of(envelope: Envelope) -> Place:
    """Where and when it happened, as the envelope says."""
    return Place(
        envelope.source, envelope.position, envelope.recorded_at, envelope.effective_at, envelope.correlation_id
    )
