"""What can be asked of a service, whichever door it comes through: carry out a command, answer a question.

Each comes in two kinds: for an event loop, which must never be kept waiting, and for a thread of its own.
"""

import asyncio
import contextvars
import hashlib
import hmac
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.contracts.message import Message

from .blueprint import Blueprint, Surroundings
from .clock import Clock
from .domain import Context, derived_id, fresh_id
from .doors import forms
from .doors.operation import Actor, Operation
from .flow.progress import Progress
from .flow.projection import Place
from .flow.views import Views
from .forgetting import Forgetting
from .refusals import Late, Malformed, NotYetHappened
from .store.command import Answer, Command
from .store.executor import Executor
from .store.unit import Unit

WAIT_SECONDS = 5.0
log = structlog.get_logger()


class BadPosition(Malformed):
    """``after`` is not a position that Agora gave."""

    sentence = "'after' takes a position as an answer gave it, such as mall:42, of a source that this service reads."


class Surface(ABC):
    """The commands and questions of one service. Whoever makes it sets the parts."""

    executor: Executor
    views: Views
    progress: Progress
    forgetting: Forgetting

    def __init__(self, blueprint: Blueprint, surroundings: Surroundings) -> None:
        self.blueprint, self.surroundings = blueprint, surroundings
        self.name, self.operations = blueprint.name, blueprint.operations
        self.clock: Clock = surroundings.clock
        self.extras = surroundings.extras
        self.by_name = {operation.name: operation for operation in self.operations}
        self._digest_key = hmac.digest(surroundings.master_key, f"commands|{self.name}".encode(), "sha256")
        # Over a server's database, a question waits for the network: in threads, so that the event loop does not.
        self._asking = ThreadPoolExecutor(8, f"{self.name}-asking") if surroundings.stores.is_shared else None

    @property
    @abstractmethod
    def sources(self) -> list[str]:
        """Whose positions this service's views know: its own, and those of everybody it hears."""

    async def do(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], key: str | None = None,
        if_match: int | None = None, correlation: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Carry out a command for somebody. Raises its Refusal; answers after it is stored."""
        ready = await operation.prepare(fields) if operation.prepare else fields
        command = self._command(operation, actor, fields, ready, key, if_match, correlation)
        return self._answer(operation, command, await self.executor.execute(command))

    def do_now(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], key: str | None = None,
        if_match: int | None = None, correlation: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The same from a thread of its own, for an operation that needs no preparation."""
        assert operation.prepare is None, f"{operation.name} is prepared on an event loop"
        command = self._command(operation, actor, fields, fields, key, if_match, correlation)
        return self._answer(operation, command, self.executor.execute_now(command))

    async def decide(self, actor: Actor, name: str, decide: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """Carry out a command that has no row in the table: ``decide`` gets the application."""
        now = self.clock.now()
        command_id = fresh_id()
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
            source, position = self._place(after)
            self._refuse_late(after, source, await self.progress.wait(source, position, WAIT_SECONDS))
        if self._asking is None:
            return self._found(operation, actor, fields)
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(
            self._asking, run, self._found, operation, actor, fields
        )  # fmt: skip

    def ask_now(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], after: str | None = None
    ) -> tuple[Any, int | None]:
        """The same from a thread of its own."""
        if after is not None:
            source, position = self._place(after)
            self._refuse_late(after, source, self.progress.wait_now(source, position, WAIT_SECONDS))
        return self._found(operation, actor, fields)

    def close_surface(self) -> None:
        """Wait for the questions under way."""
        if self._asking is not None:
            self._asking.shutdown()

    def _found(self, operation: Operation, actor: Actor, fields: dict[str, Any]) -> tuple[Any, int | None]:
        found = operation.does(self.blueprint.queries(self), actor, **fields)  # type: ignore[arg-type]
        version = found.pop("version", None) if isinstance(found, dict) else None
        return forms.dump(operation, found), version

    def _command(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], ready: dict[str, Any], key: str | None,
        if_match: int | None, correlation: str | None,
    ) -> Command:  # fmt: skip
        context = self._context(operation, actor, fields, key, correlation)
        expected = (self._first_id(operation, fields, actor), if_match) if if_match is not None else None
        digest = self._digest(operation, fields)
        decide = self._decision(operation, ready)
        about = frozenset(one for one in fields.values() if isinstance(one, UUID)) | operation.looks_for(actor, fields)
        return Command(
            context=context, decide=decide, digest=digest, is_new=not key, expected=expected, about=about,
            leads_to=partial(operation.leads_to, self.executor.live.process_id),
        )  # fmt: skip

    def _decision(self, operation: Operation, fields: dict[str, Any]) -> Callable[[Unit], dict[str, Any]]:
        chosen = {name: value for name, value in fields.items() if not (operation.records and name == "happened_at")}

        def decide(unit: Unit) -> dict[str, Any]:
            self.forgetting.refuse(unit.context.actor_id)
            return operation.does(self.blueprint.application(unit, self.views), **chosen) or {}

        return decide

    def _context(
        self, operation: Operation, actor: Actor, fields: dict[str, Any], key: str | None, correlation: str | None
    ) -> Context:
        now = self.clock.now()
        happened_at = (fields.get("happened_at") or now) if operation.records else now
        if happened_at > now:
            raise NotYetHappened()
        command_id = derived_id(actor.person_id, self.name, operation.name, key) if key else fresh_id()
        return Context(
            actor_id=actor.person_id, roles=actor.roles, command_id=command_id, recorded_at=now,
            effective_at=happened_at,
            correlation_id=_uuid_or(correlation, command_id), causation_id=f"command:{operation.name}",
        )  # fmt: skip

    def _digest(self, operation: Operation, fields: dict[str, Any]) -> bytes:
        shown = {name: value for name, value in fields.items() if name not in operation.secrets}
        body = orjson.dumps([operation.name, shown], option=orjson.OPT_SORT_KEYS, default=str)
        return hashlib.blake2b(body, key=self._digest_key, digest_size=32).digest()

    def _answer(self, operation: Operation, command: Command, answer: Answer) -> dict[str, Any]:
        """What the caller gets. The log says which command led to which position: what it causes can be followed."""
        log.info(
            "carried out", service=self.name, operation=operation.name, position=f"{self.name}:{answer.position}",
            correlation_id=str(command.context.correlation_id), repeated=answer.repeated, ids=answer.body,
        )  # fmt: skip
        told = answer.body if operation.completes is None else operation.completes(self, answer.body)
        body: dict[str, Any] = forms.dump(operation, {**told, "position": f"{self.name}:{answer.position}"})
        return body

    def _reaction(self, react: Callable[[Any, Any, Place], None]) -> Callable[[Unit, Message, Place], None]:
        return lambda unit, message, place: react(self.blueprint.application(unit, self.views), message, place)

    @staticmethod
    def _first_id(operation: Operation, fields: dict[str, Any], actor: Actor) -> UUID:
        """What an If-Match speaks of: the first id in the path, or the actor where the path says "me"."""
        in_path = (fields[name] for name in operation.path_schema._declared_fields)
        return next((value for value in in_path if isinstance(value, UUID)), actor.person_id)

    def _place(self, after: str) -> tuple[str, int]:
        source, _, text = after.partition(":")
        if source not in self.sources or not text.isdecimal() or len(text) > 15:
            raise BadPosition()
        return source, int(text)

    def _refuse_late(self, after: str, source: str, has_come: bool) -> None:
        if not has_come:
            raise Late(asked=after, reached=f"{source}:{self.progress.reached(source)}")


def _uuid_or(text: str | None, otherwise: UUID) -> UUID:
    try:
        return UUID(text) if text else otherwise
    except ValueError:
        return otherwise
