"""Groups as a whole service in one process, a clock that stands still, an identity that says what it is told."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx

from services.contracts.identity import ClaimCertified, PersonRegistered
from services.contracts.message import Message
from services.groups.service import blueprint
from services.kernel.blueprint import Surroundings
from services.kernel.doors import forms
from services.kernel.doors.http import Door, application
from services.kernel.doors.limits import Rates
from services.kernel.doors.operation import Actor, Kind
from services.kernel.doors.tokens import Identified
from services.kernel.refusals import Refusal, Unauthenticated
from services.kernel.service import Service
from tests.support.clocks import StillClock
from tests.support.other_service import OtherService
from tests.support.scenario import NOON as NOON
from tests.support.scenario import OPERATOR as OPERATOR
from tests.support.stored import stores_at

Outcome = TypeVar("Outcome")
OWNER, REVIEWER, APPLICANT, OTHER, STRANGER, LEADER, MEMBER = (UUID(int=number) for number in range(0xA1, 0xA8))
PEOPLE = (OWNER, REVIEWER, APPLICANT, OTHER, STRANGER, LEADER, MEMBER)
NAMED_AND_OUTDOORS = {
    "all": [
        {"claim": "real_name", "level": 1},
        {"any": [{"claim": "industry", "level": 1, "code": "outdoors"}, {"invitation": True}]},
    ]
}
NEVER_HEARD_OF = UUID(int=0xDEAD)


class Rooms:
    """The service, and short ways to use it: fields go through the forms, as at the door."""

    def __init__(self, directory: Path) -> None:
        self.clock, self.identity = StillClock(), OtherService("identity")
        self.service = Service(blueprint, Surroundings(stores_at(directory), bytes(32), self.clock))
        self.service.hear([self.identity])
        for person_id in PEOPLE:
            self.identity.say(PersonRegistered(person_id=person_id), NOON)
        self.settle()

    def do(self, name: str, who: UUID, /, *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        """Carry out a command, then let every view catch up."""
        answer = run(self.doing(name, who, key=key, **fields))
        self.settle()
        return answer

    async def doing(self, name: str, who: UUID, /, *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        operation = self.service.by_name[name]
        return await self.service.do(operation, actor(who), self._loaded(name, fields), key)

    def ask(self, name: str, who: UUID, /, **fields: Any) -> Any:
        found, _ = run(self.service.ask(self.service.by_name[name], actor(who), self._loaded(name, fields)))
        return found

    def refusal(self, name: str, who: UUID, /, **fields: Any) -> Refusal:
        """The refusal of a command or a query; that it recorded nothing is checked as well."""
        before, is_query = self.service.recorder.position(), self.service.by_name[name].kind is Kind.QUERY
        try:
            self.ask(name, who, **fields) if is_query else self.do(name, who, **fields)
        except Refusal as refusal:
            assert self.service.recorder.position() == before
            return refusal
        raise AssertionError(f"{name} was not refused")

    def certify(
        self, person_id: UUID, kind: str, code: str | None = None, level: int = 1, until: datetime | None = None
    ) -> UUID:
        """Identity says that a claim is certified; returns the claim's id."""
        claim_id = UUID(int=0xC000 + len(self.identity.said))
        self.say(
            ClaimCertified(
                person_id=person_id,
                claim_id=claim_id,
                kind=kind,
                level=level,
                code=code,
                valid_until=until,
                issuer_id=OPERATOR,
            )
        )
        return claim_id

    def say(self, message: Message) -> None:
        """Identity says something, and groups hears it."""
        self.identity.say(message, self.clock.at)
        self.settle()

    def pass_time(self, **units: float) -> None:
        self.clock.at += timedelta(**units)

    def found(self, who: UUID = OWNER, **changes: Any) -> UUID:
        given: dict[str, Any] = {
            "name": "Quiet Trails", "purpose": "Walks.", "threshold": NAMED_AND_OUTDOORS, "rules": "Leave no trace.",
            "tags": ["outdoors"],
        }  # fmt: skip
        return UUID(self.do("found", who, **(given | changes))["group_id"])

    def seat(self, group_id: UUID, person_id: UUID, role: str | None = None) -> None:
        """A member, whatever the threshold, perhaps with a role."""
        self.do("record_member", OPERATOR, group_id=group_id, person_id=person_id, happened_at=NOON)
        if role is not None:
            self.do("give_role", OWNER, group_id=group_id, person_id=person_id, role=role)

    def settle(self) -> None:
        while self.service.settle():
            pass

    def _loaded(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        operation = self.service.by_name[name]
        named = operation.path_schema._declared_fields
        path = {key: str(value) for key, value in fields.items() if key in named}
        return forms.load(operation, path, {key: _plain(value) for key, value in fields.items() if key not in named})


class NamesTheActor:
    """A verifier for tests: the token is the person's id, and ``OPERATOR`` is an operator."""

    def verify(self, token: str) -> Identified:
        try:
            who = actor(UUID(token))
        except ValueError:
            raise Unauthenticated() from None
        return Identified(who.person_id, who.roles, UUID(int=0), NOON)


@contextmanager
def opened(directory: Path) -> Iterator[Rooms]:
    rooms = Rooms(directory)
    try:
        yield rooms
    finally:
        rooms.service.stop()


def client(rooms: Rooms, who: UUID | None = None) -> httpx.AsyncClient:
    """Somebody at the HTTP door; nobody in particular without ``who``."""
    routes = Door(rooms.service, NamesTheActor(), Rates("")).routes()  # type: ignore[arg-type]
    headers = {"authorization": f"Bearer {who}"} if who is not None else {}
    transport = httpx.ASGITransport(app=application(routes))
    return httpx.AsyncClient(transport=transport, base_url="http://groups", headers=headers)


def actor(who: UUID) -> Actor:
    return Actor(who, frozenset({"operator"}) if who == OPERATOR else frozenset())


def run(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    return asyncio.run(work)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
