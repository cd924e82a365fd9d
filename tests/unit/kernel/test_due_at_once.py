"""What a page of due rows is about is looked for at once, before its errands run and before it is decided."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.flow.due import DecideAbout
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow, Entry
from services.kernel.store.unit import Unit
from tests.support.clocks import StillClock
from tests.support.scenario import NOON
from tests.support.services import NO_VIEWS, counting, opened, opening
from tests.support.tally import Tallies, Tally

from .test_due import DAY, MIDNIGHT, clockwork, open_tally, remaining


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path, clock=StillClock()) as service:
        yield service


def test_what_a_page_is_about_is_brought_up_to_date_before_its_errands_run(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies, seen = [open_tally(service, name) for name in ("one", "two")], list[int]()
    with opened(tmp_path, clock=service.clock) as other:
        for tally_id in tallies:
            other.executor.execute_now(counting(tally_id))
    monkeypatch.setattr(service.recorder, "history", None)  # nothing is loaded alone

    def close(row: DueRow) -> Any:
        tally_id = UUID(row.subject)
        seen.append(service.executor.foresight.seen(Tally, tally_id, lambda tally: tally.count) or 0)
        return DecideAbout(lambda unit: Tallies(unit, NO_VIEWS).close(tally_id), tally_id, lambda _root: ())

    service.clock.advance(DAY)
    clockwork(service, close=close).step()
    assert seen == [1, 1]
    assert remaining(service) == []


def test_what_a_decision_leads_to_is_looked_for_before_it_is_decided(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally_id = open_tally(service, "one")
    with opened(tmp_path, clock=service.clock) as other:
        led_to = UUID(str(other.executor.execute_now(opening("two")).body["tally_id"]))
    monkeypatch.setattr(service.recorder, "history", None)  # nothing is loaded alone

    def close(row: DueRow) -> Any:
        def decide(unit: Unit) -> None:
            Tallies(unit, NO_VIEWS).close(led_to)

        return DecideAbout(decide, tally_id, lambda root: [led_to] if root.id == tally_id else [])

    service.executor.store.recorder.postpone(DueRow("close", str(led_to), MIDNIGHT), NOON + 5 * DAY)
    service.clock.advance(DAY)
    assert clockwork(service, close=close).step() == 1
    assert remaining(service) == [], "both rows, since the other tally is closed"


def test_a_subject_that_is_no_id_is_worked_off_like_any_other(service: Service) -> None:
    service.recorder.append([Entry(due=[DueRow("odd", "all of them", NOON)])])
    assert clockwork(service, odd=lambda row: lambda unit: None).step() == 1
    assert remaining(service) == []
