"""SIGKILL at random moments, a dozen times: nothing acknowledged is lost, nothing is there twice, nothing is broken."""

import asyncio
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from services.kernel.domain import derived_id
from services.kernel.flow.progress import Progress
from services.kernel.flow.pump import Pump
from services.kernel.flow.views import Views
from services.kernel.service import Service
from services.kernel.store.chain import verify
from services.kernel.store.commit import GroupCommit, Ticket
from tests.support.counting_program import Journal, one_round
from tests.support.scenario import ANNA
from tests.support.services import open_service, opened, settle
from tests.support.tally import TalliesView

KILLS = 12
MOST_ROUNDS = 60
ROOT = Path(__file__).parents[2]


def run_and_kill(directory: Path, journal: Path, rounds: int) -> None:
    """Let the program acknowledge so many rounds, then kill it wherever it is by then; at 0, while it starts."""
    program = [sys.executable, "-m", "tests.support.counting_program", str(directory), str(journal)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    for _ in range(rounds):
        if not process.stdout.readline():
            break
    process.kill()
    _, complaint = process.communicate()
    assert process.returncode == -9, complaint


def keys_of(number: int) -> list[object]:
    """The commands of one round: opened once, counted twice."""
    return [
        derived_id(ANNA, "tally", operation, key)
        for operation, key in (("open_tally", f"{number}"), ("count", f"{number}.0"), ("count", f"{number}.1"))
    ]


def check(service: Service, journal: Journal, beside: Path) -> int:
    """Every promise of the store; returns how many facts there are."""
    facts = [recorded.fact for recorded in service.store.facts(0, 1_000_000)]
    effects = Counter(fact.meta[2] for fact in facts)
    for number in journal.acknowledged:
        assert [effects.pop(str(command_id), 0) for command_id in keys_of(number)] == [1, 1, 1]
    for number in journal.begun - journal.acknowledged:
        done = [effects.pop(str(command_id), 0) for command_id in keys_of(number)]
        assert done in ([0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1])
    assert not effects, "nothing is there that nobody sent"
    assert verify(service.recorder.rows(), service.recorder.head()) == len(facts)
    settle(service)
    assert rebuilt(service, beside) == service.views.digests()
    return len(facts)


def rebuilt(service: Service, path: Path) -> dict[str, str]:
    views = Views.in_file(path, [TalliesView()])
    pump = Pump("tally", service.store, views, Progress())
    while pump.step():
        pass
    digests = views.digests()
    views.close()
    return digests


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    acknowledged = 0
    for number in range(KILLS):
        rounds = 0 if number == 5 else chance.randint(1, MOST_ROUNDS)
        run_and_kill(tmp_path / "data", tmp_path / "journal", rounds)
        with opened(tmp_path / "data") as service:
            journal = Journal.read(tmp_path / "journal")
            check(service, journal, tmp_path / f"{number}.db")
        assert len(journal.acknowledged) >= acknowledged + rounds, f"seed {seed}, kill {number}"
        acknowledged = len(journal.acknowledged)


async def at_once(_: Ticket) -> None:
    """Waits for nothing."""


def test_what_is_answered_before_it_is_stored_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same check, on a store whose answers do not wait for the disk: it must find the loss."""
    journal = Journal(tmp_path / "journal", begun={1}, acknowledged={1})
    with monkeypatch.context() as patched:
        patched.setattr(GroupCommit, "start", lambda self, name: None)
        patched.setattr(Ticket, "settled", at_once)
        service = open_service(tmp_path / "data")
        asyncio.run(one_round(service, 1))
        service.stop()
    with opened(tmp_path / "data") as service, pytest.raises(AssertionError):
        check(service, journal, tmp_path / "beside.db")


def test_what_was_never_acknowledged_may_be_there_or_not(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as service:
        asyncio.run(one_round(service, 1))
        journal = Journal(tmp_path / "journal", begun={1, 2}, acknowledged={1})
        assert check(service, journal, tmp_path / "beside.db") == 3
        journal.begun.remove(1)
        journal.acknowledged.remove(1)
        with pytest.raises(AssertionError, match="nobody sent"):
            check(service, journal, tmp_path / "again.db")
