"""Backup and restore of a directory: what comes out is what was there."""

import shutil
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from services import backing_up
from services.backing_up import KeepsMoving, back_up
from services.composition import SERVICES
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.key_files import KeyFile
from services.settings import read
from tests.integration.backups.keeping import (
    PERSON,
    ahead_seconds,
    digest,
    done,
    refused,
    refused_as_program,
    unwatched,
)
from tests.support.process import PlatformProcess


def test_a_backup_is_audited_and_restored_as_what_was_there(live: Path, kept: Path, tmp_path: Path) -> None:
    assert digest(kept / "facts") == digest(live)
    done("restore", kept / "facts", "--data", tmp_path / "new")
    assert digest(tmp_path / "new") == digest(live)
    for service in SERVICES:
        with (
            FileAtRest(live / service / "facts.db") as was,
            FileAtRest(tmp_path / "new" / service / "facts.db") as made,
        ):
            assert list(made.rows()) == list(was.rows())
            assert list(made.commands()) == list(was.commands())
            assert (made.trackings(), made.due_rows()) == (was.trackings(), was.due_rows())


def test_the_time_of_a_sandbox_goes_with_it_and_never_back(kept: Path, tmp_path: Path) -> None:
    done("restore", kept / "facts", "--data", tmp_path / "new")
    assert ahead_seconds(tmp_path / "new") == 61 * 60
    (tmp_path / "ahead").mkdir()
    (tmp_path / "ahead" / "clock.json").write_text('{"ahead_seconds": 7200.0}')
    done("restore", kept / "facts", "--data", tmp_path / "ahead")
    assert ahead_seconds(tmp_path / "ahead") == 7200


def test_who_was_there_signs_in_and_reads_what_is_theirs(live: Path, kept: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    done("restore", kept / "facts", "--data", new)
    done("restore", kept / "keys", "--keys", "--data", new)
    shutil.copy(live / "master.key", new)
    with PlatformProcess(new) as platform:
        client = platform.client()
        session = client.post("/identity/sessions", json={"mail": PERSON["mail"], "password": PERSON["password"]})
        headers = {"Authorization": f"Bearer {session.json()['token']}"}
        assert client.get("/identity/people/me", headers=headers).json()["name"] == PERSON["name"]
        assert httpx.get(f"{platform.url}/readyz").status_code == 200
        assert platform.stop() == 0


def test_without_its_keys_it_does_not_open(live: Path, kept: Path, tmp_path: Path) -> None:
    done("restore", kept / "facts", "--data", tmp_path)
    shutil.copy(live / "master.key", tmp_path)
    refused_as_program("keys_missing", "up", "--port", "0", "--data", tmp_path)


def test_who_was_forgotten_since_stays_forgotten(live: Path, kept: Path, tmp_path: Path) -> None:
    shutil.copytree(live, tmp_path / "living")
    with closing(KeyFile(tmp_path / "living" / "mall" / "keys.db")) as keys:
        person = next(person for person, _, _ in keys.all() if person)
        keys.bury(person, "mall")
    done("restore", kept / "keys", "--keys", "--data", tmp_path / "living")
    with closing(KeyFile(tmp_path / "living" / "mall" / "keys.db")) as keys:
        assert keys.get(person, "mall") == b""


def test_a_platform_on_which_nothing_happened_is_filled_but_not_while_it_runs(
    live: Path, kept: Path, tmp_path: Path
) -> None:
    with PlatformProcess(tmp_path) as platform:
        refused("directory_in_use", "restore", kept / "facts", "--data", tmp_path)
        platform.kill()
    done("restore", kept / "facts", "--data", tmp_path)
    assert digest(tmp_path) == digest(live)


class Moving:
    """The stores of a directory, of which a reader has heard more of groups than was there, so many times."""

    def __init__(self, live: Path, for_times: int) -> None:
        self._live, self._for_times = live, for_times
        self.looks = 0

    def __call__(self, service: str) -> FileAtRest:
        store = FileAtRest(self._live / service / "facts.db")
        if service == "groups":
            look, position = store.look, store.position

            def look_and_count() -> None:
                look()
                self.looks += 1

            store.look = look_and_count  # type: ignore[method-assign]
            store.position = lambda: position() - (self.looks <= self._for_times)  # type: ignore[method-assign]
        return store


def test_a_store_that_somebody_has_heard_more_of_is_looked_at_again(live: Path, tmp_path: Path) -> None:
    moving = Moving(live, for_times=3)
    back_up(tmp_path / "backup", moving, live / "clock.json", unwatched)
    assert moving.looks == 4
    assert digest(tmp_path / "backup") == digest(live)


def test_stores_that_never_stand_still_are_not_backed_up(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing_up, "TRIES", 3)
    with pytest.raises(KeepsMoving, match="groups"):
        back_up(tmp_path / "backup", Moving(live, for_times=9), live / "clock.json", unwatched)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_read_where_nothing_can_be_written(kept: Path) -> None:
    """A database in write-ahead mode cannot be opened on a medium that is only read."""
    for path in kept.rglob("*.db"):
        assert path.read_bytes()[18:20] == b"\x01\x01", path
    assert {path.suffix for path in kept.rglob("*") if path.is_file()} == {".db", ".json"}


def test_a_directory_that_is_named_is_meant_whatever_the_environment_says(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGORA_DATABASE_URL", "postgresql://agora_{service}@nowhere.invalid/agora_{service}")
    assert (read().is_apart, read(data=live).is_apart) == (True, False)
    assert digest(live) in done("audit", "--data", live)
