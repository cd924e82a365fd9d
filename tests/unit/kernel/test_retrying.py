"""What was parked is taken in later as the first time would have, once, and what waits behind it follows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError

from services.kernel.flow import intake
from services.kernel.flow import retrying as retrying_module
from services.kernel.flow.foreign_views import ForeignViews
from services.kernel.flow.retrying import NothingKept, NothingParked, Retried, ViewsNotThere, WaitsBehind
from services.kernel.flow.taking_in import TakingIn
from services.kernel.service import Service
from services.kernel.store.recorder import Entry
from tests.support.crashing import Crash, CrashAt
from tests.support.spoken import Listener, SpokenLog, intake_of, listen, parked, reacted, retrying


def bug() -> Exception:
    return ValueError("a bug")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)


@pytest.fixture
def log() -> SpokenLog:
    log = SpokenLog()
    log.say("ann", "bo", "ann", "bo", "ann")
    return log


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def echo(tmp_path: Path, log: SpokenLog, listener: Listener) -> Iterator[Service]:
    with listener.opened(tmp_path, log) as service:
        yield service


def facts_of(service: Service) -> dict[str, list[str]]:
    """What every reaction has recorded, by its cause: ids of actor, command, correlation."""
    return {recorded.fact.meta[4]: recorded.fact.meta for recorded in service.store.facts(0, 1000)}


def park(echo: Service, failing: dict[int, object], position: int = 1) -> None:
    """Let a message fail until it is parked, then mend what was broken."""
    failing[position] = bug
    listen(echo)
    failing.clear()


@pytest.mark.parametrize("stage", ["views", "reactions"])
def test_a_retried_message_and_those_behind_it_are_taken_in_once_in_order(
    echo: Service, listener: Listener, stage: str
) -> None:
    park(echo, getattr(listener, stage))
    tracked = echo.recorder.tracked("tally")
    assert retrying(echo).retry("tally:1") == [Retried("tally:1"), Retried("tally:3"), Retried("tally:5")]
    assert reacted(echo) == ["tally:2", "tally:4", "tally:1", "tally:3", "tally:5"]
    assert listener.positions(echo) == ([2, 4, 1, 3, 5] if stage == "views" else [1, 2, 3, 4, 5])
    assert (parked(echo), echo.recorder.tracked("tally")) == ([], tracked)


def test_a_retried_message_makes_what_the_first_time_would_have_made(
    echo: Service, log: SpokenLog, listener: Listener, tmp_path: Path
) -> None:
    park(echo, listener.reactions, position=2)
    retrying(echo).retry("tally:2")
    with listener.opened(tmp_path / "unharmed", log) as unharmed:
        listen(unharmed)
        assert facts_of(unharmed) == facts_of(echo)


def test_what_fails_again_stays_with_its_new_cause_and_so_do_those_behind_it(echo: Service, listener: Listener) -> None:
    park(echo, listener.views)
    listener.reactions[3] = bug
    first, second = retrying(echo).retry("tally:1")
    assert (first, second.name) == (Retried("tally:1"), "tally:3")
    assert second.cause.startswith("builtins.ValueError in ")
    assert parked(echo) == [("tally:3", "reactions"), ("tally:5", "behind")]
    row = retrying(echo).find("tally:3")
    assert row.cause == second.cause
    del listener.reactions[3]
    assert [one.name for one in retrying(echo).retry("tally:3")] == ["tally:3", "tally:5"]
    assert listener.positions(echo) == [2, 4, 1, 3, 5]
    assert reacted(echo) == ["tally:2", "tally:4", "tally:1", "tally:3", "tally:5"]


def test_what_comes_meanwhile_waits_and_is_taken_in_last(echo: Service, log: SpokenLog, listener: Listener) -> None:
    park(echo, listener.views)
    log.say("ann", "bo")
    listen(echo)
    assert [one.name for one in retrying(echo).retry("tally:1")] == ["tally:1", "tally:3", "tally:5", "tally:6"]
    log.say("ann")
    listen(echo)
    assert reacted(echo)[-1] == "tally:8"


def test_refuses_what_waits_what_is_not_there_and_what_was_never_read(
    echo: Service, log: SpokenLog, listener: Listener
) -> None:
    log.say("dee", data={})
    park(echo, listener.views)
    with pytest.raises(WaitsBehind) as behind:
        retrying(echo).retry("tally:3")
    assert behind.value.detail.startswith("tally:3 waits behind tally:1")
    for deal_with in (retrying(echo).retry, retrying(echo).drop, retrying(echo).find):
        with pytest.raises(NothingParked):
            deal_with("tally:2")
    (again,) = retrying(echo).retry("tally:6")
    assert "does not have the form" in again.cause
    row = retrying(echo).find("tally:6")
    echo.recorder.append([Entry(parked=[replace(row, name="unreadable:1", envelope=b"", subject="")])])
    with pytest.raises(NothingKept):
        retrying(echo).retry("unreadable:1")
    assert retrying(echo).drop("unreadable:1") == []
    assert ("unreadable:1", "unreadable") not in parked(echo)


def test_a_dropped_message_never_comes_again_and_sets_free_what_waits_for_it(
    echo: Service, log: SpokenLog, listener: Listener, tmp_path: Path
) -> None:
    park(echo, listener.views)
    assert [one.name for one in retrying(echo).drop("tally:1")] == ["tally:3", "tally:5"]
    assert (reacted(echo), listener.positions(echo)) == (["tally:2", "tally:4", "tally:3", "tally:5"], [2, 4, 3, 5])
    assert parked(echo) == []


def test_a_view_that_is_behind_the_stream_takes_nothing_before_its_turn(
    echo: Service, log: SpokenLog, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between parking and skipping a process may die; the view skips it when it comes there."""
    listener.views[1] = bug
    crash = CrashAt(0)
    crash.install(echo)
    monkeypatch.setattr(ForeignViews, "project", _dies_when_it_skips)
    with pytest.raises(Crash):
        listen(echo)
    monkeypatch.undo()
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)
    listener.views.clear()
    assert parked(echo) == [("tally:1", "views")]
    with pytest.raises(ViewsNotThere):
        retrying(echo).retry("tally:1")
    listen(echo)
    assert listener.positions(echo) == [2, 4]
    retrying(echo).retry("tally:1")
    assert listener.positions(echo) == [2, 4, 1, 3, 5]


