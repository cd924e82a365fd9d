"""A directory and its keys: another master key, or none, is told before anything is served or added."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from services.embedded import DirectoryNotUsable, Platform
from services.kernel.clock import SandboxOff
from services.kernel.domain import derived_id
from services.kernel.store.keys import KeysMissing, KeyStore, WrongMasterKey
from services.kernel.store.recorder import Entry
from services.settings import MasterKeyMissing, Settings


@pytest.fixture
def data(tmp_path: Path) -> Path:
    Platform(Settings(data=tmp_path / "data")).close()
    return tmp_path / "data"


def test_the_same_master_key_opens_it_again(data: Path) -> None:
    Platform(Settings(data=data)).close()


def test_another_master_key_is_refused_and_the_directory_let_go(data: Path) -> None:
    for _ in range(2):
        with pytest.raises(WrongMasterKey):
            Platform(Settings(data=data, master_key="ab" * 32))
    Platform(Settings(data=data)).close()


def test_without_the_proof_another_master_key_would_be_taken(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyStore, "prove", lambda self, has_facts: None)
    Platform(Settings(data=data, master_key="ab" * 32)).close()


def test_a_lost_master_key_is_not_replaced_by_a_new_one(data: Path) -> None:
    (data / "master.key").unlink()
    with pytest.raises(MasterKeyMissing):
        Platform(Settings(data=data))
    assert not (data / "master.key").exists()


def test_lost_keys_beside_facts_are_not_replaced_by_none(data: Path) -> None:
    with Platform(Settings(data=data)) as platform:
        _store_a_fact(platform)
    for file in (data / "identity").glob("keys.db*"):
        file.unlink()
    with pytest.raises(KeysMissing):
        Platform(Settings(data=data))


def test_a_directory_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DirectoryNotUsable):
        Platform(Settings(data=tmp_path / "file"))


def test_a_directory_whose_time_was_moved_keeps_its_time_and_moves_no_further(tmp_path: Path) -> None:
    with Platform(Settings(data=tmp_path, sandbox=True)) as platform:
        moved = platform.clock.advance(timedelta(days=16))
    with Platform(Settings(data=tmp_path)) as platform:
        assert platform.clock.now() >= moved
        with pytest.raises(SandboxOff):
            platform.clock.advance(timedelta(days=1))
    shutil.rmtree(tmp_path)


def _store_a_fact(platform: Platform) -> None:
    """One fact in identity's log: what it says does not matter here."""
    fact = StoredEvent(derived_id("somebody"), 1, "identity:Person.Registered", b"{}")
    platform.services["identity"].recorder.append([Entry(facts=[fact])])
