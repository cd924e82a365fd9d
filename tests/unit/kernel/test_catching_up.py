"""What decisions that have gathered are about is brought up to date at once; what is under way is not touched."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.domain import AggregateRoot
from services.kernel.store import foresight
from services.kernel.store.command import Answer, Command
from tests.support.services import ByHand, command, counted, counting, opening
from tests.support.tally import Tallies, Tally

from .test_snapshots import LOG_ID, Logbook


def about(one: Command, *things: UUID, **more: Any) -> Command:
    """The same, which says what it is about."""
    return replace(one, about=frozenset(things), **more)


def live(by: ByHand, tally_id: UUID) -> Tally:
    root = by.executor.live.get(tally_id)
    assert isinstance(root, Tally)
    return root


@pytest.fixture
def appends(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries each append was to store."""
    made, append = list[int](), ours.recorder.append

    def noted(entries: list[Any]) -> list[int]:
        made.append(len(entries))
        return append(entries)

    monkeypatch.setattr(ours.recorder, "append", noted)
    return made


@pytest.fixture
def loaded(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """What was loaded alone."""
    asked, history = list[UUID](), ours.recorder.history

    def noted(one: UUID, stamp: str) -> object:
        asked.append(one)
        return history(one, stamp)

    monkeypatch.setattr(ours.recorder, "history", noted)
    return asked


def both_counted(ours: ByHand, theirs: ByHand) -> list[UUID]:
    """Three tallies that are live here and have moved on there."""
    tallies = [ours.open_tally(name) for name in ("one", "two", "three")]
    for tally_id in tallies:
        theirs.carry_out(counting(tally_id))
    return tallies


def test_what_another_process_has_stored_does_not_make_a_batch_fail(
    ours: ByHand, theirs: ByHand, appends: list[int]
) -> None:
    tallies = both_counted(ours, theirs)
    commands = [about(counting(one), one) for one in tallies]
    appends.clear()
    ours.executor.foresight.look(commands)
    outcomes = ours.finish(*map(ours.decide, commands))
    assert [counted(one) for one in outcomes] == [2, 2, 2]
    assert appends == [3]


def test_without_the_look_the_batch_fails_and_all_are_decided_again(
    ours: ByHand, theirs: ByHand, appends: list[int]
) -> None:
    tallies = both_counted(ours, theirs)
    appends.clear()
    outcomes = ours.finish(*[ours.decide(counting(one)) for one in tallies])
    assert [counted(one) for one in outcomes] == [2, 2, 2]
    assert appends == [3, 1, 1, 1]


def test_what_is_stored_after_the_look_is_still_noticed(ours: ByHand, theirs: ByHand) -> None:
    tallies = both_counted(ours, theirs)
    commands = [about(counting(one), one) for one in tallies]
    ours.executor.foresight.look(commands)
    theirs.carry_out(counting(tallies[1]))
    assert [counted(one) for one in ours.finish(*map(ours.decide, commands))] == [2, 3, 2]


def test_what_is_not_live_is_made_live_at_once(ours: ByHand, theirs: ByHand, loaded: list[UUID]) -> None:
    tallies = [theirs.open_tally(name) for name in ("one", "two")]
    commands = [about(counting(one), one) for one in tallies]
    ours.executor.foresight.look(commands)
    assert [counted(one) for one in ours.finish(*map(ours.decide, commands))] == [1, 1]
    assert loaded == []


def test_what_was_absent_and_has_begun_since_is_there(ours: ByHand, theirs: ByHand) -> None:
    begun = opening("one")
    tally_id = UUID(str(theirs.carry_out(begun).body["tally_id"]))
    ours.executor.live.note_absent(tally_id)
    ours.executor.foresight.bring([tally_id])
    assert tally_id not in ours.executor.live.absent
    assert live(ours, tally_id).name == "one"


def test_what_has_facts_on_their_way_is_left_alone(ours: ByHand, theirs: ByHand) -> None:
    tally_id = ours.open_tally()
    under_way = ours.decide(counting(tally_id))
    theirs.carry_out(counting(tally_id))
    before = live(ours, tally_id)
    ours.executor.foresight.bring([tally_id])
    assert live(ours, tally_id) is before
    assert (before.version, before.count) == (2, 1)
    assert [counted(one) for one in ours.finish(under_way)] == [2], "the store told, and it was decided again"


def test_the_same_aggregate_is_caught_up_and_not_another_made(ours: ByHand, theirs: ByHand) -> None:
    (tally_id, *_) = both_counted(ours, theirs)
    before = live(ours, tally_id)
    assert before.count == 0
    ours.executor.foresight.bring([tally_id])
    assert live(ours, tally_id) is before
    assert before.count == 1
    assert before.version == ours.recorder.version(tally_id)


def test_one_that_cannot_be_caught_up_is_loaded_by_whoever_needs_it(
    ours: ByHand, theirs: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies = both_counted(ours, theirs)
    mutate = Tally.Counted.mutate

    def half(self: Tally.Counted, root: Any) -> Any:
        mutate(self, root)
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(Tally.Counted, "mutate", half)
        ours.executor.foresight.look([about(counting(one), one) for one in tallies])
    assert [ours.executor.live.get(one) for one in tallies] == [None] * 3
    assert [ours.carry_out(counting(one)).body["count"] for one in tallies] == [2, 2, 2]


@pytest.mark.parametrize("is_live", [True, False])
def test_one_with_very_many_new_facts_is_loaded_alone(
    ours: ByHand, theirs: ByHand, loaded: list[UUID], monkeypatch: pytest.MonkeyPatch, is_live: bool
) -> None:
    monkeypatch.setattr(foresight, "MOST_FACTS", 2)
    tally_id = (ours if is_live else theirs).open_tally()
    for _ in range(3):
        theirs.carry_out(counting(tally_id))
    loaded.clear()
    ours.executor.foresight.bring([tally_id])
    assert ours.executor.live.get(tally_id) is None
    assert tally_id not in ours.executor.live.absent
    assert ours.carry_out(counting(tally_id)).body["count"] == 4
    assert loaded == [tally_id]


def test_no_more_things_are_looked_for_than_is_good(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "MOST_THINGS", 3)
    things = [uuid4() for _ in range(5)]
    ours.executor.foresight.look([about(opening(str(one)), one) for one in things])
    assert len(ours.executor.live.absent) == 3
    ours.executor.live.clear()
    ours.executor.foresight.bring(things)
    assert len(ours.executor.live.absent) == 3


class TestFromASnapshot:
    @pytest.fixture(autouse=True)
    def _written(self, theirs: ByHand) -> None:
        def begin(tallies: Tallies) -> None:
            book = Logbook()
            for word in ("a", "b", "c"):
                book.write(word)
            tallies.unit.add(book)

        def write(tallies: Tallies) -> None:
            tallies.unit.get(Logbook, LOG_ID, ValueError()).write("d")  # type: ignore[arg-type]

        theirs.carry_out(command(begin))
        assert theirs.store.take_snapshot(Logbook, LOG_ID)
        theirs.carry_out(command(write))

    def test_it_is_made_from_that_and_what_came_after(self, ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Logbook.Begun, "mutate", None)  # it is not read from its beginning
        ours.executor.foresight.bring([LOG_ID])
        book = ours.executor.live.get(LOG_ID)
        assert isinstance(book, Logbook)
        assert (book.words, book.version) == (["a", "b", "c", "d"], 5)

    def test_one_that_other_code_took_is_not_used(
        self, ours: ByHand, loaded: list[UUID], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Logbook, "snapshot_version", 2, raising=False)
        ours.executor.foresight.bring([LOG_ID])
        assert ours.executor.live.get(LOG_ID) is None
        assert LOG_ID not in ours.executor.live.absent


def test_what_things_lead_to_is_brought_too(ours: ByHand, theirs: ByHand, loaded: list[UUID]) -> None:
    one, two, three = (theirs.open_tally(name) for name in ("one", "two", "three"))
    chain = {one: [two], two: [three, one], three: []}

    def leads_to(root: AggregateRoot) -> Iterable[UUID]:
        return chain[root.id]

    def count_all(tallies: Tallies) -> dict[str, Any]:
        return {"counts": [tallies.count(each)["count"] for each in chain]}

    counting_all = about(command(count_all), one, leads_to=leads_to)
    ours.executor.foresight.look([counting_all])
    assert ours.carry_out(counting_all).body == {"counts": [1, 1, 1]}
    assert loaded == []


def test_a_hint_that_breaks_harms_nobody(ours: ByHand) -> None:
    tally_id = ours.open_tally()

    def broken(root: AggregateRoot) -> Iterable[UUID]:
        raise ZeroDivisionError

    ours.executor.foresight.look([about(counting(tally_id), tally_id, leads_to=broken)])
    assert ours.carry_out(counting(tally_id)).body["count"] == 1


def test_those_that_are_carried_out_together_are_looked_ahead_for(
    ours: ByHand, theirs: ByHand, appends: list[int], loaded: list[UUID]
) -> None:
    tallies = both_counted(ours, theirs)
    appends.clear()
    ours.executor.commits.start("ours")
    outcomes = ours.executor.execute_all([about(counting(one), one) for one in tallies])
    assert [counted(one) for one in outcomes if isinstance(one, Answer)] == [2, 2, 2]
    ours.executor.close()
    assert (sum(appends), loaded) == (3, []), "none of them was stored or loaded twice"
