"""The recorder on PostgreSQL keeps the promises of every recorder, and a few of its own."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent, Tracking

from services.kernel.store.chain import BrokenChain, verify
from services.kernel.store.clashes import PositionSeen
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry, KeptMessage, Recorder, SideRow
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.own_databases import OwnDatabases
from tests.support.recorder_contract import DUE, STREAM, RecorderContract, fact, kept, known, parked
from tests.support.scenario import NOON

TOPICS = ["tally:Tally.Counted", "заказ:Заказ.Оплачен", "a:" + "b" * 3_000, "🐝:🐝"]


class TestDatabaseRecorder(RecorderContract):
    @pytest.fixture(autouse=True)
    def _emptied(self, databases: OwnDatabases) -> None:
        self._databases = databases

    def open(self, directory: Path) -> Recorder:
        return self._databases.recorder()


def story() -> list[list[Entry]]:
    """Appends of every shape: long and short, of many streams, of all bytes, with and without facts."""
    streams = [UUID(int=number) for number in (0, 1, 2**128 - 1)]
    states = [b"", bytes(range(256)), b"x" * 100_000, b"{}"]
    facts = [
        StoredEvent(stream, version, topic, state)
        for stream in streams
        for version, (topic, state) in enumerate(zip(TOPICS, states, strict=True), start=1)
    ]
    return [
        [Entry(facts[:5], kept=[kept(1)]), Entry(tracking=[Tracking("mall", 1)])], [Entry()],
        [Entry([one]) for one in facts[5:]] + [Entry(kept=[kept(2), kept(1, "groups")])],
    ]  # fmt: skip


def test_the_chain_that_the_function_makes_is_the_one_that_is_checked(recorder: DatabaseRecorder) -> None:
    for entries in story():
        recorder.append(entries)
    assert verify(recorder.rows(), recorder.head()) == 12


def test_the_same_appends_end_in_the_same_link_as_in_a_file(recorder: DatabaseRecorder, tmp_path: Path) -> None:
    beside = SQLiteRecorder(tmp_path / "facts.db")
    for entries in story():
        assert recorder.append(entries) == beside.append(entries)
    assert recorder.head() == beside.head()
    assert recorder.kept_head() == beside.kept_head()
    assert list(recorder.rows()) == list(beside.rows())
    beside.close()


def test_a_changed_fact_is_found_by_its_link(databases: OwnDatabases, recorder: DatabaseRecorder) -> None:
    recorder.append([Entry([fact(1), fact(2)])])
    with databases.superuser() as connection:
        connection.execute("UPDATE facts.facts SET state = 'x' WHERE position = 1")
    with pytest.raises(BrokenChain):
        verify(recorder.rows(), recorder.head())


def test_a_long_log_is_read_page_by_page(recorder: DatabaseRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.store.postgres.reading.ROWS_AT_ONCE", 2)
    for version in range(1, 6):
        recorder.append([Entry([fact(version)])])
        assert verify(recorder.rows(), recorder.head()) == version


def test_texts_from_outside_come_back_whatever_is_in_them(recorder: DatabaseRecorder) -> None:
    awkward = "\0 \\0 \\ 'quote' ключ {} %s \n"
    row = parked(5, subject=awkward, name=awkward, source=awkward, type=awkward, cause=awkward)
    recorder.append([
        Entry(parked=[row], kept=[KeptMessage("mall", 5, awkward, b"{}")], sides=[SideRow(awkward, awkward, b"1")]),
    ])  # fmt: skip
    assert recorder.parked(10) == recorder.parked_of(awkward, awkward, 10) == [row]
    assert recorder.parked_one(awkward) == row
    assert recorder.parked_subjects() == {(awkward, awkward)}
    assert recorder.kept(0, 10)[0].message.type == awkward
    assert recorder.kept_count({awkward}, 1) == 1
    assert recorder.side(awkward, awkward) == b"1"
    recorder.append([Entry(released=[awkward])])
    assert recorder.parked_count() == 0


def test_rows_come_in_the_order_of_their_bytes_whatever_the_language_of_the_server(
    recorder: DatabaseRecorder, tmp_path: Path
) -> None:
    names = ["b", "B", "a", "A", "é", "e", "Z", "_", "-", "10", "9", "Я"]
    rows = [parked(1, name=f"mall:{name}", source=name) for name in names]
    beside = SQLiteRecorder(tmp_path / "facts.db")
    for store in (recorder, beside):
        store.append([Entry(parked=rows)])
    assert recorder.parked(100) == beside.parked(100)
    beside.close()


def test_what_is_released_and_parked_again_in_one_call_is_parked(recorder: DatabaseRecorder) -> None:
    recorder.append([Entry(parked=[parked(5)])])
    again = parked(5, cause="it broke again")
    recorder.append([Entry(released=["mall:5"]), Entry(parked=[again])])
    assert recorder.parked(10) == [again]
    recorder.append([Entry(released=["mall:5"], parked=[parked(5)])])
    assert recorder.parked(10) == [parked(5)]
    recorder.append([Entry(released=["mall:5"], parked=[again])])
    recorder.append([Entry(parked=[parked(6)]), Entry(released=["mall:6"])])
    assert recorder.parked(10) == [again]


def test_a_reader_may_go_on_several_times_in_one_call(recorder: DatabaseRecorder) -> None:
    recorder.append([Entry(tracking=[Tracking("mall", 4)]), Entry(tracking=[Tracking("mall", 7)])])
    assert recorder.tracked("mall") == 7
    with pytest.raises(PositionSeen):
        recorder.append([Entry(tracking=[Tracking("mall", 9)]), Entry(tracking=[Tracking("mall", 9)])])
    assert recorder.tracked("mall") == 7


def test_a_kept_message_is_not_kept_twice(recorder: DatabaseRecorder) -> None:
    recorder.append([Entry(kept=[kept(5)])])
    with pytest.raises(PositionSeen):
        recorder.append([Entry([fact(1)], kept=[kept(5)])])
    assert (recorder.position(), recorder.kept_head()[0]) == (0, 1)


def test_due_rows_keep_their_time_to_the_microsecond(recorder: DatabaseRecorder) -> None:
    row = type(DUE)("close", "a", NOON + timedelta(microseconds=1))
    recorder.append([Entry(due=[row])])
    assert recorder.due(NOON, 10) == []
    assert recorder.due(NOON + timedelta(microseconds=1), 10) == [row]


def test_whoever_waits_too_long_for_the_lock_is_told_so_and_nothing_is_stored(
    databases: OwnDatabases, recorder: DatabaseRecorder
) -> None:
    with databases.superuser() as holder, databases.patience("100ms"):
        holder.execute("SELECT pg_advisory_lock(16711, 1)")
        with pytest.raises(OperationalError, match="lock timeout"):
            recorder.append([Entry([fact(1)])])
    assert recorder.position() == 0
    assert recorder.append([Entry([fact(1)])]) == [1]


def test_a_batch_of_hundreds_of_entries_is_one_transaction(recorder: DatabaseRecorder) -> None:
    entries = [Entry([fact(1, one), fact(2, one)], known(uuid4())) for one in (uuid4() for _ in range(500))]
    assert recorder.append(entries) == list(range(2, 1_001, 2))
    assert verify(recorder.rows(), recorder.head()) == 1_000
    clashing = Entry([fact(1, STREAM), fact(3, STREAM)])
    with pytest.raises(Exception, match="does not follow"):
        recorder.append([*(Entry([fact(1, uuid4())]) for _ in range(500)), clashing])
    assert recorder.position() == 1_000
