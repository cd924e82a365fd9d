"""A snapshot is a cache: with it and without it an aggregate is the same, and an error in it harms nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import AggregateRoot, Begun, Fact, event
from services.kernel.flow import snapshots
from services.kernel.flow.snapshots import Snapshots
from services.kernel.store import eventstore
from services.kernel.store.eventstore import holds_personal_fields
from tests.support.scenario import ANNA
from tests.support.services import ByHand, command
from tests.support.tally import Tally

LOG_ID = UUID(int=0x106)


class Logbook(AggregateRoot):
    """Entries, without anything personal."""

    TOPIC = "tally:Logbook"

    class Begun(Begun):
        TOPIC = "tally:Logbook.Begun"

    class Written(Fact):
        TOPIC = "tally:Logbook.Written"
        word: str

    @event(Begun)
    def __init__(self) -> None:
        self.words: list[str] = []
        self.counts: dict[str, int] = {}
        self.latest: UUID | None = None

    @staticmethod
    def create_id() -> UUID:
        return LOG_ID

    @event(Written)
    def write(self, word: str) -> None:
        self.words.append(word)
        self.counts[word] = self.counts.get(word, 0) + 1
        self.latest = LOG_ID


class SetLogbook(AggregateRoot):
    """A mistake that is easily made: a set in the state."""

    TOPIC = "tally:SetLogbook"

    class Begun(Begun):
        TOPIC = "tally:SetLogbook.Begun"

    class Written(Fact):
        TOPIC = "tally:SetLogbook.Written"
        word: str

    @event(Begun)
    def __init__(self) -> None:
        self.words: set[str] = set()

    @staticmethod
    def create_id() -> UUID:
        return LOG_ID

    @event(Written)
    def write(self, word: str) -> None:
        self.words.add(word)


class Diary(AggregateRoot):
    """Keeps something personal in its state."""

    TOPIC = "tally:Diary"

    class Begun(Begun):
        TOPIC = "tally:Diary.Begun"

    class Written(Fact):
        TOPIC = "tally:Diary.Written"
        personal = {"word": "by_person_id"}
        by_person_id: UUID
        word: str

    @event(Begun)
    def __init__(self) -> None:
        self.word = ""

    @staticmethod
    def create_id() -> UUID:
        return LOG_ID

    def write(self, word: str) -> None:
        self._written(by_person_id=ANNA, word=word)

    @event(Written)
    def _written(self, by_person_id: UUID, word: str) -> None:
        self.word = word


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ByHand]:
    monkeypatch.setattr(snapshots, "EVERY_VERSIONS", 5)
    ours = ByHand(tmp_path)
    yield ours
    ours.close()


def write(ours: ByHand, kind: Any, words: str) -> None:
    """One command a word; the first begins the book."""

    def writing(word: str) -> Callable[[Any], None]:
        def decide(tallies: Any) -> None:
            book = tallies.unit.find(kind, LOG_ID)
            if book is None:
                tallies.unit.add(book := kind())
            book.write(word)

        return decide

    for word in words.split():
        ours.carry_out(command(writing(word)))


def both_ways(ours: ByHand) -> list[dict[str, Any]]:
    roots = [ours.store.load(Logbook, LOG_ID, use_snapshot=use) for use in (True, False)]
    return [vars(root) for root in roots]


def test_a_snapshot_and_what_came_after_is_the_whole_history(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Snapshots(ours.store)
    write(ours, Logbook, "calm storm calm fog")
    assert worker.step() == 5
    write(ours, Logbook, "storm sun")
    kept = ours.recorder.snapshot(LOG_ID)
    assert kept is not None
    assert kept.version == 5
    from_snapshot, from_all = both_ways(ours)
    assert from_snapshot == from_all
    assert from_all["counts"] == {"calm": 2, "storm": 2, "fog": 1, "sun": 1}
    asked: list[int] = []
    select_events = ours.recorder.select_events

    def noting(originator_id: UUID, *, after_version: int = 0) -> Any:
        asked.append(after_version)
        return select_events(originator_id, after_version=after_version)

    monkeypatch.setattr(ours.recorder, "select_events", noting)
    ours.executor.live.clear()
    write(ours, Logbook, "wind")
    assert asked == [5]


def test_a_snapshot_of_other_code_is_not_read(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    write(ours, Logbook, "calm storm")
    ours.store.take_snapshot(Logbook, LOG_ID)
    kept = ours.recorder.snapshot(LOG_ID)
    assert kept is not None
    ours.recorder.keep_snapshot(LOG_ID, replace(kept, state=kept.state.replace(b"storm", b"fog")))
    assert [state["words"] for state in both_ways(ours)] == [["calm", "fog"], ["calm", "storm"]]
    monkeypatch.setattr(Logbook, "snapshot_version", 2, raising=False)
    assert [state["words"] for state in both_ways(ours)] == [["calm", "storm"]] * 2


def test_no_snapshot_of_what_holds_anything_personal(ours: ByHand, tmp_path: Path) -> None:
    worker = Snapshots(ours.store)
    write(ours, Diary, "one two three four in-confidence")
    assert worker.step() == 6
    assert ours.recorder.snapshot(LOG_ID) is None
    assert b"in-confidence" not in (tmp_path / "facts.db-wal").read_bytes()
    assert [holds_personal_fields(kind) for kind in (Tally, Diary, Logbook)] == [True, True, False]


def test_who_keeps_nothing_personal_in_its_state_may_say_so(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Diary, "state_is_impersonal", True)
    write(ours, Diary, "one")
    assert ours.store.take_snapshot(Diary, LOG_ID)


def test_without_that_guard_what_is_personal_would_lie_open(
    ours: ByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventstore, "holds_personal_fields", lambda kind: False)
    write(ours, Diary, "in-confidence")
    assert ours.store.take_snapshot(Diary, LOG_ID)
    assert b"in-confidence" in (tmp_path / "facts.db-wal").read_bytes()


def test_a_state_that_cannot_be_written_has_no_snapshot_and_harms_no_command(ours: ByHand) -> None:
    worker = Snapshots(ours.store)
    write(ours, SetLogbook, "calm storm calm fog sun")
    with pytest.raises(TypeError):
        ours.store.take_snapshot(SetLogbook, LOG_ID)
    assert worker.step() == 6
    assert ours.recorder.snapshot(LOG_ID) is None
    ours.executor.live.clear()
    write(ours, SetLogbook, "wind")
    root = ours.store.load(SetLogbook, LOG_ID)
    assert root is not None
    assert root.words == {"calm", "storm", "fog", "sun", "wind"}
