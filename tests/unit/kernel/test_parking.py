"""A message that cannot be handled is parked with its cause, and the stream goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError
from sqlalchemy import exc

from services.contracts.envelope import Envelope
from services.kernel.flow import failures, intake, parking
from services.kernel.flow.fates import Fates
from services.kernel.flow.taking_in import MOST_TRIES
from services.kernel.refusals import Conflicting, Unready
from services.kernel.service import Service
from services.kernel.store.clashes import VersionConflict
from services.kernel.store.recorder import ParkedRow
from services.kernel.store.unit import DecisionGaveUp
from tests.support.scenario import NOON
from tests.support.spoken import Listener, SpokenLog, intake_of, listen, parked, reacted, somebody

SECRET = "Anna lives in Lima"


class Unlucky(Conflicting):
    """A refusal of a reaction."""

    sentence = "The tally {number} is unlucky."


def bug() -> Exception:
    return ValueError(SECRET)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, which nobody waits for."""
    pauses: list[float] = []
    monkeypatch.setattr(intake, "pause", pauses.append)
    return pauses


@pytest.fixture
def log() -> SpokenLog:
    """Ann, Bo, Ann, Cem, Ann."""
    log = SpokenLog()
    log.say("ann", "bo", "ann", "cem", "ann")
    return log


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def echo(tmp_path: Path, log: SpokenLog, listener: Listener) -> Iterator[Service]:
    with listener.opened(tmp_path, log) as service:
        yield service


def test_a_failing_reaction_is_tried_five_times_with_growing_pauses_then_parked(
    echo: Service, log: SpokenLog, listener: Listener, pauses: list[float]
) -> None:
    listener.reactions[4] = bug
    listen(echo)
    assert pauses == [0.05, 0.1, 0.2, 0.4]
    assert parked(echo) == [("tally:4", "reactions")]
    assert reacted(echo) == ["tally:1", "tally:2", "tally:3", "tally:5"]
    assert listener.positions(echo) == [1, 2, 3, 4, 5]
    assert (intake_of(echo).position, echo.recorder.tracked("tally")) == (5, 5)


def test_a_message_that_a_view_cannot_take_is_left_out_of_everything(echo: Service, listener: Listener) -> None:
    listener.views[4] = bug
    listen(echo)
    assert parked(echo) == [("tally:4", "views")]
    assert reacted(echo) == ["tally:1", "tally:2", "tally:3", "tally:5"]
    assert listener.positions(echo) == [1, 2, 3, 5]


def test_later_messages_of_its_subject_wait_behind_it(echo: Service, log: SpokenLog, listener: Listener) -> None:
    listener.views[1] = bug
    listen(echo)
    log.say("ann", "bo")
    listen(echo)
    assert parked(echo) == [("tally:1", "views"), ("tally:3", "behind"), ("tally:5", "behind"), ("tally:6", "behind")]
    assert reacted(echo) == ["tally:2", "tally:4", "tally:7"]
    assert listener.positions(echo) == [2, 4, 7]
    row = echo.recorder.parked_one("tally:5")
    assert row is not None
    assert row.cause == "It waits for tally:1."


def test_what_the_views_have_already_waits_with_its_reaction_alone(echo: Service, listener: Listener) -> None:
    """A page goes to the views as a whole before its reactions show that one of them fails."""
    listener.reactions[1] = bug
    listen(echo)
    assert parked(echo) == [
        ("tally:1", "reactions"), ("tally:3", "reactions behind"), ("tally:5", "reactions behind"),
    ]  # fmt: skip
    assert listener.positions(echo) == [1, 2, 3, 4, 5]
    assert reacted(echo) == ["tally:2", "tally:4"]


