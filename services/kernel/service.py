"""A running service: its store, its views, its workers and its surface, put together from a blueprint.

A service's ``service.py`` writes the blueprint; this is the only place where the parts meet.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.contracts.message import Message

from .application import Application
from .clock import Clock
from .domain import Context, Fact, derived_id
from .doors import forms
from .doors.operation import Actor, Operation
from .flow.due import Clockwork, Errand
from .flow.intake import Intake, Source
from .flow.loop import Loop
from .flow.outbox import Outbox, Publish
from .flow.progress import Progress
from .flow.projection import Place, Projection
from .flow.pump import Pump
from .flow.snapshots import Snapshots
from .flow.views import Views
from .refusals import Late, Malformed, NotYetHappened
from .store.eventstore import EventStore
from .store.executor import Answer, Command, Executor
from .store.keys import KeyStore
from .store.recorder import DueRow
from .store.sealing import SealingMapper
from .store.sqlite import SQLiteRecorder
from .store.unit import Unit

WAIT_SECONDS = 5.0
ERRANDS_AT_ONCE = 8


class BadPosition(Malformed):
    """``after`` is not a position that Agora gave."""

    sentence = "'after' takes a position as an answer gave it, such as mall:42, of a source that this service reads."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service gets from outside: where its files lie, its secrets, what time it is, whom it talks to."""

    directory: Path
    master_key: bytes
    clock: Clock
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What makes one service this service.

    ``reactions``: message class -> ``react(application, message, place)``. ``due``: fact -> due rows to set
    or clear. ``errands``: made once the service exists; kind of due row -> errand. ``queries`` is built over
    the views once for each question.
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


