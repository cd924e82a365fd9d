"""F-07: one writer whose answers are lost, again and again: before, while, or after they are stored."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from services.kernel.domain import Unready, derived_id
from services.kernel.store.command import Command
from services.kernel.store.eventstore import EventStore
from services.kernel.store.executor import Executor
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyStore
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.sealing import SealingMapper
from tests.support import tally
from tests.support.own_databases import OwnDatabases
from tests.support.scenario import ANNA, context
from tests.support.servers.provisioning import Servers
from tests.support.services import MASTER_KEY
from tests.support.tally import Tallies

from .checks import compare
from .journal import Journal
from .outcome import Outcome
from .stored import read_store
from .wire import Moment, Wire, Wires

COUNTS_EACH = 20
MOST_TRIES = 100


def lost_answers(servers: Servers, folder: Path, times: int, *, remembers: bool = True) -> Outcome:
    """Lose so many answers of the database. Without ``remembers`` the key of a command is not looked at."""
    outcome = Outcome("F-07", "answer lost before, while or after it is stored", times)
    with _databases(servers) as databases, Wires() as wires:
        wire, url = through(wires, databases.database_of("tally"))
        journal = Journal(folder / "writer.jsonl")
        with _executor(folder, url) as executor:
            _Writer(executor, journal, wire, remembers).count(times)
        asked = journal.asked()
        with databases.superuser() as session:
            outcome.wrongs = compare(asked, {"tally": read_store("tally", session)})
    outcome.answered, outcome.times = len(asked), wire.lost_answers
    outcome.longest_seconds = journal.waited_seconds
    outcome.said = f"{sum(one.unknowns for one in asked)} answers unknown"
    return outcome


def through(wires: Wires, url: str) -> tuple[Wire, str]:
    """A wire to the server of an address, and the address through it."""
    parts = urlsplit(url)
    wire = wires.to(parts.hostname or "", parts.port or 0, is_overheard=True)
    login = parts.netloc.rpartition("@")[0]
    return wire, urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{wire.port}"))


@dataclass
class _Writer:
    executor: Executor
    journal: Journal
    wire: Wire
    remembers: bool

    def count(self, times: int) -> None:
        """Count until so many answers are lost: now and then two of the same command."""
        chance, names = Random(times), count(1)
        while self.wire.lost_answers < times:
            name = f"tally {next(names)}"
            opened = self._ask(name, "open_tally", lambda tallies: tallies.open_tally(name))  # noqa: B023  asked now
            tally_id = UUID(str(opened["tally_id"]))
            for number in range(COUNTS_EACH):
                moments = chance.choices(list(Moment), k=chance.choice([1, 1, 1, 2]))
                self.wire.lose_answers(iter(moments))
                self._ask(f"{name}.{number}", "count", lambda tallies: tallies.count(tally_id))  # noqa: B023

    def _ask(self, key: str, operation: str, decide: Callable[[Tallies], dict[str, Any]]) -> dict[str, Any]:
        self.journal.sent(key, "tally", operation, ANNA)
        command = Command(
            context=context(ANNA, command_id=derived_id(ANNA, "tally", operation, key)),
            decide=lambda unit: decide(Tallies(unit, None)),  # type: ignore[arg-type]
            digest=b"" if self.remembers else None,
        )
        for _ in range(MOST_TRIES):
            try:
                answer = self.executor.execute_now(command)
            except Unready as unready:
                self.journal.unknown(key, repr(unready))
                continue
            self.journal.answered(key, f"tally:{answer.position}")
            return answer.body
        raise AssertionError(f"{key} was never answered")


@contextmanager
def _databases(servers: Servers) -> Iterator[OwnDatabases]:
    made = OwnDatabases(servers.postgres())
    made.migrate()
    try:
        yield made
    finally:
        made.drop()


@contextmanager
def _executor(folder: Path, url: str) -> Iterator[Executor]:
    recorder = DatabaseRecorder(url, "agora-tally")
    keys = KeyStore(KeyFile(folder / "keys.db"), MASTER_KEY, "tally")
    executor = Executor(EventStore(recorder, SealingMapper(keys)), tally.due)
    executor.commits.start("tally")
    try:
        yield executor
    finally:
        executor.close()
        keys.close()
        recorder.close()
