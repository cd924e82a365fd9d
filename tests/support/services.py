"""A service of tallies in a directory, and an executor whose batches go to disk when the test says so."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from services.kernel.blueprint import Blueprint, Surroundings
from services.kernel.clock import Clock
from services.kernel.domain import Fact
from services.kernel.service import Service
from services.kernel.store.command import Answer, Command
from services.kernel.store.commit import Ahead, Ticket
from services.kernel.store.eventstore import EventStore
from services.kernel.store.executor import Executor
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyStore
from services.kernel.store.sealing import SealingMapper
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support import tally
from tests.support.clocks import StillClock
from tests.support.scenario import ANNA, context
from tests.support.stored import stores_at
from tests.support.tally import Tallies, Tally

MASTER_KEY = bytes(range(32))
NO_VIEWS: Any = None
NOTE = "at the old lighthouse, 7th step"


def open_service(
    directory: Path, blueprint: Blueprint = tally.blueprint, clock: Clock | None = None, master: bytes = MASTER_KEY
) -> Service:
    """A service without workers; whoever opens it stops it."""
    return Service(blueprint, Surroundings(stores_at(directory), master, clock or StillClock()))


@contextmanager
def opened(directory: Path, blueprint: Blueprint = tally.blueprint, clock: Clock | None = None) -> Iterator[Service]:
    """A service without workers, for as long as the block lasts."""
    service = open_service(directory, blueprint, clock)
    try:
        yield service
    finally:
        service.stop()


def settle(*services: Service) -> None:
    """Work until nothing is left to do."""
    while sum(service.settle() for service in services):
        pass


def at_once(service: Service, commands: list[Command]) -> list[Any]:
    """The outcomes of commands that are all on their way at the same time, on one event loop."""

    async def gather() -> list[Any]:
        return await asyncio.gather(*map(service.executor.execute, commands), return_exceptions=True)

    return asyncio.run(gather())


def command(decide: Callable[[Tallies], Any], command_id: UUID | None = None, **more: Any) -> Command:
    """A command of Anna's on the tallies; ``digest`` as in Command, empty unless given."""
    return Command(
        context=context(ANNA, command_id=command_id or uuid4()),
        decide=lambda unit: decide(Tallies(unit, NO_VIEWS)) or {},
        **({"digest": b""} | more),
    )


def opening(name: str = "seals", command_id: UUID | None = None) -> Command:
    """Open a tally."""
    return command(lambda tallies: tallies.open_tally(name), command_id)


def counting(tally_id: UUID, command_id: UUID | None = None, **more: Any) -> Command:
    """Count one more."""
    return command(lambda tallies: tallies.count(tally_id), command_id, **more)


def noting(tally_id: UUID, note: str | None = NOTE, person_id: UUID = ANNA) -> Command:
    """Count for a person, with a note of hers."""
    return command(lambda tallies: tallies.unit.get(Tally, tally_id, ValueError()).count_one(person_id, note))  # type: ignore[arg-type]


def closing(tally_id: UUID) -> Command:
    """Close a tally."""
    return command(lambda tallies: tallies.close(tally_id))


def counted(outcome: Answer | Exception) -> int:
    """The count that an answer tells; an assertion fails when it is none."""
    assert isinstance(outcome, Answer), outcome
    return int(outcome.body["count"])


class UnderWay:
    """One command on its way: decided, waiting for its batch, or with an outcome."""

    def __init__(self, steps: Iterator[Ahead]) -> None:
        self._steps = steps
        self._ticket: Ticket | None = None
        self.outcome: Answer | Exception | None = None
        self.go_on()

    def go_on(self) -> Self:
        """Go on until it waits for a batch, or has its outcome."""
        while self.outcome is None and (self._ticket is None or self._ticket.done):
            try:
                self._ticket = next(self._steps).ticket
            except StopIteration as end:
                self.outcome = end.value
            except Exception as refused:  # noqa: BLE001  whatever it was is the outcome
                self.outcome = refused
        return self

    @property
    def answer(self) -> Answer:
        """The answer it came to; an assertion fails when it did not."""
        assert isinstance(self.outcome, Answer), self.outcome
        return self.outcome


class ByHand:
    """The store and the executor of the tallies on a directory, without a leader: batches go to disk by ``commit``.

    Two of them on one directory are two processes that do not know of one another.
    """

    def __init__(self, directory: Path, recorder: SQLiteRecorder | None = None) -> None:
        self.recorder = recorder or SQLiteRecorder(directory / "facts.db")
        self.keys = KeyStore(KeyFile(directory / "keys.db"), MASTER_KEY, "tally")
        self.store = EventStore(self.recorder, SealingMapper(self.keys))
        self.executor = Executor(self.store, tally.due)

    def decide(self, command: Command) -> UnderWay:
        """Decide a command; what it stores waits for ``commit``."""
        return UnderWay(self.executor._steps(command))

    def commit(self) -> int:
        """Store one batch; returns how many entries were settled."""
        return self.executor.commits.step()

    def finish(self, *under_way: UnderWay) -> list[Answer | Exception]:
        """Commit until all of them have their outcome."""
        while [one for one in under_way if one.go_on().outcome is None]:
            assert self.commit(), "waits for something that was never handed in"
        return [one.outcome for one in under_way if one.outcome is not None]

    def carry_out(self, command: Command) -> Answer:
        """Decide, store, answer; raises its refusal."""
        (outcome,) = self.finish(self.decide(command))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def open_tally(self, name: str = "seals") -> UUID:
        """Open a tally and store it."""
        return UUID(str(self.carry_out(opening(name)).body["tally_id"]))

    def facts(self) -> list[Fact]:
        """All that is stored."""
        return [recorded.fact for recorded in self.store.facts(0, 10_000)]

    def kinds(self) -> list[str]:
        """The names of all that is stored, in order."""
        return [type(fact).__name__ for fact in self.facts()]

    def close(self) -> None:
        """Let go of the files."""
        self.keys.close()
        self.recorder.close()
