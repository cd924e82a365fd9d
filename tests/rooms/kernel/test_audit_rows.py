"""The audit of what lies beside the facts: command rows, tracking, snapshots, due rows, and the file itself."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from services.kernel.store.unit import AGAIN
from tests.support.audited import fill, found, look
from tests.support.forging import tamper
from tests.support.scenario import NOON


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


COMMANDS = {
    "to a position that does not exist": "UPDATE commands SET position = 16 WHERE position = 7",
    "to somebody else's fact": "UPDATE commands SET position = 8 WHERE position = 7",
    "without an answer": "UPDATE commands SET answer = 'x' WHERE position = 7",
    "under something that is no id": "INSERT INTO commands VALUES (x'00', x'00', '{}', 1)",
    "forged": "INSERT INTO commands VALUES (randomblob(16), x'00', '{}', -1)",
}


@pytest.mark.parametrize("statement", COMMANDS.values(), ids=COMMANDS.keys())
def test_finds_a_command_row(folder: Path, statement: str) -> None:
    tamper(folder / "facts.db", statement)
    assert list(found(look(folder))) == ["commands"]


@pytest.mark.parametrize(("source", "position"), [("tally", 16), ("nobody", 1), ("tally", -1)])
def test_finds_a_log_that_was_read_further_than_it_goes(folder: Path, source: str, position: int) -> None:
    tamper(folder / "facts.db", "INSERT OR REPLACE INTO tracking VALUES (?, ?)", source, position)
    assert list(found(look(folder))) == ["tracking"]


SNAPSHOTS = {
    "other state": "UPDATE snapshots SET state = CAST(replace(state, '\"count\":7', '\"count\":8') AS BLOB)",
    "another version": "UPDATE snapshots SET version = 7",
    "a version that is still to come": "UPDATE snapshots SET version = 50",
    "a state that cannot be read": "UPDATE snapshots SET state = x'ff'",
    "the id of nobody": "UPDATE snapshots SET originator_id = zeroblob(16)",
}


@pytest.mark.parametrize("statement", SNAPSHOTS.values(), ids=SNAPSHOTS.keys())
def test_finds_a_snapshot_with(folder: Path, statement: str) -> None:
    tamper(folder / "facts.db", statement)
    assert list(found(look(folder))) == ["I-11 snapshots"]


def test_a_snapshot_of_older_code_is_read_by_nobody_and_so_no_finding(folder: Path) -> None:
    tamper(folder / "facts.db", "UPDATE snapshots SET stamp = 'Tally/0', state = x'ff'")
    assert look(folder).findings == []


DUE = {
    "at another time": "UPDATE due SET due_at = due_at + 1",
    "that no fact caused": "INSERT INTO due VALUES ('close', 'somebody', 1, 1, 0)",
    "that is gone before its time": "DELETE FROM due",
}


@pytest.mark.parametrize("statement", DUE.values(), ids=DUE.keys())
def test_finds_a_due_row(folder: Path, statement: str) -> None:
    tamper(folder / "facts.db", statement)
    assert list(found(look(folder))) == ["due"]


def test_a_due_row_that_no_fact_sets_needs_none(folder: Path) -> None:
    tamper(folder / "facts.db", f"INSERT INTO due VALUES ('{AGAIN}look', 'somebody', 1, 1, 0)")
    assert found(look(folder)) == {}


def test_a_due_row_may_be_gone_once_it_was_due(folder: Path) -> None:
    tamper(folder / "facts.db", "DELETE FROM due")
    assert look(folder, NOON + timedelta(days=1)).findings == []


def test_a_due_row_may_wait_longer_after_a_failure(folder: Path) -> None:
    tamper(folder / "facts.db", "UPDATE due SET wake_at = wake_at + 1, tries = 1")
    assert look(folder).findings == []


@pytest.mark.parametrize("content", [None, b"", b"not a database, but long enough to look like one" * 40])
def test_finds_a_file_that_is_no_store(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "facts.db").write_bytes(content)
    report = look(tmp_path)
    assert [one.invariant for one in report.findings] == ["file"]
    assert report.digest is None
    assert (tmp_path / "facts.db").exists() == (content is not None)
