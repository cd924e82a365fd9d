"""New keys: on disk before anything is stored that is sealed under them, and never two for one person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError

from services.kernel.refusals import Unready
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyStore, KeyTaken
from services.kernel.store.recorder import Entry
from tests.support.scenario import ANNA, BORIS
from tests.support.services import MASTER_KEY, NOTE, ByHand, noting
from tests.support.tally import Tally

PERSON = str(ANNA)


@pytest.fixture
def beside(tmp_path: Path, tallies: ByHand) -> Iterator[KeyStore]:
    """Another process over the same keys."""
    store = KeyStore(KeyFile(tmp_path / "keys.db"), MASTER_KEY, "tally")
    yield store
    store.close()


def notes(tallies: ByHand) -> list[object]:
    return [fact.note for fact in tallies.facts() if isinstance(fact, Tally.Counted)]


def test_a_key_is_on_disk_before_what_is_sealed_under_it(
    tallies: ByHand, beside: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally_id, append = tallies.open_tally(), tallies.recorder.append
    known = list[bool]()

    def looking(entries: list[Entry]) -> list[int]:
        known.append(beside.key(PERSON) is not None)
        return append(entries)

    monkeypatch.setattr(tallies.recorder, "append", looking)
    tallies.carry_out(noting(tally_id))
    assert known == [True]


def test_the_keys_of_a_batch_are_stored_at_once(tallies: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    tally_id, stored, add_all = tallies.open_tally(), list[set[str]](), KeyFile.add_all

    def noted(self: KeyFile, wrapped: dict[str, bytes], purpose: str) -> set[str]:
        stored.append(set(wrapped))
        return add_all(self, wrapped, purpose)

    monkeypatch.setattr(KeyFile, "add_all", noted)
    tallies.finish(*(tallies.decide(noting(tally_id, person_id=one)) for one in (ANNA, BORIS)))
    assert stored == [{str(ANNA), str(BORIS)}]
    tallies.carry_out(noting(tally_id))
    assert len(stored) == 1, "there was nothing new"


def test_who_was_slower_decides_again_under_the_key_that_there_is(tallies: ByHand, beside: KeyStore) -> None:
    tally_id = tallies.open_tally()
    first, second = tallies.decide(noting(tally_id, "one")), tallies.decide(noting(tally_id, "two"))
    assert beside.key_or_new(PERSON) is not None
    beside.store_new()
    tallies.finish(first, second)
    assert sorted(map(str, notes(tallies))) == ["one", "two"]
    fresh = ByHand(tallies.recorder.path.parent)
    assert sorted(map(str, notes(fresh))) == ["one", "two"]
    fresh.close()


def test_who_was_forgotten_meanwhile_stays_forgotten(tallies: ByHand, beside: KeyStore) -> None:
    under_way = tallies.decide(noting(tallies.open_tally()))
    beside.forget(PERSON)
    tallies.finish(under_way)
    assert [bool(note) for note in notes(tallies)] == [False]
    assert tallies.keys.forgotten() == {PERSON}


def test_a_key_whose_answer_was_lost_is_ours(
    beside: KeyStore, tallies: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_all = KeyFile.add_all

    def losing(self: KeyFile, wrapped: dict[str, bytes], purpose: str) -> set[str]:
        add_all(self, wrapped, purpose)
        raise OperationalError("the connection died")

    tally_id = tallies.open_tally()
    with monkeypatch.context() as patched:
        patched.setattr(KeyFile, "add_all", losing)
        with pytest.raises(Unready):
            tallies.carry_out(noting(tally_id))
    assert notes(tallies) == []
    tallies.carry_out(noting(tally_id))
    assert notes(tallies) == [NOTE]
    assert beside.key(PERSON) is not None


def test_of_two_new_keys_one_is_taken(tallies: ByHand, beside: KeyStore) -> None:
    for store in (tallies.keys, beside):
        store.key_or_new(PERSON)
    beside.store_new()
    with pytest.raises(KeyTaken):
        tallies.keys.store_new()
    sealed = beside.key_or_new(PERSON)
    opened = tallies.keys.key_or_new(PERSON)
    assert sealed is not None
    assert opened is not None
    assert opened.decrypt(bytes(12), sealed.encrypt(bytes(12), b"rosebud", None), None) == b"rosebud"


def test_the_key_of_who_is_new_is_not_looked_for(tallies: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyFile, "get", lambda *_: pytest.fail("she was looked for"))
    key = tallies.keys.key_or_new(PERSON, is_new=True)
    tallies.keys.store_new()
    assert tallies.keys.key(PERSON) is key is not None


def test_who_was_thought_new_and_is_not_is_looked_for_from_then_on(tallies: ByHand, beside: KeyStore) -> None:
    beside.key_or_new(PERSON)
    beside.store_new()
    tallies.keys.key_or_new(PERSON, is_new=True)
    with pytest.raises(KeyTaken):
        tallies.keys.store_new()
    sealed, opened = beside.key(PERSON), tallies.keys.key_or_new(PERSON, is_new=True)
    assert sealed is not None
    assert opened is not None
    assert opened.decrypt(bytes(12), sealed.encrypt(bytes(12), b"rosebud", None), None) == b"rosebud"


def test_who_was_thought_new_and_is_forgotten_stays_so(tallies: ByHand, beside: KeyStore) -> None:
    beside.forget(PERSON)
    tallies.keys.key_or_new(PERSON, is_new=True)
    with pytest.raises(KeyTaken):
        tallies.keys.store_new()
    assert tallies.keys.key_or_new(PERSON, is_new=True) is None


def test_several_keys_are_fetched_at_once_and_none_is_made(
    tallies: ByHand, beside: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside.key_or_new(PERSON)
    beside.key_or_new(str(BORIS))
    beside.store_new()
    tallies.keys.fetch([PERSON, str(BORIS), "nobody"])
    monkeypatch.setattr(KeyFile, "get", lambda *_: None)
    assert tallies.keys.key(PERSON) is not None
    assert tallies.keys.key(str(BORIS)) is not None
    assert tallies.keys.key("nobody") is None
    tallies.keys.store_new()
    assert {person for person, *_ in KeyFile(tallies.recorder.path.parent / "keys.db").all()} == {PERSON, str(BORIS)}
