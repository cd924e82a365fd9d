"""What happens between a decision and the disk, one step at a time: batches fail, and nothing is built on them.

Two ``ByHand`` on one directory are two processes. ``ours`` decides ahead of the disk, ``theirs`` comes first.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from services.kernel.refusals import Unready
from services.kernel.store import sqlite_append
from services.kernel.store.clashes import SideTaken, VersionConflict
from services.kernel.store.commit import MOST_ENTRIES, GroupCommit, Ticket
from services.kernel.store.recorder import Entry
from services.kernel.store.unit import DecisionGaveUp
from tests.support.services import ByHand, closing, counted, counting, opening
from tests.support.tally import Tally, TallyFull, TallyTaken


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[ByHand]:
    ours = ByHand(tmp_path)
    yield ours
    ours.close()


@pytest.fixture
def theirs(ours: ByHand, tmp_path: Path) -> Iterator[ByHand]:
    theirs = ByHand(tmp_path)
    yield theirs
    theirs.close()


def save_again_one_by_one(self: GroupCommit, batch: Sequence[tuple[Entry, Ticket, bool]], _: Exception) -> None:
    """What a group commit must not do: store the same entries again, each alone."""
    for entry, ticket, _alone in batch:
        try:
            ticket.position = self.recorder.append([entry])[0]
        except IntegrityError as clash:
            ticket.error = clash
    self._settle([ticket for _, ticket, _ in batch])


def two_decided_ahead_of_one_that_takes_all_room(ours: ByHand, theirs: ByHand) -> list[Any]:
    tally_id = ours.open_tally()
    second, third = ours.decide(counting(tally_id)), ours.decide(counting(tally_id))
    theirs.carry_out(closing(tally_id))
    return ours.finish(second, third)


def test_a_batch_that_fails_is_decided_again(ours: ByHand, theirs: ByHand) -> None:
    outcomes = two_decided_ahead_of_one_that_takes_all_room(ours, theirs)
    assert [type(outcome) for outcome in outcomes] == [TallyFull, TallyFull]
    assert theirs.kinds() == ["Opened", "Closed"]


def test_a_batch_that_is_saved_again_oversells(ours: ByHand, theirs: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 3 was decided on a version 2 that was never stored, fits behind theirs, and the key does not notice."""
    monkeypatch.setattr(GroupCommit, "_fail", save_again_one_by_one)
    two_decided_ahead_of_one_that_takes_all_room(ours, theirs)
    assert theirs.kinds()[:3] == ["Opened", "Closed", "Counted"]


def test_what_was_decided_while_a_batch_was_failing_is_decided_again_too(ours: ByHand, theirs: ByHand) -> None:
    tally_id = ours.open_tally()
    second = ours.decide(counting(tally_id))
    batch = ours.executor.commits._take()
    third = ours.decide(counting(tally_id))
    theirs.carry_out(closing(tally_id))
    ours.executor.commits._fail(batch, VersionConflict())
    assert [type(outcome) for outcome in ours.finish(second, third)] == [TallyFull, TallyFull]
    assert theirs.kinds() == ["Opened", "Closed"]


