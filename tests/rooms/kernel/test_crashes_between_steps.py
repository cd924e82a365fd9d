"""Whatever dies between whichever two effects: opened again, all is as if nothing had happened."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.flow import intake, pump
from services.kernel.service import Service
from services.kernel.store.command import Answer, Command
from services.kernel.store.recorder import Entry
from tests.support import neighbours
from tests.support.clocks import StillClock
from tests.support.crashing import Crash, CrashAt
from tests.support.scenario import NOON
from tests.support.services import counting, opened, opening, settle

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH", 3)
    monkeypatch.setattr(pump, "BATCH", 3)


@pytest.fixture(scope="module")
def talker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Two tallies, counted five times in turn."""
    with opened(tmp_path_factory.mktemp("talker"), neighbours.talking) as service:
        tally_ids = [UUID(str(service.executor.execute_now(opening(name)).body["tally_id"])) for name in "ab"]
        for number in range(5):
            service.executor.execute_now(counting(tally_ids[number % 2]))
        yield service


def live(echo: Service, talker: Service) -> None:
    """Hear everything; a day later what fell due is worked off."""
    echo.hear([talker])
    settle(echo)
    echo.clock.advance(DAY)
    settle(echo)


def outcome(directory: Path, talker: Service) -> dict[str, Any]:
    """All that the echo keeps."""
    with opened(directory, neighbours.echo) as echo:
        facts = [recorded.fact for recorded in echo.store.facts(0, 1000)]
        return {
            "facts": [(type(fact).__name__, fact.originator_version, fact.meta, fact.effective_at) for fact in facts],
            "views": echo.views.digests(), "due": echo.recorder.due(NOON + 2 * DAY, 10),
            "unread": talker.recorder.position() - echo.recorder.tracked("tally"),
        }  # fmt: skip


def run(directory: Path, talker: Service, crash: CrashAt) -> None:
    """Live until the crash, if one comes; then open the files again and live on."""
    with suppress(Crash), opened(directory, neighbours.echo, StillClock()) as echo:
        crash.install(echo)
        live(echo, talker)
    if crash.happened:
        with opened(directory, neighbours.echo, StillClock()) as echo:
            live(echo, talker)


def test_a_crash_at_any_place_changes_nothing(tmp_path: Path, talker: Service) -> None:
    unharmed = CrashAt(0)
    run(tmp_path / "unharmed", talker, unharmed)
    expected = outcome(tmp_path / "unharmed", talker)
    assert [name for name, *_ in expected["facts"]] == ["Opened", *["Counted"] * 5, "Closed"]
    assert (expected["due"], expected["unread"]) == ([], 0)
    assert set(unharmed.places) == {
        "before an append", "after an append",
        "before writing views", "before views are stored", "after views are stored",
    }  # fmt: skip
    for number in range(1, len(unharmed.places) + 1):
        run(tmp_path / str(number), talker, crash := CrashAt(number))
        assert crash.happened
        assert outcome(tmp_path / str(number), talker) == expected, f"after a crash {crash.places[-1]}, place {number}"


def counted(directory: Path, talker: Service) -> int:
    return [name for name, *_ in outcome(directory, talker)["facts"]].count("Counted")


def test_with_tracking_written_apart_a_crash_doubles_the_effect(tmp_path: Path, talker: Service) -> None:
    crash = CrashAt(1)
    with suppress(Crash), opened(tmp_path, neighbours.echo) as echo:
        execute_now = echo.executor.execute_now

        def effect_then_position(command: Command) -> Answer:
            answer = execute_now(replace(command, tracking=()))
            crash.here("between effect and position")
            echo.recorder.append([Entry(tracking=list(command.tracking))])
            return answer

        echo.executor.execute_now = effect_then_position  # type: ignore[method-assign]
        live(echo, talker)
    with opened(tmp_path, neighbours.echo) as echo:
        live(echo, talker)
    assert crash.happened
    assert counted(tmp_path, talker) > 5


def test_with_the_position_written_first_a_crash_loses_the_effect(tmp_path: Path, talker: Service) -> None:
    crash = CrashAt(1)
    with suppress(Crash), opened(tmp_path, neighbours.echo) as echo:
        execute_now = echo.executor.execute_now

        def position_then_effect(command: Command) -> Answer:
            echo.recorder.append([Entry(tracking=list(command.tracking))])
            crash.here("between position and effect")
            return execute_now(replace(command, tracking=()))

        echo.executor.execute_now = position_then_effect  # type: ignore[method-assign]
        live(echo, talker)
    with opened(tmp_path, neighbours.echo) as echo:
        live(echo, talker)
    assert counted(tmp_path, talker) < 5


def test_a_view_whose_position_is_not_stored_with_its_rows_counts_twice(
    tmp_path: Path, talker: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "right", talker, CrashAt(0))
    with monkeypatch.context() as patched, opened(tmp_path / "wrong", neighbours.echo) as echo:
        patched.setattr(echo.views, "track_all", lambda *_: None)
        echo.hear([talker])
        echo.intakes[0].step()
    with opened(tmp_path / "wrong", neighbours.echo) as echo:
        live(echo, talker)
    right, wrong = (outcome(tmp_path / name, talker)["views"] for name in ("right", "wrong"))
    assert right["heard_v1"] != wrong["heard_v1"]
    assert right["tallies_v1"] == wrong["tallies_v1"]
