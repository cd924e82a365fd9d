"""A message fails, is parked, and is retried: whatever dies between whichever two steps, each has its effect once."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.kernel.flow import intake, taking_in
from services.kernel.flow.foreign_views import ForeignViews
from services.kernel.flow.retrying import Retrying
from services.kernel.service import Service
from tests.support.crashing import Crash, CrashAt
from tests.support.spoken import Listener, SpokenLog, listen, parked, reacted, retrying


@pytest.fixture(autouse=True)
def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)
    monkeypatch.setattr(taking_in, "MOST_TRIES", 1)


@pytest.fixture
def log() -> SpokenLog:
    log = SpokenLog()
    log.say("ann", "ann")
    return log


def bug() -> Exception:
    return ValueError()


def live(echo: Service, failing: dict[int, Any]) -> None:
    """The first message fails until it is parked; then what was broken is mended, and what is parked retried."""
    failing[1] = bug
    listen(echo)
    failing.clear()
    for name, _ in parked(echo)[:1]:
        retrying(echo).retry(name)


def outcome(listener: Listener, echo: Service) -> dict[str, Any]:
    table = listener.heard
    with echo.views.reading() as connection:
        heard = list(connection.execute(select(table.c.position).order_by(table.c.number)).scalars())
    return {"reacted": reacted(echo), "heard": heard, "parked": parked(echo), "at": echo.recorder.tracked("tally")}


def test_a_crash_at_any_place_changes_nothing(tmp_path: Path, log: SpokenLog) -> None:
    listener = Listener()
    crash_everywhere(tmp_path, log, listener, listener.views)


@pytest.mark.in_files
def test_neither_does_one_when_the_views_have_it_already(tmp_path: Path, log: SpokenLog) -> None:
    listener = Listener()
    crash_everywhere(tmp_path, log, listener, listener.reactions)


def crash_everywhere(tmp_path: Path, log: SpokenLog, listener: Listener, failing: dict[int, Any]) -> None:
    expected = {"reacted": ["tally:1", "tally:2"], "heard": [1, 2], "parked": [], "at": 2}
    for number in range(100):
        crash, directory = CrashAt(number), tmp_path / str(number)
        with suppress(Crash), listener.opened(directory, log) as echo:
            crash.install(echo)
            live(echo, failing)
        with listener.opened(directory, log) as echo:
            if crash.happened:
                live(echo, failing)
            assert outcome(listener, echo) == expected, f"after {crash.places}"
        if number and not crash.happened:
            break
    assert number > 10, crash.places


def test_with_the_row_taken_away_apart_from_the_reaction_a_crash_doubles_it(
    tmp_path: Path, log: SpokenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener()

    def reaction_then_release(self: Retrying, one: Any, reacts_to: Any) -> None:
        self._reacting.executor.execute_now(self._reacting.command(reacts_to, one.place))
        raise Crash

    with listener.opened(tmp_path, log) as echo:
        with monkeypatch.context() as patched, suppress(Crash):
            patched.setattr(Retrying, "_react", reaction_then_release)
            live(echo, listener.views)
        live(echo, listener.views)
        assert reacted(echo).count("tally:1") == 2


def test_without_its_mark_a_crash_doubles_what_a_view_has(
    tmp_path: Path, log: SpokenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener()

    def dies(*_: object) -> None:
        raise Crash

    with listener.opened(tmp_path, log) as echo:
        with monkeypatch.context() as patched, suppress(Crash):
            patched.setattr(Retrying, "_react", dies)
            live(echo, listener.views)
        monkeypatch.setattr(ForeignViews, "_missing", lambda self, *_: self._projections)
        live(echo, listener.views)
        assert listener.positions(echo).count(1) == 2
