"""A command is carried out once, in order, on the latest state; whatever else happens leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.domain import AggregateRoot, Begun, acting, event
from services.kernel.refusals import Missing
from services.kernel.service import Service
from services.kernel.store.command import Answer, Command
from services.kernel.store.executor import Executor
from services.kernel.store.unit import Unit
from tests.support.recorder_contract import in_threads
from tests.support.services import ByHand, at_once, closing, command, counted, counting, opened, opening
from tests.support.tally import MOST, Tally, TallyFull, TallyTaken


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path) as service:
        yield service


def open_tally(service: Service) -> UUID:
    return UUID(str(service.executor.execute_now(opening()).body["tally_id"]))


def test_exactly_fifty_of_five_hundred_are_counted_and_in_order(service: Service) -> None:
    tally_id = open_tally(service)
    outcomes = at_once(service, [counting(tally_id) for _ in range(500)])
    counted = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    assert [answer.body["count"] for answer in counted] == list(range(1, MOST + 1))
    assert [answer.position for answer in counted] == list(range(2, MOST + 2))
    assert {type(outcome) for outcome in outcomes} == {Answer, TallyFull}
    facts = [recorded.fact for recorded in service.store.facts(0, 1000)]
    assert [fact.originator_version for fact in facts] == list(range(1, MOST + 2))


def test_without_the_domain_guard_more_are_counted_than_there_is_room(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tally, "_has_room", lambda self: True)
    tally_id = open_tally(service)
    at_once(service, [counting(tally_id) for _ in range(500)])
    assert service.recorder.position() == 501


def test_threads_and_the_event_loop_share_one_order(service: Service) -> None:
    tally_id = open_tally(service)
    answers = in_threads(8, lambda: service.executor.execute_now(counting(tally_id)))
    assert sorted(answer.body["count"] for answer in answers) == list(range(1, 9))
    assert {answer.position - answer.body["count"] for answer in answers} == {1}


def test_twenty_at_once_want_the_same_name_and_one_gets_it(service: Service) -> None:
    outcomes = at_once(service, [opening("seals") for _ in range(20)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Answer"] + ["TallyTaken"] * 19
    assert all(isinstance(outcome, Answer | TallyTaken) for outcome in outcomes)


def test_a_refusal_on_an_outdated_live_tally_is_checked_against_the_store(ours: ByHand, tmp_path: Path) -> None:
    theirs = ByHand(tmp_path)
    tally_id = ours.open_tally()
    wants_two = command(lambda tallies: wait_for(tallies.unit, tally_id, 1))
    with pytest.raises(TallyFull):
        ours.carry_out(wants_two)
    theirs.carry_out(counting(tally_id))
    ours.carry_out(wants_two)
    theirs.close()


def wait_for(unit: Unit, tally_id: UUID, count: int) -> None:
    """Refused until so many are counted."""
    if unit.get(Tally, tally_id, Missing()).count < count:
        raise TallyFull(count=0)


def test_without_the_check_it_is_refused_for_a_state_of_the_past(
    ours: ByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Executor, "_outdated", lambda *_: False)
    with pytest.raises(TallyFull):
        test_a_refusal_on_an_outdated_live_tally_is_checked_against_the_store(ours, tmp_path)


def counts_then(tally_id: UUID, failure: Exception) -> Command:
    def decide(tallies: Any) -> None:
        tallies.count(tally_id)
        raise failure

    return command(decide)


@pytest.mark.parametrize("failure", [ValueError("a bug"), TallyFull(count=0), Missing()])
def test_what_fails_half_way_leaves_nothing_and_the_live_tally_clean(ours: ByHand, failure: Exception) -> None:
    tally_id = ours.open_tally()
    ours.carry_out(counting(tally_id))
    with pytest.raises(type(failure)):
        ours.carry_out(counts_then(tally_id, failure))
    assert ours.kinds() == ["Opened", "Counted"]
    assert ours.carry_out(counting(tally_id)).body["count"] == 2


def test_what_fails_half_way_upon_facts_on_their_way_leaves_them_be(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    first = ours.decide(counting(tally_id))
    failed = ours.decide(counts_then(tally_id, ValueError()))
    second = ours.decide(counting(tally_id))
    outcomes = ours.finish(first, failed, second)
    assert [type(outcome) for outcome in outcomes] == [Answer, ValueError, Answer]
    assert (first.answer.body["count"], second.answer.body["count"]) == (1, 2)


def test_a_live_tally_that_is_not_dropped_keeps_what_never_happened(
    ours: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally_id = ours.open_tally()
    ours.carry_out(counting(tally_id))
    monkeypatch.setattr(ours.executor.live, "drop", lambda originator_ids: None)
    with pytest.raises(ValueError, match="a bug"):
        ours.carry_out(counts_then(tally_id, ValueError("a bug")))
    assert ours.carry_out(counting(tally_id)).body["count"] == 3


class Buoy(AggregateRoot):
    """Another kind of thing of the same service."""

    TOPIC = "tally:Buoy"

    class Moored(Begun):
        TOPIC = "tally:Buoy.Moored"

    @event(Moored)
    def __init__(self) -> None:
        """Floats."""


@pytest.mark.parametrize("is_live", [True, False])
def test_the_id_of_another_kind_of_thing_is_missing(ours: ByHand, is_live: bool) -> None:
    made: list[UUID] = []

    def moor(tallies: Any) -> None:
        buoy = Buoy()
        tallies.unit.add(buoy)
        made.append(buoy.id)

    ours.carry_out(command(moor))
    if not is_live:
        ours.executor.live.clear()
    with pytest.raises(Missing):
        ours.carry_out(counting(made[0]))


def test_a_command_without_facts_is_remembered_and_waits_its_turn(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    ours.carry_out(closing(tally_id))
    again = closing(tally_id)
    assert ours.carry_out(again) == Answer(2, {})
    assert ours.carry_out(again) == Answer(2, {}, repeated=True)


def test_nothing_is_recorded_without_somebody_who_did_it(ours: ByHand) -> None:
    with pytest.raises(LookupError):
        Tally(tally_id=uuid4(), name="nobody's")


def test_together_they_are_decided_in_order_and_one_refused_keeps_none_back(service: Service) -> None:
    tally_id = open_tally(service)
    outcomes = service.executor.execute_all([counting(tally_id), closing(tally_id), counting(tally_id), opening("new")])
    assert [type(outcome) for outcome in outcomes] == [Answer, Answer, TallyFull, Answer]


def test_few_live_tallies_are_kept_and_the_others_are_read_again(ours: ByHand) -> None:
    ours.executor.live._most = 2
    tally_ids = [ours.open_tally(name) for name in "abc"]
    for expected in (1, 2):
        outcomes = ours.finish(*[ours.decide(counting(tally_id)) for tally_id in tally_ids])
        assert [counted(outcome) for outcome in outcomes] == [expected] * 3
    assert ours.executor.live.get(tally_ids[0]) is None


def test_facts_say_who_by_which_command_and_when(ours: ByHand) -> None:
    made = opening()
    with acting(made.context):
        ours.carry_out(made)
    (fact,) = ours.facts()
    assert fact.meta == [str(made.context.actor_id), None, str(made.context.command_id), str(UUID(int=2)), "test"]
    assert (fact.recorded_at, fact.effective_at) == (made.context.recorded_at, made.context.effective_at)