_project = ForeignViews.project


def _dies_when_it_skips(self: ForeignViews, messages: list[object], through: int, **more: bool) -> None:
    if not messages:
        raise Crash
    _project(self, messages, through, **more)


@pytest.mark.parametrize("is_off", [False, True])
def test_what_was_set_free_at_the_moment_it_was_parked_is_taken_in(
    echo: Service, log: SpokenLog, listener: Listener, monkeypatch: pytest.MonkeyPatch, is_off: bool
) -> None:
    """Somebody retries the one in front just after the reader has looked: it parks behind nobody."""
    park(echo, listener.views)
    subjects = echo.recorder.parked_subjects()
    retrying(echo).retry("tally:1")
    log.say("ann")
    with monkeypatch.context() as patched:
        patched.setattr(echo.recorder, "parked_subjects", lambda: subjects)
        if is_off:
            patched.setattr(TakingIn, "_free_waiting", lambda _self: None)
        intake_of(echo).step()
    assert parked(echo) == ([("tally:6", "behind")] if is_off else [])
    assert ("tally:6" in reacted(echo)) is not is_off


def test_what_waits_for_nobody_is_taken_in_after_a_start_too(
    tmp_path: Path, log: SpokenLog, listener: Listener
) -> None:
    with listener.opened(tmp_path, log) as echo:
        park(echo, listener.views)
        echo.recorder.append([Entry(released=["tally:1"])])
    with listener.opened(tmp_path, log) as echo:
        log.say("bo")
        listen(echo)
        assert (parked(echo), reacted(echo)) == ([], ["tally:2", "tally:4", "tally:3", "tally:5", "tally:6"])


def test_two_who_retry_the_same_at_once_have_one_effect(
    echo: Service, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    park(echo, listener.views)
    react = retrying_module.Retrying._react

    def somebody_is_faster(self: retrying_module.Retrying, one: object, reacts_to: object) -> None:
        monkeypatch.setattr(retrying_module.Retrying, "_react", react)
        retrying(echo).retry("tally:1")
        react(self, one, reacts_to)

    monkeypatch.setattr(retrying_module.Retrying, "_react", somebody_is_faster)
    assert [one.name for one in retrying(echo).retry("tally:1")] == ["tally:1"]
    assert (listener.positions(echo), parked(echo)) == ([2, 4, 1, 3, 5], [])
    assert reacted(echo) == ["tally:2", "tally:4", "tally:1", "tally:3", "tally:5"]


def test_a_retry_while_the_database_is_away_changes_nothing(echo: Service, listener: Listener) -> None:
    park(echo, listener.views)
    listener.reactions[1] = lambda: OperationalError("away")
    before = echo.recorder.parked(10)
    with pytest.raises(OperationalError):
        retrying(echo).retry("tally:1")
    assert echo.recorder.parked(10) == before


def test_a_view_that_came_later_takes_what_was_parked_and_is_parked_for_alone(
    tmp_path: Path, log: SpokenLog, listener: Listener
) -> None:
    """Of old messages a new view takes each once, whatever became of them; one that it cannot take waits for it."""
    with listener.opened(tmp_path, log) as echo:
        park(echo, listener.reactions, position=2)  # views have 2, 4; reactions wait
        listener.views[3] = bug
        log.say("ann")
        listen(echo)
        retried = log.say("cem").position
        park(echo, listener.views, position=retried)
        retrying(echo).retry(f"tally:{retried}")
    later = listener.later_view("later")
    listener.views[1] = bug  # only the new view comes here again
    with listener.opened(tmp_path, log) as echo:
        listen(echo)
        listener.views.clear()
        assert parked(echo) == [
            ("tally:1", "late"), ("tally:2", "reactions"), ("tally:3", "late behind"),
            ("tally:4", "reactions behind"), ("tally:5", "late behind"), ("tally:6", "late behind"),
        ]  # fmt: skip
        assert listener.positions(echo, later) == [2, 4, 7]
        before, already = reacted(echo), listener.positions(echo)
        for name in ("tally:1", "tally:2"):
            retrying(echo).retry(name)
        assert listener.positions(echo, later) == [2, 4, 7, 1, 3, 5, 6]
        assert listener.positions(echo) == already
        assert reacted(echo) == [*before, "tally:2", "tally:4"]
        assert parked(echo) == []


def test_keeps_every_message_in_order_whatever_becomes_of_it(tmp_path: Path, log: SpokenLog) -> None:
    listener = Listener(keeps_messages=True)
    log.say("dee", type="agora.identity.person_greeted.v1")
    log.say("eve", data={})
    log.skip(2)
    with listener.opened(tmp_path, log) as echo:
        park(echo, listener.views)
        retrying(echo).retry("tally:1")
        kept = [row.message for row in echo.recorder.kept(0, 100)]
        assert [one.source_position for one in kept] == [1, 2, 3, 4, 5, 6, 7]
        assert [one.type for one in kept][-2:] == ["agora.identity.person_greeted.v1", log.said[0].type]
