"""How an import speaks to the platform: operations by name, in this process or over HTTP."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.refusals import Forbidden, Refusal, Unauthenticated, Unready
from services.opening import OpenPlatform


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to record. ``fields`` as they stand in JSON; ``key`` makes a repeat of it known."""

    service: str
    operation: str
    fields: dict[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a service refused a command with."""

    code: str
    sentence: str


class Caller(Protocol):
    """The platform, as far as an import is concerned."""

    @property
    def at_once(self) -> int:
        """How many commands to have under way at the same moment."""

    async def heads(self) -> dict[str, int]:
        """The last position of every service: what answers with it, or less, was known before."""

    async def do(self, command: Command) -> int | Said:
        """Carry out a command: the position of its facts, or why not. Raises what no later command would get past."""

    async def catch_up(self) -> None:
        """Wait until every service can read what was recorded so far."""

    async def ask(self, service: str, operation: str, **fields: str) -> dict[str, Any]:
        """Read a view; the fields as they stand in a query."""


class InProcess:
    """Speaks to services that this process has open, without their workers."""

    at_once = 256

    def __init__(self, platform: OpenPlatform, actor: Actor) -> None:
        self._platform, self._actor = platform, actor

    async def heads(self) -> dict[str, int]:
        return {name: service.recorder.position() for name, service in self._platform.services.items()}

    async def do(self, command: Command) -> int | Said:
        service = self._platform.services[command.service]
        operation = service.by_name[command.operation]
        try:
            fields = forms.load(operation, {}, command.fields)
            answer = await service.do(operation, self._actor, fields, command.key)
        except (Unauthenticated, Forbidden, Unready):
            raise
        except Refusal as refusal:
            return Said(refusal.code, _with_errors(refusal.detail, refusal.facts.get("errors")))
        return position_of(answer)

    async def catch_up(self) -> None:
        while await asyncio.to_thread(self._platform.settle, 1):
            pass

    async def ask(self, service: str, operation: str, **fields: str) -> dict[str, Any]:
        asked = self._platform.services[service]
        row = asked.by_name[operation]
        found, _version = await asked.ask(row, self._actor, forms.load(row, {}, fields))
        return dict(found)


def position_of(answer: dict[str, Any]) -> int:
    """42 of an answer that carries "mall:42"."""
    return int(str(answer["position"]).rpartition(":")[2])


def _with_errors(sentence: str, errors: Any) -> str:
    return f"{sentence} {errors}" if errors else sentence
