"""One service of a simulated platform: everything a worker of it does, one step at a time, until it dies."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from services.composition import blueprint_of
from services.kernel.blueprint import Surroundings
from services.kernel.files import Files
from services.kernel.flow import wire
from services.kernel.flow.broker_intake import BrokerIntake
from services.kernel.flow.intake import BATCH, Source
from services.kernel.flow.outbox import Page
from services.kernel.flow.relay import Relay
from services.kernel.refusals import Unready
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow, Entry
from tests.support.clocks import StillClock

from .bus import Bus, Outlet, Queue
from .chance import Chance

PAGE = 7


class LogOf:
    """``Source``: another service's messages, asked for across a network; nobody answers while it is down."""

    def __init__(self, source: str, houses: dict[str, "House"], chance: Chance) -> None:
        self.source, self._houses, self._chance = source, houses, chance

    def messages(self, after: int, limit: int = BATCH) -> Page:
        """A short page. Raises Unready."""
        house = self._houses[self.source]
        if house.service is None or self._chance.goes_wrong(20):
            raise Unready()
        return house.service.messages(after, min(limit, PAGE))


class AskingInTurn:
    """``Asking`` without a thread: the answer comes when it comes."""

    def __init__(self, source: LogOf, chance: Chance) -> None:
        self._source, self._chance = source, chance
        self._after: int | None = None

    def ask(self, after: int) -> None:
        """See Asking."""
        self._after = after

    def answer(self) -> Page | Exception | None:
        """See Asking."""
        if self._after is None or self._chance.goes_wrong(3):
            return None
        after, self._after = self._after, None
        try:
            return self._source.messages(after)
        except Unready as unready:
            return unready

    def close(self) -> None:
        """Nothing to end."""


class House:
    """A service that can be opened on its directory again and again. ``service`` is None while it is down."""

    def __init__(
        self, name: str, directory: Path, bus: Bus, clock: StillClock, houses: dict[str, "House"],
        extras: dict[str, Any],
    ) -> None:  # fmt: skip
        self.name, self._directory, self._bus, self._clock = name, directory, bus, clock
        self._houses, self._chance, self._extras = houses, bus.chance, extras
        self.service: Service | None = None
        self.deaths = 0
        self._steps: list[Callable[[], object]] = []
        self._intake: BrokerIntake | None = None

    def open(self) -> None:
        """On what is stored. Raises Crash: it may die while it starts."""
        surroundings = Surroundings(Files(self._directory), bytes(32), self._clock, self._extras)
        service = Service(blueprint_of(self.name), surroundings)
        service.clockwork.close()
        service.clockwork._pool = None
        self.service = service
        self._may_die_at(service)
        service.hear([self._log_of(name) for name in sorted(service.blueprint.hears)])
        relay = Relay(self.name, service.outbox, service.recorder, Outlet(self._bus, self.name), batch=PAGE)
        self._steps = [
            service.pump.step, relay.step, relay.step, service.clockwork.step, service.snapshots.step,
            service.forgetting.step,
        ]  # fmt: skip
        if service.intakes:
            self._intake = self._listening(service)
            self._steps += [self._intake.step] * 4

    def step(self) -> None:
        """One step of one loop, as ``Loop`` does it: what fails is tried again later. Raises Crash."""
        with suppress(Exception):
            self._chance.one_of(self._steps)()

    def all_steps(self) -> int:
        """Each of them once, without faults; how much there was to do."""
        return sum(int(step() or 0) for step in self._steps)  # type: ignore[call-overload]

    def die(self) -> None:
        """Everything that is not stored is gone; what it had received comes again."""
        self.deaths += 1
        self.close()

    def close(self) -> None:
        """Let go of the files, and do nothing else."""
        service, self.service = self.service, None
        if self._intake is not None:
            self._intake.close()
            self._intake = None
        if service is not None:
            service.views.close()
            service.keys.close()
            service.recorder.close()

    def _log_of(self, name: str) -> Source:
        return LogOf(name, self._houses, self._chance)

    def _listening(self, service: Service) -> BrokerIntake:
        intake = BrokerIntake(self.name, service.intakes, "amqp://simulated", clock=self._seconds)
        exchanges = sorted({wire.exchange_of(source) for source in intake.streams})
        intake._queue = Queue(self._bus, self.name, exchanges)  # type: ignore[assignment]
        for stream, one in zip(intake.streams.values(), service.intakes, strict=True):
            stream._asking = AskingInTurn(one.source, self._chance)  # type: ignore[arg-type, assignment]
        return intake

    def _seconds(self) -> float:
        return self._clock.at.timestamp()

    def _may_die_at(self, service: Service) -> None:
        """Before and after everything that is stored."""
        recorder, views, may_die = service.recorder, service.views, self._chance.may_die
        append, postpone, writing = recorder.append, recorder.postpone, views.writing

        def dying_append(entries: Sequence[Entry]) -> list[int]:
            may_die()
            positions = append(entries)
            may_die()
            return positions

        def dying_postpone(row: DueRow, until: Any) -> None:
            may_die()
            postpone(row, until)
            may_die()

        @contextmanager
        def dying_writing() -> Iterator[Connection]:
            with writing() as connection:
                may_die()
                yield connection
                may_die()
            may_die()

        recorder.append = dying_append  # type: ignore[method-assign]
        recorder.postpone = dying_postpone  # type: ignore[method-assign]
        views.writing = dying_writing  # type: ignore[method-assign]
