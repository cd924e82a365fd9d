"""What is looked at beside decisions is what is stored, and what is known already is not looked up."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.services import ByHand, closing, command
from tests.support.tally import Tallies, Tally

from .test_snapshots import Logbook


def test_what_is_seen_is_as_stored_and_not_as_decided(ours: ByHand, theirs: ByHand) -> None:
    tally_id = ours.open_tally()
    see = ours.executor.foresight.seen
    assert see(Tally, tally_id, lambda tally: tally.is_closed) is False
    under_way = ours.decide(closing(tally_id))
    assert ours.executor.live.get(tally_id).is_closed  # type: ignore[union-attr]
    assert see(Tally, tally_id, lambda tally: tally.is_closed) is False
    ours.finish(under_way)
    assert see(Tally, tally_id, lambda tally: tally.is_closed) is True
    assert see(Tally, theirs.open_tally("two"), lambda tally: tally.name) == "two"
    assert see(Tally, uuid4(), lambda tally: tally.name) is None
    assert see(Logbook, tally_id, lambda book: book.words) is None


def test_a_side_row_that_is_known_is_not_looked_up(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.open_tally("one")
    asked, side = list[str](), ours.recorder.side

    def noted(kind: str, key: str) -> bytes | None:
        asked.append(key)
        return side(kind, key)

    def knowing(tallies: Tallies) -> dict[str, Any]:
        tallies.unit.know_side("name", "mine", b"known")
        return {"found": [str(tallies.unit.side("name", key)) for key in ("mine", "nobody's")]}

    monkeypatch.setattr(ours.recorder, "side", noted)
    assert ours.carry_out(command(knowing)).body == {"found": ["b'known'", "None"]}
    assert asked == ["nobody's"]