def test_a_failure_that_passes_in_time_parks_nothing(echo: Service, listener: Listener, pauses: list[float]) -> None:
    listener.reactions[2] = bug
    for _ in range(4):
        assert intake_of(echo).step() == 1
    del listener.reactions[2]
    listener.reactions[4] = bug
    listen(echo)
    assert reacted(echo) == ["tally:1", "tally:2", "tally:3", "tally:5"]
    assert pauses == [0.05, 0.1, 0.2, 0.4] * 2, "every message has tries of its own"


def test_an_unreadable_message_is_parked_at_once(
    echo: Service, log: SpokenLog, listener: Listener, pauses: list[float]
) -> None:
    log.say("dee", data={"person_id": 3, "kind": SECRET, SECRET: 1})
    log.say("eve")
    listen(echo)
    assert (parked(echo), pauses) == ([("tally:6", "unreadable")], [])
    assert reacted(echo)[-1] == "tally:7"
    row = echo.recorder.parked_one("tally:6")
    assert row is not None
    assert row.cause == (
        "agora.tally.person_counted.v1 does not have the form that it promises: person_id, value."
    )  # fmt: skip


def test_an_unknown_version_of_what_it_is_about_is_parked_and_other_unknown_types_are_passed_over(
    echo: Service, log: SpokenLog
) -> None:
    log.say("dee", type="agora.tally.person_counted.v9")
    log.say("eve", type="agora.tally.person_greeted.v1")
    log.say("eve", type="agora.mall.order_paid.v9")
    log.say("eve", type="agora.mall.order_paid.v1")
    listen(echo)
    assert parked(echo) == [("tally:6", "unreadable")]
    assert intake_of(echo).position == 9
    row = echo.recorder.parked_one("tally:6")
    assert row is not None
    assert row.cause == "agora.tally.person_counted.v9 is of a version that is not known here."


def test_what_is_another_services_to_say_is_parked(echo: Service, log: SpokenLog, listener: Listener) -> None:
    """Who can write to the log of one service shall not speak in the name of all others."""
    log.say("dee", type="agora.groups.person_counted.v1")
    log.say("eve")
    listen(echo)
    assert parked(echo) == [("tally:6", "unreadable")]
    assert (reacted(echo)[-2:], listener.positions(echo)[-2:]) == (["tally:5", "tally:7"], [5, 7])
    row = echo.recorder.parked_one("tally:6")
    assert row is not None
    assert row.cause == "agora.groups.person_counted.v1 is another service's to say, and not that of the log it is in."


def test_without_that_guard_it_would_be_reacted_to(
    echo: Service, log: SpokenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "service_of", lambda _source: "groups")
    log.said.clear()
    log.say("dee", type="agora.groups.person_counted.v1")
    listen(echo)
    assert reacted(echo) == ["tally:6"]


def test_a_row_holds_the_message_and_tells_nothing_of_it(echo: Service, log: SpokenLog, listener: Listener) -> None:
    listener.reactions[4] = bug
    listen(echo)
    row = echo.recorder.parked_one("tally:4")
    assert row is not None
    assert parking.read_parked(row, None) == log.said[3]
    assert (row.source, row.position, row.subject) == ("tally", 4, str(somebody("cem")))
    assert row.cause.startswith("builtins.ValueError in tests.unit.kernel.test_parking") or "spoken" in row.cause
    assert SECRET not in row.cause


def test_a_refusal_is_a_cause_in_words(echo: Service, listener: Listener) -> None:
    listener.reactions[4] = lambda: Unlucky(number=4)
    listen(echo)
    row = echo.recorder.parked_one("tally:4")
    assert row is not None
    assert row.cause == "agora.unlucky: The tally 4 is unlucky."


def test_a_body_beyond_all_measure_is_not_kept(echo: Service, log: SpokenLog, listener: Listener) -> None:
    huge = log.say("dee")
    log.said[-1] = Envelope(**{name: getattr(huge, name) for name in huge.__dataclass_fields__ if name != "data"},
                            data=huge.data | {"more": "x" * parking.MOST_BYTES})  # fmt: skip
    listener.reactions[6] = bug
    listen(echo)
    row = echo.recorder.parked_one("tally:6")
    assert row is not None
    assert row.envelope == b""


