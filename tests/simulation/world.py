"""One history: a platform, people who use it, and everything that goes wrong."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import UUID

import orjson
from sqlalchemy import select

from services.composition import SERVICES
from services.identity.mail.outgoing import outgoing
from services.identity.tokens import TokenIssuer
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.refusals import Refusal, Unready
from services.kernel.store.unit import DecisionGaveUp
from services.mall.domain.order import Order
from services.mall.domain.payout import AWAITING
from services.mall.projections.payouts import payouts
from tests.rooms.mall.provider_double import SECRET, ProviderDouble, callback_request
from tests.support.clocks import StillClock

from .banks import Banks
from .bus import Bus
from .chance import Chance, Crash, same_ids
from .house import House
from .one_thread import one_thread
from .town import Town
from .wishes import Wish

MEMORY = Path("/dev/shm")
STEPS = 600
MOST_ROUNDS = 3_000
LIVED = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody was answered."""

    wish: Wish
    answer: dict[str, Any]


class World:
    """``with World(seed) as world: world.live(); world.come_right()``; then look at what is there."""

    def __init__(self, seed: int) -> None:
        self.chance, self.clock, self.provider = Chance(seed), StillClock(), ProviderDouble()
        self._held = ExitStack()
        self._held.enter_context(same_ids(seed))
        self._held.enter_context(one_thread(self._commit, self.chance))
        folder = TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.directory = Path(self._held.enter_context(folder))
        self._runner = self._held.enter_context(asyncio.Runner())
        self.banks = Banks(self.chance, self.provider, self._call_back)
        self.bus, self.town = Bus(self.chance), Town(self.chance, self.clock.now, self._looked_up, self._waiting)
        self.houses: dict[str, House] = {}
        extras = self._extras()
        for name in SERVICES:
            self.houses[name] = House(name, self.directory, self.bus, self.clock, self.houses, extras)
        self.answered: list[Answered] = []
        self.open_wishes: list[Wish] = self.town.beginning()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for house in self.houses.values():
            house.close()
        self._held.close()

    def live(self, steps: int = STEPS) -> None:
        """Things happen, and things go wrong."""
        for _ in range(steps):
            house = self.chance.one_of(list(self.houses.values()))
            if house.service is None:
                with self._may_die(house):
                    house.open()
            elif self.chance.once_in(3):
                self._use(house)
            else:
                with self._may_die(house):
                    house.step()
            self._pass_time()

    def come_right(self) -> None:
        """Nothing fails any more: everything that was begun comes to its end, holds and reservations included."""
        self.chance.faults = False
        until = self.clock.at + LIVED
        self.provider.faults.clear()
        self.banks.come_right()
        for house in self.houses.values():
            if house.service is None:
                house.open()
        for _ in range(MOST_ROUNDS):
            self.banks.step()
            self.open_wishes.extend(self.town.approvals())
            self._ask_again(None)
            if sum(house.all_steps() for house in self.houses.values()) == 0 and not self.open_wishes:
                if self.clock.at > until:
                    return
                self.clock.at += timedelta(hours=13)
        raise AssertionError("it never comes to rest")

    @contextmanager
    def _may_die(self, house: House) -> Iterator[None]:
        try:
            yield
        except Crash:
            house.die()

    def _commit(self) -> int:
        opened = (house for house in self.houses.values() if house.service is not None)
        return sum(house.service.executor.commits.step() for house in opened if house.service is not None)

    def _pass_time(self) -> None:
        self.clock.at += timedelta(milliseconds=self.chance.between(1, 3_000))
        if self.chance.once_in(20):
            self.clock.at += timedelta(minutes=self.chance.between(1, 20))
        if self.chance.once_in(40):
            self.clock.at += timedelta(hours=self.chance.between(1, 100))
        if self.chance.once_in(5):
            self.banks.step()

    def _use(self, house: House) -> None:
        if self.chance.once_in(3) and self._ask_again(house):
            return
        wishes = [wish for wish in (self.town.wish() for _ in range(self.chance.between(1, 4))) if wish]
        self._ask_together([wish for wish in wishes if wish.service == house.name])
        for wish in wishes:
            if wish.service != house.name:
                self._ask_together([wish])

    def _ask_again(self, house: House | None) -> bool:
        """Whoever got no answer asks again, under the same key."""
        mine = [wish for wish in self.open_wishes if house is None or wish.service == house.name]
        for wish in mine:
            self.open_wishes.remove(wish)
            self._ask_together([wish])
        return bool(mine)

    def _ask_together(self, wishes: Sequence[Wish]) -> None:
        """At the same moment, at one service."""
        house = self.houses[wishes[0].service] if wishes else None
        if house is None:
            return
        if house.service is None:
            self.open_wishes.extend(wishes)
            return
        with self._may_die(house):
            outcomes = self._runner.run(self._asked(house, wishes))
            for wish, outcome in zip(wishes, outcomes, strict=True):
                self._note(wish, outcome)
            if any(isinstance(outcome, Crash) for outcome in outcomes):
                raise Crash

    async def _asked(self, house: House, wishes: Sequence[Wish]) -> list[Any]:
        return await asyncio.gather(*(self._doing(house, wish) for wish in wishes), return_exceptions=True)

    async def _doing(self, house: House, wish: Wish) -> dict[str, Any]:
        assert house.service is not None
        operation = house.service.by_name[wish.operation]
        given = orjson.loads(orjson.dumps(wish.fields))
        path = {name: given.pop(name) for name in operation.path_schema._declared_fields if name in given}
        answer = await house.service.do(operation, wish.actor, forms.load(operation, path, given), wish.key)
        self.chance.may_die(100)  # it is stored, and nobody hears of it
        return answer

    def _note(self, wish: Wish, outcome: Any) -> None:
        if isinstance(outcome, dict):
            self.answered.append(Answered(wish, outcome))
            wish.known(outcome)
        elif isinstance(outcome, Crash | Unready | DecisionGaveUp):
            self.open_wishes.append(wish)
        elif not isinstance(outcome, Refusal):
            raise outcome

    def _call_back(self, event_id: str, kind: str, document: dict[str, Any]) -> bool:
        """Whether it was confirmed. What contradicts what is known stays in the provider's list, for a person."""
        mall = self.houses["mall"]
        if mall.service is None:
            return False
        operation = mall.service.by_name["payment_callback"]
        request = callback_request(event_id, kind, document)
        with self._may_die(mall), suppress(Unready, DecisionGaveUp):
            answer = self._runner.run(operation.does(mall.service, request, Actor()))
            return bool(answer.status_code == 204)
        return False

    def _looked_up(self, order_id: str) -> Order | None:
        mall = self.houses["mall"].service
        return mall.store.load(Order, UUID(order_id)) if mall is not None else None

    def _waiting(self) -> list[str]:
        """Payouts that wait for two operators, as far as the views of the mall show."""
        mall = self.houses["mall"].service
        if mall is None:
            return []
        with mall.views.glancing() as connection:
            found = connection.execute(select(payouts.c.payout_id).where(payouts.c.state == AWAITING))
            return sorted(found.scalars())

    def _extras(self) -> dict[str, Any]:
        mail = outgoing("", "agora@localhost", self.directory / "mail")
        return {
            "provider": self.provider, "callback_url": "http://mall.test/payments/callback", "callback_secret": SECRET,
            "issuer": TokenIssuer(self.directory / "identity" / "token.key"), "mail": mail,
            "reset_url": "http://localhost/reset", "settings": None,
        }  # fmt: skip
