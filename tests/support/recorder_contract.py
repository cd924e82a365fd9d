"""What every recorder must do, whatever database lies below: subclass it and say how one is opened."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent, Tracking

from services.kernel.store.chain import GENESIS, kept_link
from services.kernel.store.clashes import CommandKnown, NotParked, PositionSeen, SideTaken, VersionConflict
from services.kernel.store.recorder import (
    CommandRow,
    DueRow,
    Entry,
    KeptMessage,
    KeptRow,
    ParkedRow,
    Recorder,
    SideRow,
    StoredSnapshot,
)
from tests.support.scenario import NOON

STREAM, OTHER = UUID(int=1), UUID(int=2)
KNOWN, FRESH = UUID(int=3), UUID(int=4)
MINUTE = timedelta(minutes=1)
DUE = DueRow("close", "a", NOON)


def fact(version: int, stream: UUID = STREAM, state: bytes = b"{}", topic: str = "tally:Tally.Counted") -> StoredEvent:
    """A fact as bytes."""
    return StoredEvent(stream, version, topic, state)


def known(command_id: UUID = KNOWN) -> CommandRow:
    """A command row."""
    return CommandRow(command_id, b"digest", '{"a": 1}')


def kept(position: int, source: str = "mall") -> KeptMessage:
    """A message of another log."""
    return KeptMessage(source, position, "agora.mall.order_paid.v1", '{"id": "订单"}'.encode())


def parked(position: int, subject: str = "order 1", **more: Any) -> ParkedRow:
    """A message that could not be handled."""
    parts: dict[str, Any] = {
        "name": f"mall:{position}", "source": "mall", "type": "agora.mall.order_paid.v1", "stage": "reactions",
        "cause": "it broke", "parked_at": NOON, "envelope": b"{}",
    }  # fmt: skip
    return ParkedRow(position=position, subject=subject, **(parts | more))


def whole(**changes: Any) -> Entry:
    """An entry with one of everything, that fits on what ``RecorderContract.recorder`` holds."""
    parts: dict[str, Any] = {
        "facts": [fact(2)], "command": known(FRESH), "tracking": [Tracking("mall", 9)],
        "sides": [SideRow("mail", "b", b"2", unique=True), SideRow("word", "a", None)],
        "due": [DueRow("close", "b", NOON)], "kept": [kept(9)], "parked": [parked(9)], "released": ["mall:5"],
        "reads": {OTHER: 0},
    }  # fmt: skip
    return Entry(**(parts | changes))


CLASHES: dict[str, tuple[Entry, type[Exception]]] = {
    "a known command": (whole(command=known()), CommandKnown),
    "a stored version": (whole(facts=[fact(1)]), VersionConflict),
    "a version of the same batch": (whole(facts=[fact(2), fact(2)]), VersionConflict),
    "a version after a hole": (whole(facts=[fact(3)]), VersionConflict),
    "a stream that does not begin": (whole(facts=[fact(2, OTHER)]), VersionConflict),
    "a seen position": (whole(tracking=[Tracking("mall", 5)]), PositionSeen),
    "an older position": (whole(tracking=[Tracking("mall", 4)]), PositionSeen),
    "a read aggregate that moved on": (whole(facts=[fact(1, OTHER)], reads={STREAM: 0}), VersionConflict),
    "a read aggregate that is not there": (whole(reads={OTHER: 1}), VersionConflict),
    "a parked message that is not there": (whole(released=["mall:5", "mall:6"]), NotParked),
    "a taken side row": (whole(sides=[SideRow("word", "a", None), SideRow("mail", "a", b"2", unique=True)]), SideTaken),
}


class RecorderContract(ABC):
    """The promises of ``Recorder``."""

    @abstractmethod
    def open(self, directory: Path) -> Recorder:
        """A recorder over what lies in the directory; called twice for one directory, it is the same store."""

    @pytest.fixture
    def recorder(self, tmp_path: Path) -> Iterator[Recorder]:
        """A recorder with one of everything: version 1, a known command, position 5, two side rows, one due row."""
        recorder = self.open(tmp_path)
        sides = [SideRow("mail", "a", b"1", unique=True), SideRow("word", "a", b"1")]
        first = Entry([fact(1)], known(), [Tracking("mall", 5)], sides, [DUE], kept=[kept(5)], parked=[parked(5)])
        recorder.append([first])
        yield recorder
        recorder.close()

    def state(self, recorder: Recorder) -> tuple[Any, ...]:
        """All that can be read of what this contract writes."""
        return (
            recorder.position(), recorder.select_notifications(0, 100), recorder.due(NOON, 10),
            recorder.version(STREAM), recorder.version(OTHER), recorder.command(KNOWN), recorder.command(FRESH),
            recorder.kept(0, 10), recorder.kept_head(), recorder.parked(10), recorder.parked_subjects(),
            recorder.tracked("mall"), [recorder.side(*row) for row in (("mail", "a"), ("mail", "b"), ("word", "a"))],
        )  # fmt: skip

    def test_stores_everything_of_an_entry(self, recorder: Recorder, tmp_path: Path) -> None:
        assert recorder.append([whole()]) == [2]
        again = self.open(tmp_path)
        for reader in (recorder, again):
            assert reader.select_events(STREAM) == [fact(1), fact(2)]
            assert reader.command(FRESH) == CommandRow(FRESH, b"digest", '{"a": 1}', 2)
            assert (reader.tracked("mall"), reader.side("mail", "b"), reader.side("word", "a")) == (9, b"2", None)
            assert reader.due(NOON, 10) == [DUE, DueRow("close", "b", NOON)]
        again.close()

    @pytest.mark.parametrize("clash", CLASHES)
    def test_tells_clashes_apart_and_leaves_nothing_behind(self, recorder: Recorder, clash: str) -> None:
        entry, expected = CLASHES[clash]
        before = self.state(recorder)
        with pytest.raises(expected):
            recorder.append([entry])
        assert self.state(recorder) == before

    @pytest.mark.parametrize("clash", CLASHES)
    def test_an_entry_that_clashes_takes_the_whole_batch_with_it(self, recorder: Recorder, clash: str) -> None:
        entry, expected = CLASHES[clash]
        before = self.state(recorder)
        with pytest.raises(expected):
            recorder.append([Entry([fact(1, uuid4())]), entry, Entry([fact(1, uuid4())])])
        assert self.state(recorder) == before
        assert recorder.append([whole()]) == [2], "a position of what was not stored is taken by the next"

    def test_a_read_of_what_the_same_call_changes_is_not_compared(self, recorder: Recorder) -> None:
        assert recorder.append([Entry([fact(2)]), Entry([fact(1, OTHER)], reads={STREAM: 2})]) == [2, 3]
        assert recorder.append([Entry([fact(2, OTHER)], reads={STREAM: 2})]) == [4]

    def test_keeps_messages_in_the_order_in_which_they_came(self, recorder: Recorder) -> None:
        recorder.append([Entry(kept=[kept(7), kept(2, "groups")]), Entry(kept=[kept(8)])])
        links = [GENESIS]
        for name in ("mall:5", "mall:7", "groups:2", "mall:8"):
            links.append(kept_link(links[-1], name))
        came = [kept(5), kept(7), kept(2, "groups"), kept(8)]
        rows = [KeptRow(number, *row) for number, row in enumerate(zip(came, links[1:], strict=True), 1)]
        assert recorder.kept(0, 10) == rows
        assert recorder.kept(1, 2) == rows[1:3]
        assert recorder.kept_head() == (4, links[-1])

    def test_counts_kept_messages_of_types_up_to_a_position(self, recorder: Recorder) -> None:
        founded = KeptMessage("groups", 2, "agora.groups.group_founded.v1", b"{}")
        recorder.append([Entry(kept=[founded, kept(7)])])
        both = {founded.type, kept(7).type}
        assert [recorder.kept_count(both, through) for through in (0, 1, 2, 3, 9)] == [0, 1, 2, 3, 3]
        assert recorder.kept_count([kept(7).type], 9) == 2
        assert recorder.kept_count([], 9) == 0

    def test_parks_messages_and_takes_them_away(self, recorder: Recorder) -> None:
        behind, alone = parked(12, stage="behind"), parked(11, "", source="groups", name="groups:11")
        recorder.append([Entry(parked=[behind, alone]), Entry(parked=[parked(5, cause="another")])])
        assert recorder.parked(10) == [alone, parked(5), behind], "what is parked already stays as it is"
        assert (recorder.parked(1, 1), recorder.parked_count()) == ([parked(5)], 3)
        assert [recorder.poison_count(stage) for stage in (alone.stage, "behind", "rpc")] == [1, 0, 0], "of no subject"
        assert (recorder.parked_one("mall:12"), recorder.parked_one("mall:13")) == (behind, None)
        assert recorder.parked_of("mall", "order 1", 10) == [parked(5), behind]
        assert recorder.parked_subjects() == {("mall", "order 1")}
        recorder.append([Entry(released=["mall:5", "mall:12"])])
        assert recorder.parked(10) == [alone]
        assert recorder.parked_subjects() == set()
        again = parked(11, "", source="groups", name="groups:11", cause="another")
        recorder.append([Entry(parked=[again], released=["groups:11"])])
        assert recorder.parked(10) == [again], "what is released makes room for what is parked"

    def test_names_the_side_row_that_is_taken(self, recorder: Recorder) -> None:
        with pytest.raises(SideTaken) as taken:
            recorder.append([Entry(sides=[SideRow("mail", "a", b"2", unique=True)])])
        assert (taken.value.kind, taken.value.key) == ("mail", "a")

    def test_positions_ascend_over_all_streams(self, recorder: Recorder) -> None:
        assert recorder.append([Entry([fact(1, OTHER), fact(2)]), Entry(), Entry([fact(2, OTHER)])]) == [3, 3, 4]
        rows = recorder.select_notifications(0, 100)
        assert [(row.id, row.originator_id, row.originator_version) for row in rows] == [
            (1, STREAM, 1), (2, OTHER, 1), (3, STREAM, 2), (4, OTHER, 2),
        ]  # fmt: skip
        assert recorder.position() == 4

    def test_reads_a_part_of_the_log_and_of_a_stream(self, recorder: Recorder) -> None:
        recorder.append([Entry([fact(version) for version in range(2, 8)])])
        assert [row.id for row in recorder.select_notifications(2, 3)] == [3, 4, 5]
        assert [row.id for row in recorder.select_notifications(2, 100, upto=4)] == [3, 4]
        assert recorder.select_events(STREAM, after_version=6) == [fact(7)]
        assert recorder.select_events(OTHER) == []

    def test_reads_the_latest_fact_of_some_topics_and_of_no_other_stream(self, recorder: Recorder) -> None:
        said, told, other = fact(2, topic="word"), fact(3, topic="word"), fact(4, topic="other")
        recorder.append([Entry([said, told, other, fact(1, OTHER, topic="word")])])
        assert recorder.select_latest(STREAM, ["word"]) == told
        assert recorder.select_latest(STREAM, ["word", "other"]) == other
        assert recorder.select_latest(OTHER, ["other"]) is None

    def test_bytes_come_back_as_they_were(self, recorder: Recorder) -> None:
        state = bytes(range(256))
        recorder.append([Entry([fact(2, state=state)], sides=[SideRow("word", "ключ\0🐝", state)])])
        assert recorder.select_events(STREAM, after_version=1) == [fact(2, state=state)]
        assert recorder.side("word", "ключ\0🐝") == state

    def test_a_side_row_is_replaced_and_dropped(self, recorder: Recorder) -> None:
        recorder.append([Entry(sides=[SideRow("word", "a", b"2")])])
        assert recorder.side("word", "a") == b"2"
        recorder.append([Entry(sides=[SideRow("word", "a", None), SideRow("word", "a", b"3", unique=True)])])
        assert recorder.side("word", "a") == b"3"

    def test_what_is_due_comes_in_order_and_not_before_its_time(self, recorder: Recorder) -> None:
        later, earlier = DueRow("close", "b", NOON + MINUTE), DueRow("open", "c", NOON - MINUTE)
        recorder.append([Entry(due=[later, earlier])])
        assert recorder.due(NOON, 10) == [earlier, DUE]
        assert recorder.due(NOON + MINUTE, 2) == [earlier, DUE]
        assert recorder.due(NOON + MINUTE, 10) == [earlier, DUE, later]

    def test_a_due_row_is_moved_and_cleared(self, recorder: Recorder) -> None:
        moved = DueRow("close", "a", NOON + MINUTE)
        recorder.append([Entry(due=[moved])])
        assert recorder.due(NOON, 10) == []
        assert recorder.due(NOON + MINUTE, 10) == [moved]
        recorder.append([Entry(due=[DueRow("close", "a", None)])])
        assert recorder.due(NOON + MINUTE, 10) == []

    def test_a_row_that_was_moved_is_not_cleared_for_the_old_time(self, recorder: Recorder) -> None:
        moved = DueRow("close", "a", NOON + MINUTE)
        recorder.append([Entry(due=[moved])])
        recorder.append([Entry(due=[DueRow("close", "a", None, was_due_at=NOON)])])
        assert recorder.due(NOON + MINUTE, 10) == [moved]
        recorder.append([Entry(due=[DueRow("close", "a", None, was_due_at=NOON + MINUTE)])])
        assert recorder.due(NOON + MINUTE, 10) == []

    def test_postpones_and_counts_the_tries(self, recorder: Recorder) -> None:
        recorder.postpone(DUE, NOON + MINUTE)
        assert recorder.due(NOON, 10) == []
        assert recorder.due(NOON + MINUTE, 10) == [DueRow("close", "a", NOON, tries=1)]

    def test_counts_by_kind_what_was_tried_more_often(self, recorder: Recorder) -> None:
        recorder.append([Entry(due=[DueRow("open", "c", NOON)])])
        for _ in range(2):
            recorder.postpone(DUE, NOON + MINUTE)
        recorder.postpone(DueRow("open", "c", NOON), NOON + MINUTE)
        assert (recorder.tried(0), recorder.tried(1), recorder.tried(2)) == ({"close": 1, "open": 1}, {"close": 1}, {})

    def test_postpones_neither_what_was_cleared_nor_what_was_moved(self, recorder: Recorder) -> None:
        moved = DueRow("close", "a", NOON + 9 * MINUTE)
        recorder.append([Entry(due=[moved])])
        recorder.postpone(DUE, NOON + MINUTE)
        assert recorder.due(NOON + 8 * MINUTE, 10) == []
        assert recorder.due(NOON + 9 * MINUTE, 10) == [moved]
        recorder.append([Entry(due=[DueRow("close", "a", None)])])
        recorder.postpone(DUE, NOON + MINUTE)
        assert recorder.due(NOON + 9 * MINUTE, 10) == []

    def test_the_history_of_an_aggregate_is_a_snapshot_of_its_stamp_and_the_facts_after_it(
        self, recorder: Recorder
    ) -> None:
        facts = [fact(version) for version in range(2, 12)]
        recorder.append([Entry(facts=facts)])
        snapshot = StoredSnapshot(9, "Tally/1", b"state")
        assert recorder.history(STREAM, "Tally/1") == (None, [fact(1), *facts])
        recorder.keep_snapshot(STREAM, snapshot)
        assert recorder.history(STREAM, "Tally/1") == (snapshot, facts[8:])
        assert recorder.history(STREAM, "Tally/2") == (None, [fact(1), *facts])
        assert recorder.history(UUID(int=77), "Tally/1") == (None, [])

    def test_tells_the_news_of_many_at_once(self, recorder: Recorder) -> None:
        recorder.append([Entry([fact(2), fact(1, OTHER), fact(2, OTHER), fact(3, OTHER)])])
        nobody, unread = UUID(int=78), UUID(int=79)
        recorder.append([Entry([fact(1, unread)])])
        new, news = recorder.news({KNOWN, FRESH}, {STREAM: 2, OTHER: 1, nobody: 0}, 10)
        assert new == {FRESH}
        assert news == {OTHER: (None, [fact(2, OTHER), fact(3, OTHER)])}
        assert recorder.news((), {STREAM: 0}, 10) == (set(), {STREAM: (None, [fact(1), fact(2)])})
        assert recorder.news((), {}, 10) == (set(), {})

    def test_tells_the_news_since_a_snapshot_of_what_nothing_is_known_of(self, recorder: Recorder) -> None:
        recorder.append([Entry([fact(version) for version in range(2, 6)])])
        snapshot = StoredSnapshot(3, "Tally/1", b"state")
        recorder.keep_snapshot(STREAM, snapshot)
        assert recorder.news((), {STREAM: 0}, 10)[1] == {STREAM: (snapshot, [fact(3), fact(4), fact(5)])}
        assert recorder.news((), {STREAM: 1}, 10)[1] == {STREAM: (None, [fact(version) for version in range(2, 6)])}

    def test_tells_no_more_news_of_each_than_was_asked_for(self, recorder: Recorder) -> None:
        recorder.append([Entry([fact(2), fact(3), fact(1, OTHER)])])
        assert recorder.news((), {STREAM: 0, OTHER: 0}, 2)[1] == {
            STREAM: (None, [fact(1), fact(2)]), OTHER: (None, [fact(1, OTHER)]),
        }  # fmt: skip

    def test_keeps_the_latest_snapshot(self, recorder: Recorder) -> None:
        assert recorder.snapshot(STREAM) is None
        for version in (100, 200):
            recorder.keep_snapshot(STREAM, StoredSnapshot(version, "Tally/1", b"state"))
        assert recorder.snapshot(STREAM) == StoredSnapshot(200, "Tally/1", b"state")

    def test_other_threads_read_what_is_stored_at_once(self, recorder: Recorder) -> None:
        recorder.append([whole()])
        assert in_threads(8, lambda: self.state(recorder)) == [self.state(recorder)] * 8

    def test_writers_in_many_threads_share_one_order(self, recorder: Recorder) -> None:
        positions = in_threads(8, lambda: recorder.append([Entry([fact(1, uuid4())])])[0])
        assert sorted(positions) == list(range(2, 10))

    def test_readers_see_no_part_of_an_append(self, recorder: Recorder) -> None:
        """Three readers look while facts are stored in pairs: none of them ever sees half of one."""
        done = threading.Event()

        def look() -> set[int]:
            seen = {0}
            while not done.is_set():
                seen.add(len(recorder.select_notifications(1, 1000)))
            return seen

        def write() -> set[int]:
            try:
                for _ in range(50):
                    stream = uuid4()
                    recorder.append([Entry([fact(1, stream)]), Entry([fact(2, stream)])])
            finally:
                done.set()
            return set()

        seen = set[int]().union(*in_parallel([write, *[look] * 3]))
        assert {count % 2 for count in seen} == {0}
        assert recorder.position() == 101


def in_threads(number: int, work: Callable[[], Any]) -> list[Any]:
    """What the work returns in so many threads at once."""
    return in_parallel([work] * number)


def in_parallel(works: list[Callable[[], Any]]) -> list[Any]:
    """What each returns, all begun at the same moment; an error in one is raised."""
    together, results = threading.Barrier(len(works)), dict[int, Any]()

    def run(index: int) -> None:
        together.wait()
        try:
            results[index] = works[index]()
        except BaseException as failure:  # noqa: BLE001  handed to the test
            results[index] = failure

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results.values():
        if isinstance(result, BaseException):
            raise result
    return [results[index] for index in range(len(works))]
