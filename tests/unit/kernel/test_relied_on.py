"""What a decision relied on is still so when it is stored, whoever else stores meanwhile."""

from uuid import UUID

import pytest

from services.kernel.domain import derived_id
from services.kernel.store import sqlite_append
from services.kernel.store.command import Answer, Command
from tests.support.services import ByHand, closing, command, opening
from tests.support.tally import Tallies, Tally, TallyFull


def counting_while_open(tally_id: UUID, gate_id: UUID) -> Command:
    """Count in one tally as long as another one, the gate, is there and not closed."""

    def decide(tallies: Tallies) -> dict[str, object]:
        gate = tallies.unit.find(Tally, gate_id)
        if gate is not None and gate.is_closed:
            raise TallyFull(count=gate.count)
        return tallies.count(tally_id) | {"had_gate": gate is not None}

    return command(decide)


def test_a_decision_on_what_another_process_changes_is_taken_again(ours: ByHand, theirs: ByHand) -> None:
    tally_id, gate_id = ours.open_tally("one"), ours.open_tally("gate")
    ours.carry_out(counting_while_open(tally_id, gate_id))
    mine = ours.decide(counting_while_open(tally_id, gate_id))
    theirs.carry_out(closing(gate_id))
    (outcome,) = ours.finish(mine)
    assert isinstance(outcome, TallyFull)
    assert ours.kinds() == ["Opened", "Opened", "Counted", "Closed"]


def test_a_live_aggregate_that_another_process_has_changed_is_read_again(ours: ByHand, theirs: ByHand) -> None:
    tally_id, gate_id = ours.open_tally("one"), ours.open_tally("gate")
    ours.carry_out(counting_while_open(tally_id, gate_id))
    theirs.carry_out(closing(gate_id))
    (outcome,) = ours.finish(ours.decide(counting_while_open(tally_id, gate_id)))
    assert isinstance(outcome, TallyFull)


def test_without_the_comparison_it_is_stored_on_a_gate_that_is_closed(
    ours: ByHand, theirs: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_append, "_refuse_outdated", lambda *_: None)
    tally_id, gate_id = ours.open_tally("one"), ours.open_tally("gate")
    mine = ours.decide(counting_while_open(tally_id, gate_id))
    theirs.carry_out(closing(gate_id))
    (outcome,) = ours.finish(mine)
    assert isinstance(outcome, Answer)


def test_that_something_was_not_there_is_relied_on_too(ours: ByHand, theirs: ByHand) -> None:
    tally_id, begun = ours.open_tally("one"), opening("gate")
    gate_id = derived_id(begun.context.command_id, "tally")
    mine = ours.decide(counting_while_open(tally_id, gate_id))
    assert mine.outcome is None
    theirs.carry_out(begun)
    (outcome,) = ours.finish(mine)
    assert isinstance(outcome, Answer)
    assert outcome.body["had_gate"] is True
