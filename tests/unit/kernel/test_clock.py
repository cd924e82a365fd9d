"""The sandbox clock goes forward only, not for ever, keeps its time over a restart, and is off by default."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.kernel import clock
from services.kernel.clock import FURTHEST, Clock, NotForward, SandboxClock, SandboxOff

DAY = timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def test_time_that_was_moved_stays_moved_after_a_restart(file: Path) -> None:
    moved = SandboxClock(file).advance(8 * DAY)
    assert SandboxClock(file).now() >= moved > datetime.now(UTC) + 7 * DAY


def test_those_who_wait_for_time_are_woken(file: Path) -> None:
    sandbox, woken = SandboxClock(file), []
    sandbox.on_advance.append(lambda: woken.append(sandbox.now()))
    sandbox.advance(DAY)
    assert len(woken) == 1


@pytest.mark.parametrize("by", [timedelta(), -DAY, FURTHEST + DAY])
def test_it_goes_neither_back_nor_on_for_ever(file: Path, by: timedelta) -> None:
    with pytest.raises(NotForward):
        SandboxClock(file).advance(by)
    assert not file.exists()


def test_many_steps_go_no_further_than_one(file: Path) -> None:
    sandbox = SandboxClock(file)
    sandbox.advance(FURTHEST)
    with pytest.raises(NotForward):
        sandbox.advance(DAY)


def test_without_the_bound_many_steps_would_go_further(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "FURTHEST", timedelta.max)
    sandbox = SandboxClock(file)
    sandbox.advance(FURTHEST)
    assert sandbox.advance(DAY) > datetime.now(UTC) + FURTHEST


def test_real_time_and_a_closed_sandbox_cannot_be_moved(file: Path) -> None:
    for still in (Clock(), SandboxClock(file, can_move=False)):
        with pytest.raises(SandboxOff):
            still.advance(DAY)
