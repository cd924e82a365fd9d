"""What an operator may get wrong, and what a disk or a database may do: one sentence each, and nothing half done."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from eventsourcing.persistence import OperationalError

from services.composition import SERVICES
from services.kernel.files import Files
from services.kernel.store.key_files import KeyFile
from services.kernel.store.recorder import Entry
from services.kernel.store.sqlite import SQLiteRecorder
from services.restoring import (
    ClockNotKept,
    HalfRestored,
    KeysNotRestored,
    filled_databases,
    restore,
    restore_keys,
)
from tests.integration.backups.keeping import (
    content,
    digest,
    refused,
    refused_as_program,
    unwatched,
)


@pytest.mark.parametrize("backup", ["facts", "keys"])
def test_one_changed_byte_is_found_wherever_it_is_and_nothing_is_restored(
    kept: Path, tmp_path: Path, backup: str
) -> None:
    option = ["--keys"] if backup == "keys" else []
    path = Path("mall") / f"{backup}.db"
    size = (kept / backup / path).stat().st_size
    for number, at in enumerate([0, 24, size // 3, size // 2, size - 1]):
        broken = Path(shutil.copytree(kept / backup, tmp_path / f"{number}"))
        with (broken / path).open("r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1]))
        assert str(path) in refused("backup_damaged", "restore", broken, *option, "--data", tmp_path / "new")
    assert set(content(tmp_path / "new")) <= {"lock"}


def test_a_manifest_that_says_something_else_is_not_believed(kept: Path, tmp_path: Path) -> None:
    for what, change in {
        "no_backup": lambda told: told.pop("files"),
        "backup_damaged": lambda told: told["services"]["mall"].__setitem__(0, 1),
    }.items():
        broken = Path(shutil.copytree(kept / "facts", tmp_path / what))
        told = json.loads((broken / "manifest.json").read_text())
        change(told)
        (broken / "manifest.json").write_text(json.dumps(told))
        refused(what, "restore", broken, "--data", tmp_path / "new")


def test_what_is_no_backup_is_told_apart(live: Path, kept: Path, tmp_path: Path) -> None:
    new = ["--data", tmp_path / "new"]
    refused("no_backup", "restore", live, *new)
    refused("no_backup", "restore", tmp_path / "nowhere", *new)
    assert "holds keys" in refused("other_backup", "restore", kept / "keys", *new)
    assert "holds what happened" in refused("other_backup", "restore", kept / "facts", "--keys", *new)
    shutil.copytree(kept / "facts", tmp_path / "part")
    (tmp_path / "part" / "groups" / "facts.db").unlink()
    refused("backup_damaged", "restore", tmp_path / "part", *new)
    assert not list((tmp_path / "new").glob("*/*.db"))


def test_a_place_with_something_in_it_is_not_filled(live: Path, kept: Path) -> None:
    before = digest(live)
    refused("not_empty", "restore", kept / "facts", "--data", live)
    refused("backup_exists", "backup", kept / "facts", "--data", live)
    refused("backup_exists", "backup", kept / "facts" / "manifest.json", "--data", live)
    refused("backup_exists", "backup", "/", "--data", live)
    assert digest(live) == before
    assert digest(kept / "facts") == before


def test_nothing_is_made_where_there_is_no_platform(tmp_path: Path) -> None:
    for option in ([], ["--keys"]):
        refused("no_stores", "backup", tmp_path / "backup", *option, "--data", tmp_path / "typo")
    assert list(tmp_path.iterdir()) == []


def test_missing_keys_are_not_made_in_passing(live: Path, tmp_path: Path) -> None:
    shutil.copytree(live, tmp_path / "live")
    (tmp_path / "live" / "groups" / "keys.db").unlink()
    refused("keys_missing", "backup", tmp_path / "keys", "--keys", "--data", tmp_path / "live")
    assert [path.name for path in tmp_path.iterdir()] == ["live"]
    assert not (tmp_path / "live" / "groups" / "keys.db").exists()


@pytest.mark.parametrize(("options", "limit_bytes"), [([], 40_000), (["--keys"], 4_096)])
def test_a_backup_that_finds_no_room_leaves_nothing(
    live: Path, tmp_path: Path, options: list[str], limit_bytes: int
) -> None:
    (tmp_path / "file").touch()
    refused("not_backed_up", "backup", tmp_path / "file" / "backup", *options, "--data", live)
    words = ["backup", tmp_path / "backup", *options, "--data", live]
    refused_as_program("not_backed_up", *words, limit_bytes=limit_bytes)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_restore_that_finds_no_room_leaves_nothing(kept: Path, tmp_path: Path) -> None:
    refused_as_program("not_restored", "restore", kept / "facts", "--data", tmp_path, limit_bytes=40_000)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_damaged_store_is_not_passed_on(live: Path, tmp_path: Path) -> None:
    shutil.copytree(live, tmp_path / "live")
    with closing(sqlite3.connect(tmp_path / "live" / "mall" / "facts.db")) as facts, facts:
        facts.execute("UPDATE facts SET state = x'7b2278223a317d' WHERE position = 2")
    refused("copy_differs", "backup", tmp_path / "backup", "--data", tmp_path / "live")
    with closing(sqlite3.connect(tmp_path / "live" / "mall" / "facts.db")) as facts, facts:
        facts.execute("UPDATE facts SET originator_id = 'x' WHERE position = 2")
    refused("copy_differs", "backup", tmp_path / "backup", "--data", tmp_path / "live")
    (tmp_path / "live" / "mall" / "facts.db").write_bytes(b"no database" * 1000)
    refused("store_not_readable", "backup", tmp_path / "backup", "--data", tmp_path / "live")
    assert [path.name for path in tmp_path.iterdir()] == ["live"]


def test_databases_that_go_away_meanwhile_are_half_filled_and_it_says_so(kept: Path, tmp_path: Path) -> None:
    def filled(service: str) -> SQLiteRecorder:
        return _Going(tmp_path / service / "facts.db")

    stores = SimpleNamespace(recorder=filled)
    with (
        pytest.raises(HalfRestored, match="the server is gone"),
        filled_databases(stores, tmp_path / "clock.json") as (fills, clock),
    ):
        restore(kept / "facts", fills, clock, unwatched)


def test_keys_that_cannot_be_put_back_are_said_so(kept: Path, tmp_path: Path) -> None:
    def rows_of(service: str) -> KeyFile:
        raise OperationalError("the server is gone")

    with pytest.raises(KeysNotRestored, match="the server is gone"):
        restore_keys(kept / "keys", rows_of)


def test_a_clock_that_cannot_be_kept_is_found_before_anything_is_filled(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ClockNotKept, match="Not a directory"):
        restore(kept / "facts", Files(tmp_path).recorder, tmp_path / "file" / "clock.json", unwatched)
    assert all(Files(tmp_path).recorder(service).position() == 0 for service in SERVICES)


class _Going(SQLiteRecorder):
    """A store whose database goes away as soon as something is to be stored."""

    def append(self, entries: Sequence[Entry]) -> list[int]:
        raise OperationalError("the server is gone")