def invalidated() -> Exception:
    return exc.DBAPIError("SELECT", {}, Exception("gone"), connection_invalidated=True)


def read_only() -> Exception:
    failure = RuntimeError()
    failure.sqlstate = "25006"  # type: ignore[attr-defined]
    return failure


PASSING: dict[str, Callable[[], Exception]] = {
    "the store's connection": lambda: OperationalError("gone"),
    "the views' connection": lambda: exc.OperationalError("SELECT", {}, Exception("gone")),
    "a connection that was found dead": invalidated,
    "no connection free": lambda: exc.TimeoutError("pool"),
    "the keys' file": lambda: sqlite3.OperationalError("disk full"),
    "a database that only reads": read_only,
    "a version conflict": VersionConflict,
    "conflicts without end": DecisionGaveUp,
    "not ready": Unready,
    "a socket": ConnectionResetError,
}


@pytest.mark.parametrize("stage", ["views", "reactions"])
def test_what_passes_by_itself_counts_against_no_message(
    echo: Service, log: SpokenLog, listener: Listener, stage: str, pauses: list[float]
) -> None:
    failing = getattr(listener, stage)
    for failure in PASSING.values():
        failing[log.say("fay").position] = failure
        for _ in range(2 * MOST_TRIES):
            with pytest.raises(type(failure())):
                intake_of(echo).step()
        failing.clear()
        listen(echo)
    assert (parked(echo), pauses) == ([], [])
    everything = list(range(1, log.head + 1))
    assert reacted(echo) == [f"tally:{position}" for position in everything]
    assert listener.positions(echo) == everything


def test_a_database_that_is_away_parks_nothing(
    echo: Service, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.reactions[4] = bug

    def away(*_: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as outage:
        outage.setattr(echo.recorder, "append", away)
        for _ in range(20):
            with pytest.raises(Unready):
                intake_of(echo).step()
    assert (parked(echo), reacted(echo)) == ([], [])
    listen(echo)
    assert parked(echo) == [("tally:4", "reactions")]


def test_without_the_difference_an_outage_would_park_everything(
    echo: Service, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.flow.taking_in.is_passing", lambda _failure: False)
    listener.reactions.update(dict.fromkeys(range(1, 6), lambda: OperationalError("away")))
    listen(echo)
    assert len(parked(echo)) == 5


def test_a_failure_is_passing_by_what_it_wraps() -> None:
    above = ValueError()
    assert not failures.is_passing(above)
    above.__cause__ = ConnectionResetError()
    assert failures.is_passing(above)


def test_without_the_wait_a_later_message_would_overtake(
    echo: Service, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fates, "look", lambda _self: set())
    monkeypatch.setattr(Fates, "note", lambda _self, _rows: None)
    listener.views[1] = bug
    listen(echo)
    assert parked(echo) == [("tally:1", "views")]
    assert reacted(echo) == ["tally:2", "tally:3", "tally:4", "tally:5"]


def test_poison_does_not_fill_the_store_and_messages_of_the_log_are_parked_all_the_same(
    echo: Service, log: SpokenLog, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "MOST_POISON", 3)
    listener.reactions[4] = bug
    poison = ParkedRow(
        name="", source="tally", position=0, subject="", type="", stage=parking.UNREADABLE, cause="No.", parked_at=NOON
    )
    taking_in = intake_of(echo).taking_in
    for numbers in (range(2), range(2, 5), range(5, 9)):
        taking_in.set_aside([replace(poison, name=f"unreadable:{number}") for number in numbers])
    taking_in.set_aside([replace(poison, name="rpc:1", stage="rpc")])
    listen(echo)
    names = [f"unreadable:{number}" for number in range(3)]
    assert parked(echo) == [("rpc:1", "rpc"), *((name, "unreadable") for name in names), ("tally:4", "reactions")]
