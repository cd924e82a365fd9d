"""What falls due is worked off once, in its time, whatever dies in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from services.kernel.domain import Conflicting
from services.kernel.flow import due
from services.kernel.flow.due import AskAgain, Clockwork
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow, Entry
from services.kernel.store.unit import Unit
from tests.support.clocks import StillClock
from tests.support.scenario import NOON
from tests.support.services import NO_VIEWS, closing, opened, opening
from tests.support.tally import Tallies, Tally

MIDNIGHT = NOON.replace(hour=23, minute=59)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class NotNow(Conflicting):
    """It cannot be done now."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path, clock=StillClock()) as service:
        yield service


def open_tally(service: Service, name: str = "seals") -> UUID:
    return UUID(str(service.executor.execute_now(opening(name)).body["tally_id"]))


def clockwork(service: Service, **errands: Any) -> Clockwork:
    return Clockwork("tally", service.executor, errands, service.clock.now)


def remaining(service: Service) -> list[DueRow]:
    return service.recorder.due(NOON + 9 * DAY, 100)


def kinds(service: Service) -> list[str]:
    return [type(recorded.fact).__name__ for recorded in service.store.facts(0, 100)]


def test_nothing_happens_before_its_time(service: Service) -> None:
    tally_id = open_tally(service)
    service.clock.advance(MIDNIGHT - NOON - SECOND)
    assert service.clockwork.step() == 0
    assert remaining(service) == [DueRow("close", str(tally_id), MIDNIGHT)]


def test_it_happens_once_as_of_the_time_it_was_due_and_survives_a_restart(service: Service, tmp_path: Path) -> None:
    open_tally(service)
    service.stop()
    clock = StillClock(NOON + DAY)
    with opened(tmp_path, clock=clock) as again:
        assert (again.clockwork.step(), again.clockwork.step()) == (1, 0)
        closed = again.store.facts(1, 10)[0].fact
        assert (type(closed), closed.effective_at, closed.recorded_at) == (Tally.Closed, MIDNIGHT, clock.now())
        assert closed.meta[4] == "due:close"
        assert remaining(again) == []


def test_what_was_done_before_clears_its_row(service: Service) -> None:
    service.executor.execute_now(closing(open_tally(service)))
    assert remaining(service) == []


def counted_by_the_clock(service: Service) -> int:
    """How often two steps count for one row that is due."""
    tally_id = open_tally(service)
    service.recorder.append([Entry(due=[DueRow("count", "once", NOON)])])
    works = clockwork(service, count=lambda row: lambda unit: Tallies(unit, NO_VIEWS).count(tally_id))
    for _ in range(2):
        works.step()
    return kinds(service).count("Counted")


def test_the_row_goes_with_the_decision(service: Service) -> None:
    assert counted_by_the_clock(service) == 1


def test_without_its_row_in_the_decision_it_would_happen_again_and_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Unit, "clear_due", lambda self, row: None)
    assert counted_by_the_clock(service) == 2


@pytest.mark.parametrize("failure", [ValueError("a bug"), NotNow()])
def test_what_fails_is_put_off_for_ever_longer_and_keeps_nothing_else_back(
    service: Service, failure: Exception
) -> None:
    broken, sound = open_tally(service, "broken"), open_tally(service, "sound")
    fails = [True]

    def close(row: DueRow) -> Any:
        if row.subject == str(broken) and fails[0]:
            if isinstance(failure, NotNow):
                return refuse
            raise failure
        return lambda unit: Tallies(unit, NO_VIEWS).close(UUID(row.subject))

    def refuse(_: Unit) -> None:
        raise failure

    works = clockwork(service, close=close)
    service.clock.advance(DAY)
    assert works.step() == 2
    assert service.store.facts(2, 1)[0].fact.originator_id == sound
    for tries in range(1, 4):
        assert works.step() == 0
        service.clock.advance(timedelta(seconds=due._pause(tries - 1)))
        assert service.recorder.due(service.clock.now(), 9) == [DueRow("close", str(broken), MIDNIGHT, tries)]
        assert works.step() == 1
    fails[0] = False
    service.clock.advance(DAY)
    assert works.step() == 1
    assert remaining(service) == []


def test_pauses_grow_and_end_at_five_minutes() -> None:
    pauses = [due._pause(tries) for tries in range(2_000)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.25, due.LONGEST_PAUSE_SECONDS)


