"""Identity with all its rooms, behind its HTTP door, with real tokens; worked off step by step, without threads."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.contracts import catalogue
from services.contracts.groups import GroupFounded, MemberAdmitted
from services.contracts.message import Message
from services.identity.application import Identity
from services.identity.mail.files import MailFiles
from services.identity.passwords import hashed
from services.identity.service import blueprint
from services.identity.tokens import TokenIssuer
from services.kernel.blueprint import Surroundings
from services.kernel.clock import Clock
from services.kernel.domain import Context
from services.kernel.doors.http import Door, application
from services.kernel.doors.limits import Rates
from services.kernel.doors.tokens import Verifier
from services.kernel.service import Service
from services.kernel.store.command import Command
from tests.support.other_service import OtherService
from tests.support.stored import stores_at

PASSWORD = "a quiet river at noon"
RESET_URL = "https://agora.example.org/password"


class SettableClock(Clock):
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> datetime:
        self.at += by
        return self.at


class House:
    """The service and its door. ``call`` is one request; ``token_of`` makes an access token."""

    def __init__(self, folder: Path, rate: str = "") -> None:
        self.folder, self.clock = folder, SettableClock()
        self.issuer = TokenIssuer(folder / "identity" / "token.key")
        self.letters = folder / "mail"
        extras = {"issuer": self.issuer, "mail": MailFiles(self.letters, "agora@example.org"), "reset_url": RESET_URL}
        around = Surroundings(stores_at(folder), os.urandom(32), self.clock, extras)
        self.service = Service(blueprint, around)
        self.groups = OtherService("groups")
        self.service.hear([self.groups])
        self.web = application(Door(self.service, Verifier(self.issuer.jwks), Rates(rate)).routes())

    def run(self, work: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        """Something with a client of its own event loop."""

        async def within() -> Any:
            transport = httpx.ASGITransport(app=self.web)
            async with httpx.AsyncClient(transport=transport, base_url="http://identity") as client:
                return await work(client)

        return asyncio.run(within())

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        """One request, then everything that follows from it is worked off."""
        headers = {**more.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        answer: httpx.Response = self.run(lambda client: client.request(method, path, headers=headers, **more))
        self.settle()
        return answer

    def settle(self) -> None:
        """Work until there is nothing left to do."""
        while self.service.settle():
            pass

    def token_of(self, person_id: UUID, *roles: str) -> str:
        """Signed in, with these roles."""
        return self.issuer.issue(person_id, roles, uuid4())[0]

    def register(self, mail: str = "anna@example.org", name: str = "Anna Karenina") -> UUID:
        """A person by way of the door."""
        answer = self.call("POST", "/people", json={"name": name, "mail": mail, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["person_id"])

    def together(self, *people: UUID) -> UUID:
        """A group of these people, the first of them its owner."""
        group_id, (owner_id, *others) = uuid4(), people
        self.groups.say(GroupFounded(group_id=group_id, owner_id=owner_id, threshold=None), self.clock.at)
        for person_id in others:
            self.groups.say(MemberAdmitted(group_id=group_id, person_id=person_id), self.clock.at)
        self.settle()
        return group_id

    def card(self, person_id: UUID, viewer_id: UUID) -> dict[str, Any]:
        """A person as somebody sees her."""
        answer = self.call("GET", f"/people/{person_id}", self.token_of(viewer_id))
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen

    def create_operator(self, mail: str = "olga@example.org", existing: bool = False) -> UUID:
        """The first operator, as the command line makes one."""
        context = Context(
            actor_id=uuid4(), command_id=uuid4(), recorded_at=self.clock.at, effective_at=self.clock.at,
            correlation_id=uuid4(), causation_id="test",
        )  # fmt: skip

        def decide(unit: Any) -> dict[str, Any]:
            application = Identity(unit, self.service.views)
            return application.create_operator("Olga", mail, hashed(PASSWORD), existing=existing)

        answer = self.service.executor.execute_now(Command(context=context, decide=decide))
        self.settle()
        person_id: UUID = answer.body["person_id"]
        return person_id

    def messages(self) -> list[Message]:
        """What identity has told others so far."""
        told = [catalogue.read(one) for one in self.service.messages(0).messages]
        return [message for message in told if message is not None]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Identity, open."""
    opened = House(tmp_path)
    yield opened
    opened.service.stop()
