"""A running service: its store, its views and its workers, put together from a blueprint.

A service's ``service.py`` writes the blueprint; this is the only place where the parts meet.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from services.contracts.message import Message

from .blueprint import Blueprint, Surroundings
from .domain import Context, derived_id
from .flow.due import Clockwork
from .flow.intake import Intake, Source
from .flow.loop import Loop
from .flow.outbox import Outbox, Page
from .flow.progress import Progress
from .flow.pump import Pump
from .flow.reacting import Reaction
from .flow.snapshots import Snapshots
from .flow.stored_progress import StoredProgress
from .forgetting import Forgetting
from .store.command import Command
from .store.eventstore import EventStore
from .store.executor import Executor
from .store.keys import KeyStore
from .store.sealing import SealingMapper
from .store.unit import Unit
from .surface import Surface

ERRANDS_AT_ONCE = 8


class Service(Surface):
    """One service, from its files to its doors."""

    def __init__(self, blueprint: Blueprint, surroundings: Surroundings) -> None:
        super().__init__(blueprint, surroundings)
        stores = surroundings.stores
        self.recorder = stores.recorder(self.name)
        self.keys = KeyStore(stores.key_rows(self.name), surroundings.master_key, self.name)
        self.keys.prove(has_facts=self.recorder.position() > 0)
        self.store = EventStore(self.recorder, SealingMapper(self.keys))
        self.views = stores.views(self.name, [make() for make in blueprint.projections])
        self.executor = Executor(self.store, blueprint.due, in_thread=stores.is_shared)
        self.forgetting = Forgetting(
            self.name, self.executor, self.keys, self.views, self._forget_again, partial(blueprint.erase, self)
        )
        self.forgetting.bury()
        self.progress = StoredProgress(self.views, self._reached_without_view) if stores.is_shared else Progress()
        self.outbox = Outbox(self.name, self.store, blueprint.publish)
        self.pump = Pump(self.name, self.store, self.views, self.progress)
        self.snapshots = Snapshots(self.store)
        self.clockwork = Clockwork(self.name, self.executor, blueprint.errands(self), self.clock.now, ERRANDS_AT_ONCE)
        self.intakes: list[Intake] = []
        self.heard: list[str] = []
        self.loops: list[Loop] = []
        self.executor.commits.start(self.name)

    def hear(self, sources: Iterable[Source]) -> None:
        """Read the messages of those of them that a view or a reaction of this service is about."""
        reactions = self.reactions
        self.intakes = [
            Intake(
                self.name, source, self.views, self.executor, reactions, self.progress, self.clock.now,
                keeps_messages=self.blueprint.keeps_messages,
            )
            for source in sources
            if source.source.partition("/")[0] in self.blueprint.hears  # "mall/3" is a part of the mall
        ]  # fmt: skip
        self.heard = [intake.source.source for intake in self.intakes]

    @property
    def reactions(self) -> dict[type[Message], Reaction]:
        """What is done about others' messages, by their class."""
        return {kind: self._reaction(react) for kind, react in self.blueprint.reactions.items()}

    @property
    def sources(self) -> list[str]:
        """Whose positions this service's views know: its own, and those of everybody it hears."""
        return [self.name, *self.heard]

    def start(self) -> None:
        """Start the workers: views and intake in one thread, what is due in another."""
        reading = [intake.step for intake in self.intakes]
        self.loops = [
            Loop(f"{self.name}-views", [self.pump.step, *reading, self.snapshots.step]),
            Loop(f"{self.name}-clock", [self.clockwork.step, self.forgetting.step]),
        ]
        self.executor.commits.on_commit.append(self.wake)
        for loop in self.loops:
            loop.start()

    def wake(self) -> None:
        """There may be something to do."""
        for loop in self.loops:
            loop.wake()

    def settle(self) -> int:
        """Without workers: do one round of all that is to be done; return how much there was."""
        heard = self.pump.step() + sum(intake.step() for intake in self.intakes)
        return heard + self.clockwork.step() + self.forgetting.step()

    def rest(self) -> None:
        """End the workers after the step under way; the store stays open for neighbours that still read."""
        for loop in self.loops:
            loop.stop()
        self.clockwork.close()

    def stop(self) -> None:
        """End the workers, store what is left, let go of the files."""
        self.rest()
        self.progress.close()
        self.close_surface()
        self.executor.close()
        self.views.close()
        self.keys.close()
        self.recorder.close()

    def shows_until(self, moment: datetime | None = None) -> bool:
        """Whether the views show all that this service had stored by a moment, however much it stores meanwhile; by
        now, when none is named."""
        head = self.recorder.position()
        with self.views.reading() as connection:
            shown = min(self.views.positions_in(connection, self.name).values(), default=head)
        missing = self.store.facts(shown, 1)
        return not missing or (moment is not None and missing[0].fact.recorded_at > moment)

    def messages(self, after: int, limit: int = 500) -> Page:
        """A page of this service's public messages, from any position."""
        return self.outbox.messages(after, limit)

    @property
    def source(self) -> str:
        """The name under which others know its positions."""
        return self.name

    def _forget_again(self, person_id: UUID) -> None:
        now, command_id = self.clock.now(), derived_id("forget again", self.name, person_id)
        context = Context(
            actor_id=derived_id("service", self.name), command_id=command_id, recorded_at=now, effective_at=now,
            correlation_id=command_id, causation_id="keys",
        )  # fmt: skip

        def decide(unit: Unit) -> dict[str, Any]:
            self.blueprint.forget(self.blueprint.application(unit, self.views), person_id)
            return {}

        self.executor.execute_now(Command(context=context, decide=decide))

    def _reached_without_view(self, source: str) -> int:
        """What no view is about is reached when it was reacted to; the own log, when it was stored."""
        return self.recorder.position() if source == self.name else self.recorder.tracked(source)
