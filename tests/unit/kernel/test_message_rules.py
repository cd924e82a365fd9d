"""The audit of what a store holds of other logs: how far they were read, what was kept, what is parked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import Tracking

from services.kernel.flow.relay import CURSOR
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.invariants import Broken
from services.kernel.store.message_rules import (
    OWN_CURSOR,
    KeptMessagesFollow,
    ParkedMessagesAreSane,
    ReadersAreNotAhead,
)
from services.kernel.store.recorder import Entry
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.forging import tamper
from tests.support.recorder_contract import fact, kept, parked

HEADS = {"mall": 10, "groups": 10}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that has read two logs, with five kept messages and three parked ones."""
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    recorder.append([
        Entry([fact(1), fact(2)], tracking=[Tracking("mall", 9), Tracking(OWN_CURSOR, 2)]),
        Entry(kept=[kept(1), kept(4), kept(2, "groups"), kept(5), kept(3, "groups")]),
        Entry(parked=[parked(4), parked(5, stage="behind")]),
        Entry(parked=[parked(0, name="digest", subject="", stage="unreadable", envelope=b"\xff")]),
    ])  # fmt: skip
    recorder.close()
    return tmp_path / "facts.db"


@pytest.fixture
def store(path: Path) -> Iterator[FileAtRest]:
    with FileAtRest(path) as opened:
        yield opened


def found(path: Path, kind: type[KeptMessagesFollow] | type[ParkedMessagesAreSane] | type[ReadersAreNotAhead]) -> str:
    """What an invariant finds in the file."""
    with FileAtRest(path) as store, pytest.raises(Broken) as broken:
        kind(store, HEADS.get).finish()
    return str(broken.value)


def test_they_hold_for_a_store_that_nobody_touched(store: FileAtRest) -> None:
    checked = {}
    for kind in (KeptMessagesFollow, ParkedMessagesAreSane, ReadersAreNotAhead):
        rule = kind(store, HEADS.get)
        rule.finish()
        checked[kind] = rule.checked
    assert checked == {KeptMessagesFollow: 5, ParkedMessagesAreSane: 3, ReadersAreNotAhead: 2}


def test_the_own_cursor_is_that_of_the_relay() -> None:
    assert OWN_CURSOR == CURSOR


def test_the_relay_is_not_ahead_of_its_own_log(path: Path) -> None:
    tamper(path, "UPDATE tracking SET position = 3 WHERE reader = ?", OWN_CURSOR)
    assert found(path, ReadersAreNotAhead) == "relay was read up to 3, but its log ends at 2"


def test_a_log_that_nobody_knows_was_not_read(path: Path) -> None:
    tamper(path, "UPDATE tracking SET reader = 'nobody' WHERE reader = 'mall'")
    assert "nobody was read up to 9" in found(path, ReadersAreNotAhead)


KEPT = {
    "a removed one": ("DELETE FROM kept WHERE position = 2", "kept message 2 is missing"),
    "the first removed": ("DELETE FROM kept WHERE position = 1", "kept message 1 is missing"),
    "another link": ("UPDATE kept SET link = zeroblob(32) WHERE position = 3", "kept message 3 is not what was kept"),
    "another source": ("UPDATE kept SET source = 'identity' WHERE position = 3", "kept message 3 is not what was kept"),
    "another position": (
        "UPDATE kept SET source_position = 9 WHERE position = 2",
        "kept message 2 is not what was kept",
    ),
    "one renumbered": ("UPDATE kept SET position = 9 WHERE position = 5", "kept message 5 is missing, 9 comes next"),
}


@pytest.mark.parametrize(("statement", "expected"), KEPT.values(), ids=KEPT.keys())
def test_finds_in_what_was_kept(path: Path, statement: str, expected: str) -> None:
    tamper(path, statement)
    assert expected in found(path, KeptMessagesFollow)


def test_finds_kept_messages_out_of_their_order(tmp_path: Path) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    recorder.append([Entry(kept=[kept(4), kept(3)])])
    recorder.close()
    assert "comes after a later one of its log" in found(tmp_path / "facts.db", KeptMessagesFollow)


@pytest.mark.parametrize(("position", "source"), [(11, "mall"), (1, "nobody")])
def test_finds_kept_messages_that_were_never_sent(tmp_path: Path, position: int, source: str) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    recorder.append([Entry(kept=[kept(position, source)])])
    recorder.close()
    assert f"{source}:{position} is kept, but the log" in found(tmp_path / "facts.db", KeptMessagesFollow)


def test_reads_what_was_kept_page_by_page(store: FileAtRest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.store.message_rules.PAGE", 2)
    for kind, count in ((KeptMessagesFollow, 5), (ParkedMessagesAreSane, 3)):
        rule = kind(store, HEADS.get)
        rule.finish()
        assert rule.checked == count


PARKED = {
    "no cause": ("UPDATE parked SET cause = '' WHERE position = 4", "does not say where it came from"),
    "no source": ("UPDATE parked SET source = '' WHERE position = 4", "does not say where it came from"),
    "no stage": ("UPDATE parked SET stage = '' WHERE position = 4", "does not say where it came from"),
    "a position before the first": ("UPDATE parked SET position = -1 WHERE position = 4", "is at position -1"),
    "a position beyond its log": ("UPDATE parked SET position = 11 WHERE position = 4", "is at 11, but its log ends"),
    "an unknown source": ("UPDATE parked SET source = 'nobody' WHERE position = 4", "its log ends at None"),
    "an envelope that is none": ("UPDATE parked SET envelope = x'ff' WHERE position = 5", "cannot be tried again"),
    "no envelope": ("UPDATE parked SET envelope = x'' WHERE position = 5", "cannot be tried again"),
}


@pytest.mark.parametrize(("statement", "expected"), PARKED.values(), ids=PARKED.keys())
def test_finds_in_what_is_parked(path: Path, statement: str, expected: str) -> None:
    tamper(path, statement)
    assert expected in found(path, ParkedMessagesAreSane)
