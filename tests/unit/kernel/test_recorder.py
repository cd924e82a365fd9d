"""The SQLite recorder keeps the promises of every recorder, and a few of its own."""

import sqlite3
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError

from services.kernel.store import sqlite_append
from services.kernel.store.recorder import Entry, Recorder
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.recorder_contract import STREAM, RecorderContract, fact

AWKWARD = ["with space", "ünïcödé-東京", "sharp#sign", "what?mode=memory", "per%20cent", "a&b=c;d", "quote'\""]


class TestSQLiteRecorder(RecorderContract):
    def open(self, directory: Path) -> Recorder:
        return SQLiteRecorder(directory / "facts.db")


@pytest.mark.parametrize("name", AWKWARD)
def test_lies_where_it_was_put(tmp_path: Path, name: str) -> None:
    recorder = SQLiteRecorder(tmp_path / name / "facts.db")
    recorder.append([Entry([fact(1)])])
    assert recorder.select_events(STREAM) == [fact(1)]
    recorder.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "facts.db").exists()


def test_without_the_guard_against_holes_a_fact_lands_on_a_state_that_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    monkeypatch.setattr(sqlite_append, "_refuse_holes", lambda writer, facts: None)
    recorder.append([Entry([fact(1)]), Entry([fact(3)])])
    assert [stored.originator_version for stored in recorder.select_events(STREAM)] == [1, 3]
    recorder.close()


def test_without_one_transaction_a_clash_leaves_half_of_it_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    monkeypatch.setattr(sqlite_append, "_store_tracking", _refuse)
    with pytest.raises(ValueError):
        recorder.append([Entry([fact(1)])])
    assert recorder.position() == 0
    with pytest.raises(ValueError):
        sqlite_append.store(recorder._writer, [Entry([fact(1)])])
    assert recorder.select_events(STREAM) == [fact(1)]
    recorder.close()


def _refuse(*_: object) -> None:
    raise ValueError


def test_opened_for_reading_it_reads_while_another_writes_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "sharp#sign" / "facts.db"
    writer, reader = SQLiteRecorder(path), SQLiteRecorder(path, readonly=True)
    for version in (1, 2):
        writer.append([Entry([fact(version)])])
        assert reader.version(STREAM) == version
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._read().execute("DELETE FROM facts")
    with pytest.raises(AttributeError):
        reader.append([Entry([fact(3)])])
    assert writer.version(STREAM) == 2
    reader.close()
    writer.close()


def test_opened_for_reading_it_makes_nothing(tmp_path: Path) -> None:
    reader = SQLiteRecorder(tmp_path / "none" / "facts.db", readonly=True)
    with pytest.raises(sqlite3.OperationalError):
        reader.position()
    reader.close()
    assert list(tmp_path.iterdir()) == []


def test_opened_for_reading_after_the_writer_is_gone(tmp_path: Path) -> None:
    writer = SQLiteRecorder(tmp_path / "facts.db")
    writer.append([Entry([fact(1)])])
    writer.close()
    reader = SQLiteRecorder(tmp_path / "facts.db", readonly=True)
    assert reader.version(STREAM) == 1
    reader.close()


def test_what_is_stored_is_on_disk_when_append_returns(tmp_path: Path) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    assert recorder._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert recorder._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    recorder.close()


def test_an_error_of_the_disk_is_told_as_one_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_append, "_store_due", full)
        with pytest.raises(OperationalError, match="full"):
            recorder.append([Entry([fact(1)])])
    assert recorder.position() == 0
    assert recorder.append([Entry([fact(1)])]) == [1]
    recorder.close()
