"""Backup and restore of a directory, by the command: what comes out is what was there, and mistakes do no harm."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from services import backing_up
from services.auditing import audit_directory
from services.backing_up import KeepsMoving, back_up
from services.cli.commands import app
from services.embedded import SERVICES
from services.kernel.refusals import Refusal
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.key_files import KeyFile
from services.settings import read
from tests.support.everybody import Everybody
from tests.support.ground import Embedded
from tests.support.process import PlatformProcess
from tests.support.surface_goods import ordered

SECRET = "whsec_c2VjcmV0LW9mLWV2ZXJ5Ym9keS1hbmQtbm9ib2R5LWVsc2U="
PERSON = {"name": "林娜", "mail": "lin.na@example.com", "password": "a long enough secret"}


def done(*words: object) -> str:
    ended = CliRunner().invoke(app, [str(word) for word in words])
    assert ended.exit_code == 0, (ended.output, ended.exception)
    return ended.output


def refused(code: str, *words: object) -> str:
    """The sentence."""
    refusal = CliRunner().invoke(app, [str(word) for word in words]).exception
    assert isinstance(refusal, Refusal), refusal
    assert refusal.code == f"agora.{code}", refusal.detail
    return refusal.detail


def refused_as_program(code: str, *words: object, limit_bytes: int | None = None) -> None:
    """One sentence, and exit code 1; with a limit to how large a file may be, as on a disk that is full."""

    def limit() -> None:
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    command = [sys.executable, "-m", "services", *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, preexec_fn=limit, check=False)
    lines = ended.stderr.strip().splitlines()
    assert (ended.returncode, len(lines)) == (1, 1), ended.stdout + ended.stderr
    assert lines[0].startswith(f"agora.{code} "), lines


def digest(directory: Path) -> str:
    """Of a directory in which nothing may be broken."""
    report = audit_directory(directory)
    assert not report.findings, report.findings
    assert report.digest
    return report.digest


def content(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def _ahead_seconds(directory: Path) -> float:
    return float(json.loads((directory / "clock.json").read_text())["ahead_seconds"])


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox in which somebody ordered, did not pay, and the time for it is over."""
    directory = tmp_path_factory.mktemp("live") / "data"
    with closing(Embedded(directory, SECRET)) as ground:
        everybody = Everybody(ground)
        everybody.ask("POST", "/identity/people", json=PERSON)
        ordered(everybody)
        ground.platform.clock.advance(timedelta(minutes=61))
        ground.settle()
    return directory


@pytest.fixture(scope="module")
def kept(live: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backups: ``facts`` and ``keys``."""
    folder = tmp_path_factory.mktemp("kept")
    done("backup", folder / "facts", "--data", live)
    done("backup", folder / "keys", "--keys", "--data", live)
    return folder


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
    assert _ahead_seconds(tmp_path / "new") == 61 * 60
    (tmp_path / "ahead").mkdir()
    (tmp_path / "ahead" / "clock.json").write_text('{"ahead_seconds": 7200.0}')
    done("restore", kept / "facts", "--data", tmp_path / "ahead")
    assert _ahead_seconds(tmp_path / "ahead") == 7200


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


def test_a_platform_on_which_nothing_happened_is_filled_but_not_while_it_runs(
    live: Path, kept: Path, tmp_path: Path
) -> None:
    with PlatformProcess(tmp_path) as platform:
        refused("directory_in_use", "restore", kept / "facts", "--data", tmp_path)
        platform.kill()
    done("restore", kept / "facts", "--data", tmp_path)
    assert digest(tmp_path) == digest(live)


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


class Moving:
    """The stores of a directory, of which a reader has heard more of another whenever that one was opened."""

    def __init__(self, live: Path, for_times: int) -> None:
        self._live, self._left = live, for_times
        self.opened: list[str] = []

    def __call__(self, service: str) -> FileAtRest:
        self.opened.append(service)
        store = FileAtRest(self._live / service / "facts.db")
        position, self._left = store.position(), self._left - (service == "groups")
        if service == "groups" and self._left >= 0:
            store.position = lambda: position - 1  # type: ignore[method-assign]
        return store


def _unwatched(_service: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def test_a_store_that_somebody_has_heard_more_of_is_looked_at_again(live: Path, tmp_path: Path) -> None:
    moving = Moving(live, for_times=3)
    back_up(tmp_path / "backup", moving, live / "clock.json", _unwatched)
    assert moving.opened.count("groups") == 4
    assert digest(tmp_path / "backup") == digest(live)


def test_stores_that_never_stand_still_are_not_backed_up(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing_up, "TRIES", 3)
    with pytest.raises(KeepsMoving, match="groups"):
        back_up(tmp_path / "backup", Moving(live, for_times=9), live / "clock.json", _unwatched)
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


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AGORA_")]:
        monkeypatch.delenv(name)
