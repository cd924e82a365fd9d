"""What a service does about others' messages: facts, decided in one unit and stored as one command."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog

from services.contracts.message import Message

from ..domain import Context, Fact, derived_id
from ..store.clashes import PositionSeen
from ..store.command import Command
from ..store.executor import Executor
from ..store.unit import Unit
from .parking import Told, told_in_log
from .projection import Place

Reaction = Callable[[Unit, Message, Place], None]
log = structlog.get_logger()


class Reacting:
    """The reactions of ``reader``, by class of message. Ids are derived from reader, source and position, so that
    whoever reacts to a message again, for whatever reason, makes the same ones."""

    def __init__(
        self, reader: str, executor: Executor, reactions: Mapping[type[Message], Reaction], now: Callable[[], datetime]
    ) -> None:
        self.reader, self.executor, self.reactions, self.now = reader, executor, reactions, now

    def carry_out(self, messages: Sequence[Told], place: Place, after: int | None = None, **stored: Any) -> None:
        """React to messages as ``command`` says, and store it. The log says of each what made facts."""
        answer = self.executor.execute_now(self.command(messages, place, after, **stored))
        for one in messages:
            if one.name in answer.body["caused"]:
                log.info(
                    "reacted", service=self.reader, position=f"{self.reader}:{answer.position}", **told_in_log(one)
                )

    def command(self, messages: Sequence[Told], place: Place, after: int | None = None, **stored: Any) -> Command:
        """React to messages in their order. ``place`` is where the command as a whole stands, ``stored`` what else it
        stores (see Command). With ``after`` it is decided only while the source is tracked to there."""
        mine = [one for one in messages if type(one.message) in self.reactions]

        def decide(unit: Unit) -> dict[str, Any]:
            self._refuse_moved(place.source, after)
            for one in mine:
                with unit.caused_by(self.context(one.place)):
                    assert one.message is not None
                    self.reactions[type(one.message)](unit, one.message, one.place)
            pending = (fact for root in unit.changed for fact in root.pending_events)
            return {"caused": sorted({cast(Fact, fact).meta[4] for fact in pending})}

        return Command(context=self.context(mine[0].place if mine else place), decide=decide, **stored)

    def place(self, source: str, position: int) -> Place:
        """A place at which nothing happened."""
        return Place(source, position, self.now(), self.now())

    def context(self, place: Place) -> Context:
        """What is recorded on everything that a message causes."""
        command_id = derived_id("reaction", self.reader, place.source, place.position)
        return Context(
            actor_id=derived_id("service", self.reader), command_id=command_id, recorded_at=self.now(),
            effective_at=place.effective_at, causation_id=place.text,
            correlation_id=UUID(place.correlation_id) if place.correlation_id else command_id,
        )  # fmt: skip

    def _refuse_moved(self, source: str, after: int | None) -> None:
        """Another worker of this service was here meanwhile. What it has stored since this look is met as a
        version conflict, and then looked at again."""
        if after is not None and self.executor.store.recorder.tracked(source) != after:
            raise PositionSeen(f"{source} is not at {after} any more")
