"""The digest says what happened, and neither when it was recorded nor in which order or under which key."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.auditing import audit_stores
from services.kernel.domain import derived_id
from services.kernel.store.audit import Subject
from services.kernel.store.command import Command
from services.kernel.store.file_at_rest import FileAtRest
from tests.support import tally
from tests.support.scenario import ANNA, BORIS, NOON, context
from tests.support.services import NO_VIEWS, ByHand
from tests.support.tally import Tallies

SEALS, BOATS = UUID(int=0x70), UUID(int=0x71)
Step = tuple[str, Callable[[Tallies], Any], dict[str, Any]]


def opens(tally_id: UUID, name: str, **more: Any) -> Step:
    """A tally whose id is known beforehand, as in an import."""
    return f"open {tally_id}", lambda tallies: tallies.unit.add(tally.Tally(tally_id, name)), more


def counts(tally_id: UUID, number: int, note: str | None = None, **more: Any) -> Step:
    return f"count {tally_id} {number}", lambda tallies: tallies.count(tally_id, note), more


STORY = [opens(SEALS, "seals"), counts(SEALS, 1, "grey"), counts(SEALS, 2), opens(BOATS, "boats"), counts(BOATS, 1)]


def run(folder: Path, steps: Sequence[Step], recorded_at: datetime = NOON, correlation: int = 1) -> ByHand:
    """Carry out the steps, each under an id of its own that is the same in every run."""
    hand = ByHand(folder)
    for name, decide, more in steps:
        times = {"recorded_at": recorded_at, "effective_at": NOON}
        when = {"actor_id": ANNA, **times, "correlation_id": UUID(int=correlation)} | more
        made = context(command_id=derived_id(name), **when)
        hand.carry_out(
            Command(context=made, digest=b"", decide=lambda unit, decide=decide: decide(Tallies(unit, NO_VIEWS)) or {})
        )
    return hand


def digest(folder: Path) -> str:
    opened = partial(FileAtRest, folder / "facts.db")
    subject = Subject(service="tally", where="tally", open=opened, due=tally.due, invariants=lambda _: [])
    report = audit_stores([subject], lambda: NOON)
    assert report.findings == []
    assert report.digest is not None
    return report.digest


def digest_of(folder: Path, steps: Sequence[Step], **how: Any) -> str:
    run(folder, steps, **how).close()
    return digest(folder)


@pytest.fixture
def before(tmp_path: Path) -> str:
    return digest_of(tmp_path / "before", STORY)


def test_is_the_same_whatever_the_order_of_independent_commands(tmp_path: Path, before: str) -> None:
    assert digest_of(tmp_path / "after", [STORY[3], STORY[0], STORY[4], STORY[1], STORY[2]]) == before


def test_is_the_same_whenever_it_was_recorded_and_whatever_it_belonged_to(tmp_path: Path, before: str) -> None:
    later = NOON + timedelta(days=3)
    assert digest_of(tmp_path / "after", STORY, recorded_at=later, correlation=9) == before


def test_is_the_same_when_a_run_was_stopped_and_repeated(tmp_path: Path, before: str) -> None:
    for upto in (2, 4, 5):
        run(tmp_path / "after", STORY[:upto]).close()
    assert digest(tmp_path / "after") == before


def test_is_the_same_when_somebody_was_forgotten(tmp_path: Path, before: str) -> None:
    hand = run(tmp_path / "after", STORY)
    hand.keys.forget(str(ANNA))
    hand.close()
    assert digest(tmp_path / "after") == before


@pytest.mark.parametrize(
    "steps",
    [
        STORY[:-1],
        [*STORY, counts(BOATS, 2)],
        [opens(SEALS, "Seals"), *STORY[1:]],
        [opens(SEALS, "seals", actor_id=BORIS), *STORY[1:]],
        [opens(SEALS, "seals", on_behalf_of=BORIS), *STORY[1:]],
        [opens(SEALS, "seals", effective_at=NOON - timedelta(days=1)), *STORY[1:]],
        [opens(BOATS, "seals"), *(counts(BOATS, n) for n in (1, 2)), opens(SEALS, "boats"), counts(SEALS, 1)],
        [STORY[0], counts(SEALS, 1), *STORY[2:]],
    ],
    ids=["less", "more", "a field", "an actor", "on behalf", "a time", "an id", "whether something was said"],
)
def test_is_another_one_when_something_else_happened(tmp_path: Path, before: str, steps: list[Step]) -> None:
    assert digest_of(tmp_path / "after", steps) != before
