"""Events in process: its service over real stores, neighbours that say what they are told to, a clock that is moved."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.contracts.groups import GroupFounded, MemberAdmitted, MemberRoleGiven
from services.contracts.identity import ClaimCertified, PersonRegistered
from services.contracts.mall import LineRefunded, OrderPaid
from services.contracts.message import Message
from services.events.domain import Gathering, Registration, Seats
from services.events.service import blueprint
from services.kernel.blueprint import Surroundings
from services.kernel.domain import Fact, derived_id
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from tests.support.clocks import StillClock
from tests.support.other_service import OtherService
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, OPERATOR
from tests.support.stored import stores_at

__all__ = ["ANNA", "BORIS", "CHEN", "DORA", "ELSE", "GROUP", "NOON", "NOWHERE", "OPERATOR", "Hall", "crowd"]

GROUP, ELSE, LISTING, SELLER = UUID(int=0x60), UUID(int=0xE), UUID(int=0x11), UUID(int=0x5E)
MASTER = os.urandom(32)
NOWHERE = {"venue_name": None, "address": None, "latitude": None, "longitude": None, "online_url": None}


def crowd(many: int) -> list[UUID]:
    """So many people."""
    return [UUID(int=0x1000 + number) for number in range(many)]


class Hall:
    """``with Hall(tmp_path) as hall: hall.announced(capacity=2)``. ANNA owns the group, CHEN leads it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, StillClock()
        self.identity, self.groups, self.mall = (OtherService(name) for name in ("identity", "groups", "mall"))
        self.runner = asyncio.Runner()
        self.open()
        self.groups.say(GroupFounded(group_id=GROUP, owner_id=ANNA, threshold=None), NOON)
        self.groups.say(MemberAdmitted(group_id=GROUP, person_id=CHEN), NOON)
        self.groups.say(MemberRoleGiven(group_id=GROUP, person_id=CHEN, role="leader"), NOON)
        for person_id in (ANNA, BORIS, CHEN, DORA):
            self.identity.say(PersonRegistered(person_id=person_id), NOON)
        self.settle()

    def open(self) -> None:
        self.service = Service(blueprint, Surroundings(stores_at(self.folder), MASTER, self.clock, {}))
        self.service.hear([self.identity, self.groups, self.mall])

    def reopen(self) -> None:
        """As after a crash: only what is stored is still there."""
        self.service.stop()
        self.open()

    def __enter__(self) -> "Hall":
        return self

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self.runner.close()

    async def doing(self, name: str, actor_id: UUID, key: str | None = None, /, **fields: Any) -> dict[str, Any]:
        """What the door does with a command: check the form, decide, answer."""
        operation, path, given = self._given(name, fields)
        return await self.service.do(operation, _actor(actor_id), forms.load(operation, path, given), key)

    def do(self, name: str, actor_id: UUID, key: str | None = None, /, **fields: Any) -> dict[str, Any]:
        return self.runner.run(self.doing(name, actor_id, key, **fields))

    def ask(self, name: str, actor_id: UUID, /, **fields: Any) -> Any:
        """What the door does with a question, once all views are there."""
        self.settle()
        operation, path, given = self._given(name, fields)
        return self.service.ask_now(operation, _actor(actor_id), forms.load(operation, path, given))[0]

    def _given(self, name: str, fields: dict[str, Any]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        operation = self.service.by_name[name]
        given = orjson.loads(orjson.dumps(fields))
        return operation, {one: given.pop(one) for one in operation.path_schema._declared_fields if one in given}, given

    def settle(self) -> None:
        """Work until nothing is left to do at this moment."""
        while self.service.settle():
            pass

    def pass_time(self, **by: float) -> None:
        self.clock.at += timedelta(**by)
        self.settle()

    def announced(self, by: UUID = ANNA, **changes: Any) -> str:
        """A free gathering with two seats, a day from now."""
        starts_at = self.clock.at + timedelta(days=1)
        fields = {
            "group_id": GROUP, "title": "A morning at the lake", "description": "Bring a rod",
            "venue": {"venue_name": "Lake House", "online_url": "https://meet.example.org/lake"},
            "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3), "time_zone": "Asia/Shanghai",
            "capacity": 2,
        }  # fmt: skip
        return str(self.do("announce", by, **(fields | changes))["gathering_id"])

    def paid_gathering(self, **changes: Any) -> str:
        """The same for 20.00 a seat."""
        return self.announced(**({"price_minor": 2_000, "currency": "EUR"} | changes))

    def comes(self, gathering_id: str, person_id: UUID, seats: int = 1) -> str:
        """Somebody registers; the registration."""
        return str(self.do("register", person_id, gathering_id=gathering_id, seats=seats)["registration_id"])

    def pays(self, registration_id: str, order: int = 1, **changes: Any) -> UUID:
        """The mall says that the registration was paid for; the order."""
        registration, order_id = self.registration(registration_id), UUID(int=0x0D00 + order)
        line = {
            "line_id": str(derived_id("line", order)), "listing_id": str(LISTING), "quantity": registration.seats,
            "price_minor": 2_000, "freight_minor": 0, "group_id": None, "registration_id": registration_id,
        }  # fmt: skip
        self.hears(
            OrderPaid(
                order_id=order_id, checkout_id=UUID(int=0xC1), buyer_id=registration.person_id, seller_id=SELLER,
                currency="EUR", lines=[line | changes],
            )
        )  # fmt: skip
        return order_id

    def is_paid_back(self, registration_id: str, order_id: UUID, quantity: int = 1) -> None:
        """The mall says that the line was refunded."""
        registration, line_id = UUID(registration_id), UUID(int=0x17)
        self.hears(
            LineRefunded(
                order_id=order_id, line_id=line_id, listing_id=LISTING, quantity=quantity, amount_minor=2_000,
                currency="EUR", registration_id=registration,
            )
        )  # fmt: skip

    def hears(self, message: Message) -> None:
        """The mall says something."""
        self.mall.say(message, self.clock.at)
        self.settle()

    def certify(self, person_id: UUID) -> None:
        told: dict[str, Any] = {"kind": "real_name", "level": 2, "code": None, "valid_until": None}
        claim_id = derived_id("claim", person_id)
        self.identity.say(
            ClaimCertified(person_id=person_id, claim_id=claim_id, issuer_id=OPERATOR, **told), self.clock.at
        )
        self.settle()

    def registration(self, registration_id: str) -> Registration:
        found = self.service.store.load(Registration, UUID(registration_id))
        assert found is not None
        return found

    def states(self, *registration_ids: str) -> list[str]:
        """How they stand; of one that ended, why."""
        found = [self.registration(one) for one in registration_ids]
        return [one.reason or one.status for one in found]

    def seats(self, gathering_id: str) -> Seats:
        found = self.service.store.load(Seats, Seats.create_id(UUID(gathering_id)))
        assert found is not None
        return found

    def gathering(self, gathering_id: str) -> Gathering:
        found = self.service.store.load(Gathering, UUID(gathering_id))
        assert found is not None
        return found

    def code(self, registration_id: str) -> str:
        """What the ticket says."""
        person_id = self.registration(registration_id).person_id
        return str(self.ask("ticket", person_id, registration_id=registration_id)["code"])

    @property
    def facts(self) -> list[Fact]:
        return [recorded.fact for recorded in self.service.store.facts(0, 100_000)]

    def said(self, *names: str) -> list[Message]:
        """The messages of these names, in order."""
        made = [blueprint.publish(fact) for fact in self.facts]
        return [one for one in made if one is not None and one.NAME in names]


def _actor(person_id: UUID) -> Actor:
    return Actor(person_id, frozenset({"operator"} if person_id == OPERATOR else ()))
