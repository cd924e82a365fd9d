"""What is personal lies sealed under its person's key: nowhere readable, movable to nowhere, gone with the key."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from eventsourcing.persistence import StoredEvent

from services.kernel.domain import FORGOTTEN, acting
from services.kernel.store import keys
from services.kernel.store.eventstore import EventStore
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyStore
from services.kernel.store.sealing import SealingMapper
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.scenario import ANNA, BORIS, NOON, context
from tests.support.services import MASTER_KEY, NOTE, ByHand, noting
from tests.support.tally import Tally

TALLY_ID = UUID(int=77)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_plain_text_is_nowhere_on_disk(tallies: ByHand, tmp_path: Path) -> None:
    tallies.carry_out(noting(tallies.open_tally("seals of the bay")))
    before, wal = bytes_of(tmp_path), (tmp_path / "facts.db-wal").read_bytes()
    assert b"seals of the bay" in wal, "what is not personal is readable: the search would find a note"
    tallies.close()
    for stored in (before, bytes_of(tmp_path)):
        assert NOTE.encode() not in stored
        assert NOTE[:12].encode() not in stored


def test_without_sealing_the_plain_text_is_on_disk(
    tallies: ByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SealingMapper, "_seal", lambda self, person, owner, version, name, value: value)
    tallies.carry_out(noting(tallies.open_tally()))
    assert NOTE.encode() in bytes_of(tmp_path)


def test_reads_what_it_sealed(tallies: ByHand) -> None:
    tallies.carry_out(noting(tallies.open_tally()))
    assert noted(tallies) == [NOTE]


def noted(tallies: ByHand) -> list[Any]:
    return [fact.note for fact in tallies.facts() if isinstance(fact, Tally.Counted)]


def counted(note: str = NOTE, version: int = 2, person_id: UUID = ANNA) -> Tally.Counted:
    with acting(context()):
        return Tally.Counted(
            originator_id=TALLY_ID, originator_version=version, timestamp=NOON, by_person_id=person_id, note=note
        )  # type: ignore[call-arg]


MOVED: dict[str, Callable[[StoredEvent], StoredEvent]] = {
    "to another version": lambda stored: StoredEvent(TALLY_ID, 3, stored.topic, stored.state),
    "to another stream": lambda stored: StoredEvent(UUID(int=78), 2, stored.topic, stored.state),
    "to another person": lambda stored: StoredEvent(
        TALLY_ID, 2, stored.topic, stored.state.replace(f"{ANNA}.".encode(), f"{BORIS}.".encode())
    ),
    "to another field": lambda stored: StoredEvent(
        TALLY_ID, 2, stored.topic, stored.state.replace(b'"note"', b'"word"')
    ),
}


@pytest.mark.parametrize("move", MOVED)
def test_a_sealed_field_cannot_be_moved(tallies: ByHand, move: str) -> None:
    mapper = tallies.store.mapper
    mapper.to_stored_event(counted(person_id=BORIS))
    stored = mapper.to_stored_event(counted())
    assert mapper.to_domain_event(stored).note == NOTE
    moved = MOVED[move](stored)
    assert moved != stored
    with pytest.raises(InvalidTag):
        mapper.to_domain_event(moved)


@pytest.mark.parametrize("move", ["to another version", "to another stream", "to another field"])
def test_without_the_place_sealed_in_it_can_be_moved(
    tallies: ByHand, move: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SealingMapper, "_bound_to", lambda *_: b"")
    mapper = tallies.store.mapper
    moved = mapper.to_domain_event(MOVED[move](mapper.to_stored_event(counted())))
    assert NOTE in vars(moved).values()


def test_every_sealing_is_another_one(tallies: ByHand) -> None:
    mapper = tallies.store.mapper
    assert mapper.to_stored_event(counted()).state != mapper.to_stored_event(counted()).state


def test_a_person_who_is_forgotten_reads_as_forgotten_and_all_else_stays(tallies: ByHand) -> None:
    tally_id = tallies.open_tally()
    tallies.carry_out(noting(tally_id))
    tallies.carry_out(noting(tally_id, "mine", BORIS))
    tallies.keys.forget(str(ANNA))
    assert noted(tallies) == [FORGOTTEN, "mine"]
    root = tallies.store.load(Tally, tally_id)
    assert root is not None
    assert (root.count, root.name) == (2, "seals")
    assert tallies.facts()[1].actor_id == ANNA


def test_who_is_forgotten_stays_forgotten(tallies: ByHand) -> None:
    """Nothing is sealed under a second key: what lies under the first would be tried with it, and replay would fail."""
    tally_id = tallies.open_tally()
    tallies.carry_out(noting(tally_id))
    tallies.keys.forget(str(ANNA))
    tallies.carry_out(noting(tally_id, "and again"))
    assert noted(tallies) == [FORGOTTEN, FORGOTTEN]
    tallies.keys.forget(str(ANNA))
    assert tallies.keys.forgotten() == {str(ANNA)}
    assert tallies.keys.key(str(ANNA)) is None


def test_with_a_second_key_for_a_forgotten_person_nothing_could_be_replayed(tallies: ByHand) -> None:
    tally_id = tallies.open_tally()
    tallies.carry_out(noting(tally_id))
    tallies.keys.forget(str(ANNA))
    rows_of(tallies.keys).execute("DELETE FROM keys")
    tallies.carry_out(noting(tally_id, "and again"))
    with pytest.raises(InvalidTag):
        tallies.facts()


def test_a_destroyed_key_is_nowhere_on_disk(tallies: ByHand, tmp_path: Path) -> None:
    tallies.carry_out(noting(tallies.open_tally()))
    wrapped: bytes = rows_of(tallies.keys).execute("SELECT wrapped FROM keys").fetchone()[0]
    assert wrapped in bytes_of(tmp_path)
    tallies.keys.forget(str(ANNA))
    assert wrapped not in bytes_of(tmp_path)


def test_without_keys_an_audit_reads_all_but_what_is_personal(tallies: ByHand) -> None:
    tallies.carry_out(noting(tallies.open_tally()))
    audit = EventStore(SQLiteRecorder(tallies.recorder.path, readonly=True), SealingMapper(None))
    facts = [recorded.fact for recorded in audit.facts(0, 10)]
    assert [vars(fact).get("note") for fact in facts] == [None, FORGOTTEN]
    audit.recorder.close()


def test_what_was_forgotten_stays_so_when_it_is_written_again(tallies: ByHand) -> None:
    mapper = tallies.store.mapper
    stored = mapper.to_stored_event(counted(note=FORGOTTEN))
    assert mapper.to_domain_event(stored).note is FORGOTTEN


def test_another_master_key_opens_nothing(tmp_path: Path) -> None:
    ours = KeyStore(KeyFile(tmp_path / "keys.db"), MASTER_KEY, "tally")
    ours.key_or_new(str(ANNA))
    ours.store_new()
    theirs = KeyStore(KeyFile(tmp_path / "keys.db"), bytes(32), "tally")
    with pytest.raises(InvalidTag):
        theirs.key(str(ANNA))
    ours.close()
    theirs.close()


def test_the_keys_of_two_services_do_not_open_one_another(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    tally, mall = KeyStore(KeyFile(path), MASTER_KEY, "tally"), KeyStore(KeyFile(path), MASTER_KEY, "mall")
    tally.key_or_new(str(ANNA))
    tally.store_new()
    assert mall.key(str(ANNA)) is None, "a key is one service's own"
    with closing(sqlite3.connect(path)) as thief:
        thief.execute("UPDATE keys SET purpose = 'mall'")
        thief.commit()
    with pytest.raises(InvalidTag):
        mall.key(str(ANNA))
    tally.close()
    mall.close()


def test_a_fact_of_one_service_is_not_opened_by_another_with_the_same_person(tmp_path: Path) -> None:
    tally, mall = (KeyStore(KeyFile(tmp_path / f"{name}.db"), MASTER_KEY, name) for name in ("tally", "mall"))
    stored = SealingMapper(tally).to_stored_event(counted())
    SealingMapper(mall).to_stored_event(counted())
    with pytest.raises(InvalidTag):
        SealingMapper(mall).to_domain_event(stored)
    tally.close()
    mall.close()


def test_a_key_is_remembered_for_seconds_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = (KeyStore(KeyFile(tmp_path / "keys.db"), MASTER_KEY, "tally") for _ in range(2))
    now = [100.0]
    monkeypatch.setattr("services.kernel.store.keys.time.monotonic", lambda: now[0])
    here.key_or_new(str(ANNA))
    here.store_new()
    there.forget(str(ANNA))
    assert here.key(str(ANNA)) is not None
    now[0] += timedelta(seconds=keys.CACHE_SECONDS + 1).total_seconds()
    assert here.key(str(ANNA)) is None
    here.close()
    there.close()


def test_only_the_owner_can_read_the_file_of_keys(tmp_path: Path) -> None:
    KeyStore(KeyFile(tmp_path / "keys.db"), MASTER_KEY, "tally").close()
    assert (tmp_path / "keys.db").stat().st_mode & 0o777 == 0o600


def rows_of(keys: KeyStore) -> sqlite3.Connection:
    """The rows as they lie in the file."""
    assert isinstance(keys._rows, KeyFile)
    return keys._rows._rows
