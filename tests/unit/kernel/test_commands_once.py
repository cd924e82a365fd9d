"""The same command is carried out once, however often it comes; one decided on an old version is not at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.domain import Stale
from services.kernel.refusals import KeyReused, Missing
from services.kernel.store import sqlite_append
from services.kernel.store.command import Answer
from services.kernel.store.executor import Executor
from services.kernel.store.unit import Unit
from tests.support.services import ByHand, at_once, closing, command, counting, opened, opening
from tests.support.tally import TallyFull


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[ByHand]:
    ours = ByHand(tmp_path)
    yield ours
    ours.close()


def test_the_same_command_twice_at_once_and_later_has_one_effect_and_one_answer(tmp_path: Path) -> None:
    with opened(tmp_path) as service:
        tally_id, again = UUID(str(service.executor.execute_now(opening()).body["tally_id"])), uuid4()
        outcomes = at_once(service, [counting(tally_id, again) for _ in range(20)])
        outcomes.append(service.executor.execute_now(counting(tally_id, again)))
        assert {(answer.position, answer.body["count"]) for answer in outcomes} == {(2, 1)}
        assert [answer.repeated for answer in outcomes] == [False] + [True] * 20
        assert service.recorder.position() == 2


def test_without_looking_the_command_up_it_has_two_effects(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorder's own key still refuses the second row, so it is left out here: one guard at a time."""
    monkeypatch.setattr(Executor, "_earlier", lambda *_: None)
    monkeypatch.setattr(sqlite_append, "_insert_commands", lambda writer, commands: None)
    tally_id, again = ours.open_tally(), uuid4()
    ours.finish(*[ours.decide(counting(tally_id, again)) for _ in range(2)])
    assert ours.kinds() == ["Opened", "Counted", "Counted"]


def test_the_same_command_in_two_processes_has_one_effect(ours: ByHand, tmp_path: Path) -> None:
    theirs = ByHand(tmp_path)
    tally_id, other_id, again = ours.open_tally("one"), ours.open_tally("two"), uuid4()
    mine = ours.decide(counting(tally_id, again))
    first = theirs.carry_out(counting(other_id, again))
    assert ours.finish(mine) == [Answer(first.position, mine.answer.body, repeated=True)]
    assert ours.kinds() == ["Opened", "Opened", "Counted"]
    theirs.close()


@pytest.mark.parametrize("is_stored", [True, False])
def test_the_same_id_with_another_body_is_refused(ours: ByHand, is_stored: bool) -> None:
    tally_id, again = ours.open_tally(), uuid4()
    first = ours.decide(counting(tally_id, again, digest=b"one"))
    if is_stored:
        ours.commit()
    second = ours.decide(counting(tally_id, again, digest=b"two"))
    outcomes = ours.finish(first, second)
    assert [type(outcome) for outcome in outcomes] == [Answer, KeyReused]
    assert ours.kinds() == ["Opened", "Counted"]


def test_a_refused_command_may_be_sent_again(ours: ByHand) -> None:
    again = uuid4()
    with pytest.raises(Missing):
        ours.carry_out(counting(UUID(int=9), again))
    with pytest.raises(Missing):
        ours.carry_out(counting(UUID(int=9), again))
    assert ours.recorder.command(again) is None


def test_if_match_takes_the_version_that_was_read_and_no_other(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    ours.carry_out(counting(tally_id, expected=(tally_id, 1)))
    for version in (1, 3):
        with pytest.raises(Stale) as stale:
            ours.carry_out(counting(tally_id, expected=(tally_id, version)))
        assert stale.value.facts == {"known": version, "version": 2}
    ours.executor.live.clear()
    assert ours.carry_out(counting(tally_id, expected=(tally_id, 2))).body["count"] == 2


def test_who_is_refused_anyway_does_not_learn_by_if_match_which_version_there_is(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    ours.carry_out(closing(tally_id))
    with pytest.raises(TallyFull):
        ours.carry_out(counting(tally_id, expected=(tally_id, 1)))


def test_a_stale_command_leaves_nothing_behind(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    with pytest.raises(Stale):
        ours.carry_out(counting(tally_id, expected=(tally_id, 7)))
    assert ours.carry_out(counting(tally_id)).body["count"] == 1
    assert ours.kinds() == ["Opened", "Counted"]


def test_an_answer_that_cannot_be_written_leaves_nothing_behind(ours: ByHand) -> None:
    tally_id = ours.open_tally()
    with pytest.raises(TypeError):
        ours.carry_out(command(lambda tallies: tallies.count(tally_id) | {"too_large": 2**70}))
    assert ours.carry_out(counting(tally_id)).body["count"] == 1


def two_with_the_same_if_match(ours: ByHand) -> list[Any]:
    tally_id = ours.open_tally()
    return ours.finish(*[ours.decide(counting(tally_id, expected=(tally_id, 1))) for _ in range(2)])


def test_of_two_who_read_the_same_version_one_is_stale_even_before_the_disk(ours: ByHand) -> None:
    assert [type(outcome) for outcome in two_with_the_same_if_match(ours)] == [Answer, Stale]


def test_compared_with_the_stored_version_alone_both_would_pass(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unit, "version", lambda self, one: self._store.recorder.version(one))
    assert [type(outcome) for outcome in two_with_the_same_if_match(ours)] == [Answer, Answer]


def test_a_repeated_command_is_answered_even_when_its_if_match_is_old_by_now(ours: ByHand) -> None:
    tally_id, again = ours.open_tally(), uuid4()
    first = ours.carry_out(counting(tally_id, again, expected=(tally_id, 1)))
    assert ours.carry_out(counting(tally_id, again, expected=(tally_id, 1))).position == first.position
