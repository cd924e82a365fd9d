"""F-11, F-12: a reader at a real broker is told everything up to ten times, in any order, and dies now and then."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest.mock import patch
from uuid import UUID

from services.contracts import catalogue
from services.kernel.flow import wire
from services.kernel.flow.broker_intake import BrokerIntake
from services.kernel.flow.publisher import Publisher
from services.kernel.flow.wire import Wired
from services.kernel.service import Service
from tests.support.broker_reader import listening, settled
from tests.support.crashing import CrashAt
from tests.support.neighbours import SAID, PersonCounted
from tests.support.servers.provisioning import Servers
from tests.support.spoken import SOURCE, Listener, Place, SpokenLog
from tests.support.tally import Tallies, Tally
from tests.support.waiting import until

from .checks import Wrongs
from .outcome import Outcome

WINDOW, COPIES, AT_ONCE, EACH = 50, 10, 20, 2
PEOPLE = ("ann", "ben", "cho", "dan", "eva")
EVERYTHING = 100_000
Bug = Callable[[], AbstractContextManager[object]]


class Counting(Listener):
    """Counts along, on a new tally after every other message."""

    def _react(self, application: Tallies, message: PersonCounted, place: Place) -> None:
        tally_id = UUID(int=0xEC40_0000 + place.position // EACH)
        mine = application.unit.find(Tally, tally_id)
        if mine is None:
            mine = Tally(tally_id=tally_id, name=str(tally_id))
            application.unit.add(mine)
        mine.count_one(message.person_id, None)


@dataclass
class _Told:
    """What is told, to whom."""

    url: str
    log: SpokenLog
    chance: Random
    publisher: Publisher
    position: int = 0
    deliveries: int = 0
    left: list[Wired] = field(default_factory=list)

    def prepare(self, messages: int) -> None:
        """So many new messages, each up to ten times, in any order."""
        self.log.say(*(self.chance.choice(PEOPLE) for _ in range(messages)))
        new = [one for one in self.log.said if one.position > self.position]
        before = [self.position, *(one.position for one in new)]
        wired = [wire.message(one, previous) for one, previous in zip(new, before, strict=False)]
        deliveries = [one for one in wired for _ in range(self.chance.randint(1, COPIES))]
        self.chance.shuffle(deliveries)
        self.left, self.position = deliveries, self.log.head
        self.deliveries += len(deliveries)

    def deliver(self) -> None:
        """A few of what is left."""
        if self.left:
            self.publisher.publish(self.left[:AT_ONCE])
            self.left = self.left[AT_ONCE:]


def told_again(servers: Servers, folder: Path, windows: int, seed: int, bug: Bug = nullcontext) -> Outcome:
    """So many times fifty messages, while the reader dies at any place; then everything is compared."""
    outcome = Outcome("F-11, F-12", "deliveries doubled up to ten times and in any order, a reader that dies")
    url, listener, deaths = servers.rabbitmq().new_url(), Counting(), 0
    with counting_is_understood(), bug(), closing(Publisher(url, SOURCE)) as publisher:
        told = _Told(url, SpokenLog(), Random(seed), publisher)
        _live(listener, folder, told, 0)  # its queue is there
        for _ in range(windows):
            told.prepare(WINDOW)
            while _live(listener, folder, told, told.chance.choice([0, *[told.chance.randint(1, 6)] * 3])):
                deaths += 1
        with listener.opened(folder, told.log) as service:
            outcome.wrongs = _wrongs(listener, service, told.log.head)
    outcome.times, outcome.answered = told.deliveries, told.log.head
    outcome.said = f"the reader died {deaths} times"
    return outcome


def _live(listener: Listener, folder: Path, told: _Told, dies_at: int) -> bool:
    """Listen until there is nothing left to do, or to the death; whether it was the death."""
    crash = CrashAt(dies_at)
    with listener.opened(folder, told.log) as service:
        crash.install(service)
        with listening(service, told.url) as intake:
            assert until(lambda: crash.happened or _is_done(service, intake, told)), intake.trouble
    return crash.happened


def _is_done(service: Service, intake: BrokerIntake, told: _Told) -> bool:
    told.deliver()
    worked = intake.step()
    return not (worked or told.left) and settled(intake)() and service.intakes[0].position >= told.log.head


def _wrongs(listener: Listener, service: Service, head: int) -> Wrongs:
    wrongs, expected = Wrongs(), list(range(1, head + 1))
    facts = [recorded.fact for recorded in service.store.facts(0, EVERYTHING)]
    reacted = [int(fact.meta[4].rpartition(":")[2]) for fact in facts if isinstance(fact, Tally.Counted)]
    for what, found in (("the view", listener.positions(service)), ("the reactions", reacted)):
        wrongs += compare(what, found, expected)
    wrongs.broken += [f"{row.name} is parked: {row.cause}" for row in service.recorder.parked(10)]
    return wrongs


def compare(what: str, found: Sequence[int], expected: Sequence[int]) -> Wrongs:
    """What was heard of, in its order, against what was said."""
    once = list(dict.fromkeys(found))
    missing, repeated = sorted(set(expected) - set(once)), len(found) - len(once)
    return Wrongs(
        lost=[f"{what} lack {missing[:5]}"] if missing else [],
        twice=[f"{what} have {repeated} twice"] if repeated else [],
        out_of_order=[] if once == sorted(once) else [f"{what} are out of order"],
    )


@contextmanager
def counting_is_understood() -> Iterator[None]:
    """These messages are in the catalogue for as long as the block lasts."""
    with patch.dict(catalogue.MESSAGES, {one.type_name(): one for one in SAID.values()}):
        yield
