"""Whatever somebody does to a stored fact, the chain tells; hypothesis picks what."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.kernel.store import chain
from services.kernel.store.chain import BrokenChain, next_link, verify
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.services import ByHand, counting
from tests.support.services import closing as closing_tally

COLUMNS = ["position", "originator_id", "originator_version", "topic", "state", "link"]
FACTS = 8
Harm = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with eight facts of two tallies, some with a sealed note."""
    folder = tmp_path_factory.mktemp("chain")
    tallies = ByHand(folder)
    first, second = tallies.open_tally("first"), tallies.open_tally("second")
    for tally_id in (first, second, first, second, first):
        tallies.carry_out(counting(tally_id))
    tallies.carry_out(closing_tally(first))
    tallies.close()
    return folder / "facts.db"


def checked(path: Path) -> int:
    recorder = SQLiteRecorder(path, readonly=True)
    try:
        return verify(recorder.rows(), recorder.head())
    finally:
        recorder.close()


def harmed(stored: Path, harm: Harm) -> Path:
    """A copy of the store to which something was done with plain SQL."""
    path = stored.with_name("harmed.db")
    shutil.copy(stored, path)
    with closing(sqlite3.connect(path)) as connection:
        harm(connection)
        connection.commit()
    return path


def value_at(connection: sqlite3.Connection, column: str, position: int) -> Any:
    return connection.execute(f"SELECT {column} FROM facts WHERE position = ?", (position,)).fetchone()[0]


def put(connection: sqlite3.Connection, column: str, position: int, value: Any) -> None:
    connection.execute(f"UPDATE facts SET {column} = ? WHERE position = ?", (value, position))


def one_byte_changed(value: Any, place: int, byte: int) -> Any:
    """The value with one of its bytes replaced; of a number, of its eight."""
    if isinstance(value, int):
        octets = bytearray(value.to_bytes(8, "big", signed=True))
        octets[place % 8] = byte
        return int.from_bytes(octets, "big", signed=True)
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    octets[place % len(octets)] = byte
    return bytes(octets)


def test_an_untouched_store_holds(stored: Path) -> None:
    assert checked(stored) == FACTS


@given(some.sampled_from(COLUMNS), some.integers(1, FACTS), some.integers(0, 500), some.integers(0, 255))
@settings(max_examples=60)
def test_one_changed_byte_is_found(stored: Path, column: str, position: int, place: int, byte: int) -> None:
    changes: list[bool] = []

    def harm(connection: sqlite3.Connection) -> None:
        before = value_at(connection, column, position)
        after = one_byte_changed(before, place, byte)
        changes.append((before.encode() if isinstance(before, str) else before) != after)
        as_text = "CAST(? AS TEXT)" if isinstance(before, str) else "?"
        connection.execute(f"UPDATE OR REPLACE facts SET {column} = {as_text} WHERE position = ?", (after, position))

    path = harmed(stored, harm)
    if changes == [False]:
        assert checked(path) == FACTS
    else:
        with pytest.raises(BrokenChain):
            checked(path)


def swap_two_facts(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE facts SET position = 0 WHERE position = 3")
    connection.execute("UPDATE facts SET position = 3 WHERE position = 5")
    connection.execute("UPDATE facts SET position = 5 WHERE position = 0")


def swap_two_states(connection: sqlite3.Connection) -> None:
    third, fifth = (value_at(connection, "state", position) for position in (3, 5))
    put(connection, "state", 3, fifth)
    put(connection, "state", 5, third)


def add_a_fact(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO facts SELECT 9, originator_id, 99, topic, state, link FROM facts WHERE position = 8"
    )


def forge_a_fact_with_its_link(connection: sqlite3.Connection) -> None:
    """Whoever changes a fact and knows how links are made still has all later ones against him."""
    rows = connection.execute("SELECT * FROM facts WHERE position IN (3, 4) ORDER BY position").fetchall()
    _, owner, version, topic, state, _ = rows[1]
    forged = state.replace(b"2026", b"2027")
    assert forged != state
    put(connection, "state", 4, forged)
    put(connection, "link", 4, next_link(rows[0][5], 4, UUID(bytes=owner), version, topic, forged))


HARMS: dict[str, Harm] = {
    "first removed": lambda connection: connection.execute("DELETE FROM facts WHERE position = 1"),
    "middle removed": lambda connection: connection.execute("DELETE FROM facts WHERE position = 4"),
    "last removed": lambda connection: connection.execute("DELETE FROM facts WHERE position = 8"),
    "all removed": lambda connection: connection.execute("DELETE FROM facts"),
    "two swapped": swap_two_facts,
    "two states swapped": swap_two_states,
    "one added": add_a_fact,
    "forged with its link": forge_a_fact_with_its_link,
    "head set back": lambda connection: connection.execute("UPDATE head SET position = 7"),
    "head's link changed": lambda connection: connection.execute("UPDATE head SET link = zeroblob(32)"),
    "head removed": lambda connection: connection.execute("DELETE FROM head"),
    "topic is no text": lambda connection: put(connection, "topic", 4, b"tally:Tally.Counted"),
    "topic is no UTF-8": lambda connection: connection.execute("UPDATE facts SET topic = CAST(x'ff' AS TEXT)"),
    "version is a word": lambda connection: put(connection, "originator_version", 4, "two"),
    "version is below zero": lambda connection: put(connection, "originator_version", 4, -2),
    "position is below zero": lambda connection: put(connection, "position", 4, -4),
    "id is too short": lambda connection: put(connection, "originator_id", 4, b"short"),
    "id is a text": lambda connection: put(connection, "originator_id", 4, "short"),
    "state is a text": lambda connection: put(connection, "state", 4, "{}"),
    "link is a number": lambda connection: put(connection, "link", 4, 10**15),
}


@pytest.mark.parametrize("harm", HARMS)
def test_finds(stored: Path, harm: str) -> None:
    with pytest.raises(BrokenChain):
        checked(harmed(stored, HARMS[harm]))


def test_without_the_head_a_fact_cut_off_the_end_is_missed(stored: Path) -> None:
    recorder = SQLiteRecorder(harmed(stored, HARMS["last removed"]), readonly=True)
    rows = list(recorder.rows())
    assert verify(rows, (rows[-1].position, rows[-1].link)) == FACTS - 1
    recorder.close()


def test_without_links_a_changed_fact_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "next_link", lambda *_: bytes(32))
    monkeypatch.setattr("services.kernel.store.sqlite_append.next_link", lambda *_: bytes(32))
    tallies = ByHand(tmp_path)
    tallies.carry_out(counting(tallies.open_tally()))
    tallies.close()
    path = harmed(tmp_path / "facts.db", lambda connection: put(connection, "state", 1, b"{}"))
    assert checked(path) == 2
