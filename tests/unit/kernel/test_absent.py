"""That there is none is looked up once, and whoever relies on it is told when somebody has made one since."""

from uuid import UUID, uuid4

import pytest

from services.kernel.domain import derived_id
from services.kernel.refusals import Missing
from services.kernel.store import sqlite_append
from services.kernel.store.command import Answer, Command
from services.kernel.store.executor import Executor
from tests.support.services import ByHand, command, counting, opening
from tests.support.tally import Tallies, Tally


def looking(tally_id: UUID, gate_id: UUID) -> Command:
    """Count in one tally, and say whether another one is there."""

    def decide(tallies: Tallies) -> dict[str, object]:
        return tallies.count(tally_id) | {"had_gate": tallies.unit.find(Tally, gate_id) is not None}

    return command(decide)


def had_gate(by: ByHand, tally_id: UUID, gate_id: UUID) -> object:
    return by.carry_out(looking(tally_id, gate_id)).body["had_gate"]


def gate() -> tuple[Command, UUID]:
    """What opens a tally, and the id that it will have."""
    begun = opening("gate")
    return begun, derived_id(begun.context.command_id, "tally")


def test_the_store_is_asked_once(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    tally_id, asked, history = ours.open_tally("one"), list[UUID](), ours.recorder.history

    def counted(one: UUID, stamp: str) -> object:
        asked.append(one)
        return history(one, stamp)

    monkeypatch.setattr(ours.recorder, "history", counted)
    _, gate_id = gate()
    assert [had_gate(ours, tally_id, gate_id) for _ in range(3)] == [False] * 3
    assert asked.count(gate_id) == 1


def test_what_this_process_makes_is_there_at_once(ours: ByHand) -> None:
    tally_id, (begun, gate_id) = ours.open_tally("one"), gate()
    assert had_gate(ours, tally_id, gate_id) is False
    under_way = [ours.decide(begun), ours.decide(looking(tally_id, gate_id))]
    _, looked = ours.finish(*under_way)
    assert isinstance(looked, Answer)
    assert looked.body["had_gate"] is True


def test_what_another_process_makes_is_there_for_who_stores_something(ours: ByHand, theirs: ByHand) -> None:
    tally_id, (begun, gate_id) = ours.open_tally("one"), gate()
    assert had_gate(ours, tally_id, gate_id) is False
    theirs.carry_out(begun)
    assert had_gate(ours, tally_id, gate_id) is True


def test_without_the_comparison_it_would_not_be_seen(
    ours: ByHand, theirs: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_append, "_refuse_outdated", lambda *_: None)
    tally_id, (begun, gate_id) = ours.open_tally("one"), gate()
    assert had_gate(ours, tally_id, gate_id) is False
    theirs.carry_out(begun)
    assert had_gate(ours, tally_id, gate_id) is False


def test_nobody_is_refused_because_it_was_not_there_before(ours: ByHand, theirs: ByHand) -> None:
    begun, gate_id = gate()
    with pytest.raises(Missing):
        ours.carry_out(counting(gate_id))
    theirs.carry_out(begun)
    assert ours.carry_out(counting(gate_id)).body["count"] == 1


def test_without_another_look_one_would_be_refused(
    ours: ByHand, theirs: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Executor, "_outdated", lambda *_: False)
    begun, gate_id = gate()
    for _ in range(2):
        with pytest.raises(Missing):
            ours.carry_out(counting(gate_id))
        if not theirs.kinds():
            theirs.carry_out(begun)


def test_a_command_that_nobody_can_repeat_is_not_looked_up(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    tally_id, looked_up = ours.open_tally("one"), list[UUID]()
    monkeypatch.setattr(ours.recorder, "command", looked_up.append)
    ours.carry_out(counting(tally_id, is_new=True))
    assert looked_up == []
    ours.carry_out(counting(tally_id, known := uuid4()))
    assert looked_up == [known]