def test_what_waited_behind_a_taken_name_is_decided_again_and_not_told_of_the_name(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    ours.decide(opening("new"))
    batch = ours.executor.commits._take()
    behind = ours.decide(counting(tally_id))
    ours.executor.commits._fail(batch, SideTaken("name", "new"))
    assert [counted(outcome) for outcome in ours.finish(behind)] == [1]


def test_what_waited_behind_a_failing_batch_would_land_on_a_state_that_never_was(
    ours: ByHand, theirs: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch alone is told to decide again; what was decided on top of it is left in the queue."""

    def fail_the_batch_alone(self: GroupCommit, batch: Sequence[Any], failure: Exception) -> None:
        for _, ticket, _ in batch:
            ticket.error = failure
        self._settle([ticket for _, ticket, _ in batch])

    monkeypatch.setattr(GroupCommit, "_fail", fail_the_batch_alone)
    tally_id = ours.open_tally()
    ours.decide(counting(tally_id))
    batch = ours.executor.commits._take()
    ours.decide(counting(tally_id))
    theirs.carry_out(closing(tally_id))
    ours.executor.commits._fail(batch, IntegrityError())
    ours.commit()
    assert theirs.kinds() == ["Opened", "Closed", "Counted"]


def test_one_entry_that_clashes_leaves_the_others_of_its_batch_unharmed(ours: ByHand, theirs: ByHand) -> None:
    mine, hot = ours.open_tally("mine"), ours.open_tally("hot")
    theirs.carry_out(counting(hot))
    outcomes = ours.finish(*[ours.decide(counting(tally_id)) for tally_id in (mine, hot, mine, hot)])
    assert [counted(outcome) for outcome in outcomes] == [1, 2, 2, 3]
    assert count_of(ours, mine) == 2
    assert count_of(ours, hot) == 3


def count_of(tallies: ByHand, tally_id: UUID) -> int:
    root = tallies.store.load(Tally, tally_id)
    assert root is not None
    return root.count


def test_a_refusal_waits_for_the_facts_it_was_decided_on(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    closed, refused = ours.decide(closing(tally_id)), ours.decide(counting(tally_id))
    assert refused.go_on().outcome is None
    assert isinstance(ours.finish(closed, refused)[1], TallyFull)


def test_a_refusal_on_facts_that_are_never_stored_is_decided_again(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    ours.decide(closing(tally_id))
    refused = ours.decide(counting(tally_id))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite_append, "_store_due", lambda writer, due: disk_is_full())
        ours.commit()
    assert ours.finish(refused)[0] == refused.answer
    assert refused.answer.body["count"] == 1


def disk_is_full() -> None:
    raise OperationalError("database or disk is full")


def test_without_waiting_somebody_is_refused_for_what_never_happened(
    ours: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused_before = ours.executor._refused

    def waits_for_nothing(unit: Any, refusal: Any) -> Any:
        attempt = refused_before(unit, refusal)
        attempt.bases = []
        return attempt

    monkeypatch.setattr(ours.executor, "_refused", waits_for_nothing)
    tally_id = ours.open_tally()
    ours.decide(closing(tally_id))
    assert isinstance(ours.decide(counting(tally_id)).outcome, TallyFull)
    assert ours.kinds() == ["Opened"]


def test_an_error_of_the_disk_answers_unready_and_leaves_nothing(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite_append, "_store_due", lambda writer, due: disk_is_full())
        outcomes = ours.finish(*[ours.decide(counting(tally_id)) for _ in range(3)])
    assert [type(outcome) for outcome in outcomes] == [Unready] * 3
    assert ours.kinds() == ["Opened"]
    assert ours.carry_out(counting(tally_id)).body["count"] == 1


def test_who_claims_a_taken_name_at_the_same_moment_is_refused(ours: ByHand) -> None:
    outcomes = ours.finish(*[ours.decide(opening("seals")) for _ in range(20)])
    assert [type(outcome).__name__ for outcome in outcomes] == ["Answer"] + [TallyTaken.__name__] * 19
    assert ours.kinds() == ["Opened"]


def test_who_loses_the_name_to_another_process_is_refused(ours: ByHand, theirs: ByHand) -> None:
    mine = ours.decide(opening("seals"))
    theirs.carry_out(opening("seals"))
    assert isinstance(ours.finish(mine)[0], TallyTaken)


def test_who_always_comes_second_gives_up_with_a_sentence(ours: ByHand, theirs: ByHand) -> None:
    tally_id = ours.open_tally()
    late = ours.decide(counting(tally_id))
    while late.go_on().outcome is None:
        theirs.carry_out(counting(tally_id))
        ours.commit()
    assert isinstance(late.outcome, DecisionGaveUp)


def test_a_batch_is_bounded_and_what_is_decided_again_goes_alone(ours: ByHand) -> None:
    commits = ours.executor.commits
    for alone in (False, False, True, False):
        commits.submit(Entry(), alone=alone)
    assert [commits.step() for _ in range(4)] == [2, 1, 1, 0]
    for _ in range(MOST_ENTRIES + 1):
        commits.submit(Entry())
    assert [commits.step(), commits.step()] == [MOST_ENTRIES, 1]


def test_the_leader_stores_what_is_left_and_then_takes_nothing_more(ours: ByHand) -> None:
    commits = ours.executor.commits
    ticket = commits.submit(Entry())
    commits.start("tally")
    commits.stop()
    assert ticket.done
    with pytest.raises(RuntimeError, match="closing"):
        commits.submit(Entry())


def test_somebody_who_went_away_while_waiting_harms_nobody(ours: ByHand) -> None:
    """The event loop of one waiter is closed before the batch is stored: the others are still told."""
    tally_id = ours.open_tally()
    gone, here = ours.decide(counting(tally_id)), ours.decide(counting(tally_id))
    loop = asyncio.new_event_loop()
    assert gone._ticket is not None
    gone._ticket._waiters.append((loop, loop.create_future()))
    loop.close()
    assert [counted(outcome) for outcome in ours.finish(gone, here)] == [1, 2]
