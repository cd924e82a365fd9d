"""Partners as a whole service in one process, with three neighbours that say what they are told, and its HTTP door."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx

from services.contracts.envelope import Envelope
from services.contracts.message import Message
from services.kernel.blueprint import Surroundings
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.refusals import Refusal
from services.kernel.service import Service
from services.kernel.store.recorder import Entry, KeptMessage
from services.partners.domain.scopes import SCOPES, SOURCES
from services.partners.service import blueprint
from tests.support.clocks import StillClock
from tests.support.http_client import Client
from tests.support.other_service import OtherService
from tests.support.scenario import OPERATOR
from tests.support.stored import stores_at

EVERYTHING = list(SCOPES)
COMMAND = UUID(int=0xC0)


@dataclass
class Partnership:
    """A partner as it speaks: with its key, and with nothing else of ours."""

    alliance: "Alliance"
    partner_id: UUID
    key: str

    def ask(self, path: str, /, **parameters: Any) -> httpx.Response:
        return self.alliance.ask(path, self.key, **parameters)

    def feed(self, **parameters: Any) -> list[dict[str, Any]]:
        """The events of one page."""
        answer = self.ask("/feed", **parameters)
        assert answer.status_code == 200, answer.text
        events: list[dict[str, Any]] = answer.json()
        return events


class Alliance:
    """The service, and short ways to use it."""

    def __init__(self, directory: Path, rate: str = "") -> None:
        self.clock = StillClock()
        self.neighbours = {name: OtherService(name, positions_each=2) for name in SOURCES}
        extras = {"settings": SimpleNamespace(rate=rate)}
        self.service = Service(blueprint, Surroundings(stores_at(directory), bytes(32), self.clock, extras))
        self.service.hear(self.neighbours.values())
        self.client = Client(self.service)

    def say(self, *messages: Message, command_id: UUID = COMMAND) -> list[Envelope]:
        """Neighbours say something, and partners hears it, in this order."""
        said = []
        for message in messages:
            said.append(self.neighbours[message.SERVICE].say(message, self.clock.now(), command_id))
            self.settle()
        return said

    def do(self, name: str, /, key: str | None = None, **given: Any) -> dict[str, Any]:
        """An operator's command, through its form."""
        operation = self.service.by_name[name]
        fields = self._loaded(name, given)
        answer = asyncio.run(self.service.do(operation, Actor(OPERATOR, frozenset({"operator"})), fields, key))
        self.settle()
        return answer

    def look(self, name: str, /, **given: Any) -> dict[str, Any]:
        """An operator's question."""
        operation = self.service.by_name[name]
        actor = Actor(OPERATOR, frozenset({"operator"}))
        found, _ = asyncio.run(self.service.ask(operation, actor, self._loaded(name, given)))
        return dict(found)

    def refused(self, name: str, /, **given: Any) -> type[Refusal]:
        """The class of the refusal of a command; that it recorded nothing is checked as well."""
        before = self.service.recorder.position()
        try:
            self.do(name, **given)
        except Refusal as refusal:
            assert self.service.recorder.position() == before
            return type(refusal)
        raise AssertionError(f"{name} was not refused")

    def partner(self, name: str = "Alpine Club", scopes: list[str] | None = None) -> Partnership:
        """A new partner, which may know everything unless scopes are given."""
        made = self.do("register", name=name, scopes=EVERYTHING if scopes is None else scopes)
        return Partnership(self, UUID(made["partner_id"]), made["key"])

    def ask(self, path: str, key: str | None, /, **parameters: Any) -> httpx.Response:
        """A question with a key, over HTTP."""
        return self.client("GET", path, key, params=parameters)

    def keep(self, **changes: Any) -> None:
        """Something stands in the journal that no neighbour of today says."""
        position = 1_000_000 + self.service.recorder.kept_head()[0]
        parts = {"source": "mall", "type": "agora.mall.order_painted.v1", **changes}
        envelope = json.dumps({"id": f"mall:{position}", **parts}).encode()
        kept = KeptMessage(parts["source"], position, parts["type"], envelope)
        self.service.recorder.append([Entry(kept=[kept])])

    def settle(self) -> None:
        while self.service.settle():
            pass

    def _loaded(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        operation = self.service.by_name[name]
        in_path = operation.path_schema._declared_fields
        path = {name: str(value) for name, value in given.items() if name in in_path}
        return forms.load(operation, path, {name: value for name, value in given.items() if name not in in_path})


@contextmanager
def opened(directory: Path, rate: str = "") -> Iterator[Alliance]:
    alliance = Alliance(directory, rate)
    try:
        yield alliance
    finally:
        alliance.service.stop()