def test_an_errand_without_an_outcome_is_asked_again(service: Service) -> None:
    tally_id = open_tally(service)
    answers: list[Any] = [AskAgain(60.0), lambda unit: None]
    works = clockwork(service, close=lambda row: answers.pop(0))
    service.clock.advance(DAY)
    assert (works.step(), works.step()) == (1, 0)
    service.clock.advance(timedelta(seconds=60))
    assert service.recorder.due(service.clock.now(), 9) == [DueRow("close", str(tally_id), MIDNIGHT, 1)]
    assert works.step() == 1
    assert (remaining(service), kinds(service)) == ([], ["Opened"])


def test_from_the_fifth_try_on_the_log_tells_why_it_is_asked_again(service: Service) -> None:
    tally_id = open_tally(service)
    service.clock.advance(DAY)
    for why, told in ((None, []), ("no_answer", [5, 6])):
        works = clockwork(service, close=lambda row, why=why: AskAgain(1.0, why))
        with capture_logs() as logs:
            for _ in range(6):
                works.step()
                service.clock.advance(SECOND)
        assert [one["tries"] for one in logs if one["event"] == "asked again"] == told
        assert {(one["subject"], one["why"]) for one in logs if told} == {(str(tally_id), why)} if told else not logs
        service.recorder.append([Entry(due=[DueRow("close", str(tally_id), MIDNIGHT + SECOND)])])
    assert service.recorder.tried(5) == {}


def test_a_kind_nobody_knows_stays_and_is_tried_again(service: Service) -> None:
    open_tally(service)
    service.clock.advance(DAY)
    assert clockwork(service).step() == 1
    assert [row.tries for row in remaining(service)] == [1]


def moved_while_it_ran(service: Service) -> list[datetime | None]:
    """The row is moved to another day between the look at it and the decision."""
    tally_id = open_tally(service)

    def close(row: DueRow) -> Any:
        service.recorder.append([Entry(due=[DueRow("close", row.subject, MIDNIGHT + DAY)])])
        return lambda unit: None

    service.clock.advance(DAY)
    clockwork(service, close=close).step()
    assert {row.subject for row in remaining(service)} <= {str(tally_id)}
    return [row.due_at for row in remaining(service)]


def test_a_row_that_is_moved_meanwhile_stays(service: Service) -> None:
    assert moved_while_it_ran(service) == [MIDNIGHT + DAY]


def test_cleared_whatever_its_time_a_moved_row_is_lost(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unit, "clear_due", lambda self, row: self.due.append(DueRow(row.kind, row.subject, None)))
    assert moved_while_it_ran(service) == []


def test_the_earliest_come_first_in_bounded_batches(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "BATCH", 2)
    service.recorder.append([Entry(due=[DueRow("note", str(hour), NOON - hour * SECOND) for hour in range(5)])])
    seen: list[str] = []

    def note(row: DueRow) -> Any:
        seen.append(row.subject)
        return lambda unit: None

    works = clockwork(service, note=note)
    assert [works.step() for _ in range(4)] == [2, 2, 1, 0]
    assert seen == ["4", "3", "2", "1", "0"]


def test_a_decision_that_breaks_is_put_off_and_keeps_nothing_else_back(service: Service) -> None:
    broken, whole = open_tally(service, "broken"), open_tally(service, "whole")

    def close(row: DueRow) -> Any:
        def decide(unit: Unit) -> None:
            if row.subject == str(broken):
                raise ZeroDivisionError
            Tallies(unit, NO_VIEWS).close(UUID(row.subject))

        return decide

    service.clock.advance(DAY)
    clockwork(service, close=close).step()
    assert [(row.subject, row.tries) for row in remaining(service)] == [(str(broken), 1)]
    assert service.store.load(Tally, whole).is_closed  # type: ignore[union-attr]


def test_errands_run_side_by_side_and_are_decided_in_order(service: Service) -> None:
    order = [open_tally(service, name) for name in ("one", "two", "three")]
    together, decided = Barrier(3), []

    def close(row: DueRow) -> Any:
        together.wait(timeout=30)  # goes on only when all three are under way

        def decide(unit: Unit) -> None:
            decided.append(row.subject)
            Tallies(unit, NO_VIEWS).close(UUID(row.subject))

        return decide

    service.clock.advance(DAY)
    pooled = Clockwork("tally", service.executor, {"close": close}, service.clock.now, at_once=3)
    expected = [row.subject for row in remaining(service)]
    assert pooled.step() == 3
    pooled.close()
    assert decided == expected
    assert sorted(decided) == sorted(map(str, order))
    assert remaining(service) == []


def test_what_no_fact_sets_is_named_so(service: Service) -> None:
    open_tally(service)

    def decide(unit: Unit) -> dict[str, Any]:
        unit.set_due("close", "it", NOON)
        return {}

    before = remaining(service)
    with pytest.raises(AssertionError, match="close"):
        service.executor.execute_now(replace(opening("other"), decide=decide))
    assert remaining(service) == before
