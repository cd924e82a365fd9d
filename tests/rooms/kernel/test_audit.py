"""The audit finds whatever is wrong with a store, and nothing in one that is sound."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.support.audited import FACTS, fill, found, look
from tests.support.forging import opened, rechain, tamper
from tests.support.services import ByHand, counting


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


def test_a_sound_store_has_no_finding(folder: Path) -> None:
    report = look(folder)
    assert report.findings == []
    assert report.facts == FACTS
    assert all(one.is_finished for one in report.examined)
    counts = {one.name: one.checked for one in report.examined}
    assert counts["chain"] == counts["facts"] == counts["authors"] == FACTS
    assert counts["I-02 versions"] == 2
    assert counts["commands"] == FACTS
    assert counts["tracking"] == counts["I-11 snapshots"] == counts["due"] == 1
    assert counts["twelve"] == 12


def test_reads_while_somebody_writes_and_takes_no_lock(folder: Path) -> None:
    hand = ByHand(folder)
    try:
        assert look(folder).findings == []
        hand.open_tally("whales")
        report = look(folder)
    finally:
        hand.close()
    assert report.findings == []
    assert report.facts == FACTS + 1


def test_needs_no_key(folder: Path) -> None:
    before = look(folder)
    (folder / "keys.db").unlink()
    assert look(folder) == before


COLUMNS = {
    "position": "UPDATE facts SET position = 99 WHERE position = 7",
    "originator_id": "UPDATE facts SET originator_id = zeroblob(16) WHERE position = 7",
    "the length of originator_id": "UPDATE facts SET originator_id = x'00' WHERE position = 7",
    "originator_version": "UPDATE facts SET originator_version = 99 WHERE position = 7",
    "a version below zero": "UPDATE facts SET originator_version = -1 WHERE position = 7",
    "topic": "UPDATE facts SET topic = 'tally:Tally.Closed' WHERE position = 7",
    "a topic that is no text": "UPDATE facts SET topic = x'ff' WHERE position = 7",
    "a topic that is not UTF-8": "UPDATE facts SET topic = CAST(x'ff' AS TEXT) WHERE position = 7",
    "state": "UPDATE facts SET state = CAST(replace(state, 'test', 'tesu') AS BLOB) WHERE position = 7",
    "a state that is no bytes": "UPDATE facts SET state = 'x' WHERE position = 7",
    "link": "UPDATE facts SET link = zeroblob(32) WHERE position = 7",
    "the end of the log": "UPDATE head SET position = 14",
    "the link of the end": "UPDATE head SET link = zeroblob(32)",
    "no end of the log": "DELETE FROM head",
}


@pytest.mark.parametrize("statement", COLUMNS.values(), ids=COLUMNS.keys())
def test_finds_a_change_of(folder: Path, statement: str) -> None:
    tamper(folder / "facts.db", statement)
    assert "chain" in found(look(folder))


@pytest.mark.parametrize("position", [1, 7, FACTS], ids=["first", "middle", "last"])
def test_finds_a_removed_fact(folder: Path, position: int) -> None:
    tamper(folder / "facts.db", "DELETE FROM facts WHERE position = ?", position)
    assert "chain" in found(look(folder))


def test_names_position_and_stream(folder: Path) -> None:
    tamper(folder / "facts.db", "UPDATE facts SET link = zeroblob(32) WHERE position = 7")
    (finding,) = look(folder).findings
    with opened(folder / "facts.db") as rows:
        (owner,) = rows.execute("SELECT originator_id FROM facts WHERE position = 7").fetchone()
    assert (finding.service, finding.invariant, finding.position) == ("tally", "chain", 7)
    assert finding.stream == str(UUID(bytes=owner))


def test_any_byte_changed_in_the_file_of_facts_is_found_or_says_nothing_else(folder: Path) -> None:
    """Flips one byte after the other, all over the file: never a crash, and never other facts without a finding."""
    path, sound = folder / "facts.db", look(folder)
    content = path.read_bytes()
    for offset in range(0, len(content), 401):
        path.write_bytes(content[:offset] + bytes([content[offset] ^ 0x55]) + content[offset + 1 :])
        report = look(folder)
        assert report.findings or (report.facts, report.digest) == (sound.facts, sound.digest), offset


def rewrite(folder: Path, position: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the state of a fact and make the chain fit."""
    path = folder / "facts.db"
    with opened(path) as rows:
        (state,) = rows.execute("SELECT state FROM facts WHERE position = ?", (position,)).fetchone()
    told = json.loads(state)
    change(told)
    tamper(path, "UPDATE facts SET state = ? WHERE position = ?", json.dumps(told).encode(), position)
    rechain(path)


NAIVE = {"_type_": "datetime_iso", "_data_": "2026-03-02T12:00:00"}
CHANGES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a field that is gone": ("facts", lambda told: told.pop("by_person_id")),
    "a field of another type": ("facts", lambda told: told.update(by_person_id=7)),
    "a value of an unknown type": ("facts", lambda told: told.update(note={"_type_": "x", "_data_": ""})),
    "no author": ("facts", lambda told: told.pop("meta")),
    "an author that is no id": ("authors", lambda told: told["meta"].__setitem__(0, "anna")),
    "no command": ("authors", lambda told: told["meta"].__setitem__(2, None)),
    "no correlation": ("authors", lambda told: told["meta"].__setitem__(3, "")),
    "no cause": ("authors", lambda told: told["meta"].__setitem__(4, "")),
    "too little of an author": ("authors", lambda told: told["meta"].pop()),
    "a time without a zone": ("authors", lambda told: told.update(timestamp=NAIVE)),
    "a time that is no time": ("authors", lambda told: told.update(effective_at="noon")),
    "another command": ("commands", lambda told: told["meta"].__setitem__(2, str(UUID(int=100)))),
}


@pytest.mark.parametrize(("invariant", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_finds_in_a_chain_that_fits(folder: Path, invariant: str, change: Callable[[dict[str, Any]], object]) -> None:
    rewrite(folder, 7, change)
    report = look(folder)
    assert invariant in found(report)
    assert "chain" not in found(report)


def test_what_cannot_be_read_leaves_the_rest_undecided_and_the_digest_out(folder: Path) -> None:
    rewrite(folder, 7, lambda told: told.pop("by_person_id"))
    report = look(folder)
    assert found(report)["facts"][0] == 7
    assert not next(one for one in report.examined if one.name == "twelve").is_finished
    assert report.digest is None


@pytest.mark.parametrize("topic", ["tally:Tally.Renamed", "mall:Order.Placed", "os:system", ""])
def test_finds_a_fact_of_a_kind_that_the_service_does_not_have(folder: Path, topic: str) -> None:
    tamper(folder / "facts.db", "UPDATE facts SET topic = ? WHERE position = 7", topic)
    rechain(folder / "facts.db")
    assert found(look(folder))["facts"][0] == 7


def test_finds_a_hole_in_the_versions_of_a_stream(folder: Path) -> None:
    tamper(folder / "facts.db", "DELETE FROM facts WHERE position = 7")
    rechain(folder / "facts.db")
    assert found(look(folder))["I-02 versions"] == (8, "version 8 comes after version 6")


def test_finds_what_the_service_says_is_broken(folder: Path) -> None:
    hand = ByHand(folder)
    tally_id = hand.open_tally("whales")
    hand.carry_out(counting(tally_id))
    hand.close()
    assert found(look(folder))["twelve"] == (FACTS + 2, "somebody counted on")