class Service:
    """One service, from its files to its doors."""

    def __init__(self, blueprint: Blueprint, surroundings: Surroundings) -> None:
        self.blueprint, self.surroundings = blueprint, surroundings
        self.name, self.operations = blueprint.name, blueprint.operations
        self.clock, self.extras = surroundings.clock, surroundings.extras
        folder = surroundings.directory / self.name
        self.recorder = SQLiteRecorder(folder / "facts.db")
        self.keys = KeyStore(folder / "keys.db", surroundings.master_key, self.name)
        self.keys.prove(has_facts=self.recorder.position() > 0)
        self.store = EventStore(self.recorder, SealingMapper(self.keys))
        self.views = Views(folder / "views.db", [make() for make in blueprint.projections])
        self.executor = Executor(self.store, blueprint.due)
        self.progress = Progress()
        self.outbox = Outbox(self.name, self.store, blueprint.publish)
        self.pump = Pump(self.name, self.store, self.views, self.progress)
        self.snapshots = Snapshots(self.store)
        self.clockwork = Clockwork(self.name, self.executor, blueprint.errands(self), self.clock.now, ERRANDS_AT_ONCE)
        self.intakes: list[Intake] = []
        self.loops: list[Loop] = []
        self.by_name = {operation.name: operation for operation in self.operations}
        self._digest_key = hmac.digest(surroundings.master_key, f"commands|{self.name}".encode(), "sha256")
        self.executor.commits.start(self.name)

    def hear(self, sources: Iterable[Source]) -> None:
        """Read the messages of those of them that a view or a reaction of this service is about."""
        reactions = {kind: self._reaction(react) for kind, react in self.blueprint.reactions.items()}
        about = {kind.SERVICE for kind in reactions}.union(*(one.hears for one in self.views.projections))
        self.intakes = [
            Intake(self.name, source, self.views, self.executor, reactions, self.progress, self.clock.now)
            for source in sources
            if source.source.partition("/")[0] in about  # "mall/3" is a part of the mall
        ]

    @property
    def sources(self) -> list[str]:
        """Whose positions this service's views know: its own, and those of everybody it hears."""
        return [self.name, *(intake.source.source for intake in self.intakes)]

    def start(self) -> None:
        """Start the workers: views and intake in one thread, what is due in another."""
        reading = [intake.step for intake in self.intakes]
        self.loops = [
            Loop(f"{self.name}-views", [self.pump.step, *reading, self.snapshots.step]),
            Loop(f"{self.name}-clock", [self.clockwork.step]),
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
        return self.pump.step() + sum(intake.step() for intake in self.intakes) + self.clockwork.step()

    def rest(self) -> None:
        """End the workers after the step under way; the store stays open for neighbours that still read."""
        for loop in self.loops:
            loop.stop()
        self.clockwork.close()

    def stop(self) -> None:
        """End the workers, store what is left, let go of the files."""
        self.rest()
        self.executor.commits.stop()
        self.views.close()
        self.keys.close()
        self.recorder.close()

    def messages(self, after: int, limit: int = 500) -> Any:
        """A page of this service's public messages, from any position."""
        return self.outbox.messages(after, limit)

    @property
    def source(self) -> str:
        """The name under which others know its positions."""
        return self.name

    async def do(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], key: str | None = None,
        if_match: int | None = None, correlation: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Carry out a command for somebody. Raises its Refusal; answers after it is stored."""
        digest = self._digest(operation, fields)
        ready = await operation.prepare(fields) if operation.prepare else fields
        context = self._context(operation, actor, fields, key, correlation)
        expected = (self._first_id(operation, fields, actor), if_match) if if_match is not None else None
        answer = await self.executor.execute(
            Command(context=context, decide=self._decision(operation, ready), digest=digest, expected=expected)
        )
        return self._answer(operation, answer)

    async def decide(self, actor: Actor, name: str, decide: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """Carry out a command that has no row in the table: ``decide`` gets the application."""
        now = self.clock.now()
        command_id = uuid4()
        context = Context(
            actor_id=actor.person_id, roles=actor.roles, command_id=command_id, recorded_at=now, effective_at=now,
            correlation_id=command_id, causation_id=f"command:{name}",
        )  # fmt: skip
        answer = await self.executor.execute(
            Command(context=context, decide=lambda unit: decide(self.blueprint.application(unit, self.views)))
        )
        return answer.body

    async def ask(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], after: str | None = None
    ) -> tuple[Any, int | None]:
        """Read a view for somebody, once it has come as far as ``after``; with the version of what was read."""
        if after is not None:
            await self._reach(after)
        found = operation.does(self.blueprint.queries(self), actor, **fields)
        version = found.pop("version", None) if isinstance(found, dict) else None
        return forms.dump(operation, found), version

    def _decision(self, operation: Operation, fields: dict[str, Any]) -> Callable[[Unit], dict[str, Any]]:
        chosen = {name: value for name, value in fields.items() if not (operation.records and name == "happened_at")}

        def decide(unit: Unit) -> dict[str, Any]:
            return operation.does(self.blueprint.application(unit, self.views), **chosen) or {}

        return decide

    def _context(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], key: str | None, correlation: str | None
    ) -> Context:
        now = self.clock.now()
        happened_at = (fields.get("happened_at") or now) if operation.records else now
        if happened_at > now:
            raise NotYetHappened()
        command_id = derived_id(actor.person_id, self.name, operation.name, key) if key else uuid4()
        return Context(
            actor_id=actor.person_id, roles=actor.roles, command_id=command_id, recorded_at=now,
            effective_at=happened_at,
            correlation_id=_uuid_or(correlation, command_id), causation_id=f"command:{operation.name}",
        )  # fmt: skip

    def _digest(self, operation: Operation, fields: dict[str, Any]) -> bytes:
        shown = {name: value for name, value in fields.items() if name not in operation.secrets}
        body = orjson.dumps([operation.name, shown], option=orjson.OPT_SORT_KEYS, default=str)
        return hashlib.blake2b(body, key=self._digest_key, digest_size=32).digest()

    def _answer(self, operation: Operation, answer: Answer) -> dict[str, Any]:
        body: dict[str, Any] = forms.dump(operation, {**answer.body, "position": f"{self.name}:{answer.position}"})
        return body

    def _reaction(self, react: Callable[[Any, Any, Place], None]) -> Callable[[Unit, Message, Place], None]:
        return lambda unit, message, place: react(self.blueprint.application(unit, self.views), message, place)

    @staticmethod
    def _first_id(operation: Operation, fields: dict[str, Any], actor: Actor) -> UUID:
        """What an If-Match speaks of: the first id in the path, or the actor where the path says "me"."""
        in_path = (fields[name] for name in operation.path_schema._declared_fields)
        return next((value for value in in_path if isinstance(value, UUID)), actor.person_id)

    async def _reach(self, after: str) -> None:
        source, _, text = after.partition(":")
        if source not in self.sources or not text.isdecimal() or len(text) > 15:
            raise BadPosition()
        if not await self.progress.wait(source, int(text), WAIT_SECONDS):
            raise Late(asked=after, reached=f"{source}:{self.progress.reached(source)}")


def _uuid_or(text: str | None, otherwise: UUID) -> UUID:
    try:
        return UUID(text) if text else otherwise
    except ValueError:
        return otherwise
