"""A person is forgotten: her words leave the journal, and the journal stays what partners have proof of."""

from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts import identity
from services.kernel.flow import words
from services.kernel.store.message_rules import KeptMessagesFollow
from tests.support.stored import lying_at

from .alliance import Alliance, opened

ANNA, BEN, CLAIM = UUID(int=0xA1), UUID(int=0xA2), UUID(int=0xC1)
CITY = "Oblonskoje bei Tula"
SAID = [
    identity.PersonRegistered(person_id=ANNA),
    identity.PersonTagged(person_id=ANNA, kind="city", value=CITY),
    identity.ClaimCertified(
        person_id=ANNA, claim_id=CLAIM, kind="industry", level=2, code="samovars", valid_until=None, issuer_id=BEN
    ),
    identity.PersonTagged(person_id=BEN, kind="city", value="Hangzhou"),
]
FORGOTTEN = identity.PersonForgotten(person_id=ANNA)


def data_of(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event["data"] for event in events if event["type"] == f"agora.identity.{name}.v1"]


def lies_there(directory: Path, text: str) -> bool:
    return any(text.encode() in content for content in lying_at(directory).values())


def test_her_words_lie_nowhere_and_never_did_in_the_clear(alliance: Alliance, tmp_path: Path) -> None:
    alliance.say(*SAID)
    assert not lies_there(tmp_path, CITY)
    assert not lies_there(tmp_path, "Hangzhou")
    alliance.say(FORGOTTEN)
    assert alliance.service.keys.key(str(ANNA)) is None
    assert alliance.service.keys.key(str(BEN)) is not None


def test_with_sealing_switched_off_they_lie_there(
    alliance: Alliance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "personal_in", lambda _type: frozenset())
    alliance.say(*SAID, FORGOTTEN)
    assert lies_there(tmp_path, CITY)


def test_partners_are_told_that_she_is_forgotten_and_nothing_of_hers_any_more(alliance: Alliance) -> None:
    partner = alliance.partner()
    alliance.say(*SAID)
    before = partner.feed()
    alliance.say(FORGOTTEN)
    after = partner.feed()
    tagged, others = data_of(after, "person_tagged")
    assert (tagged["value"], tagged["kind"]) == ("", "city")
    assert others == data_of(before, "person_tagged")[1]
    assert data_of(before, "claim_certified")[0]["code"] == "samovars"
    assert data_of(after, "claim_certified")[0]["code"] is None
    (forgotten,) = data_of(after, "person_forgotten")
    assert forgotten == {"person_id": tagged["person_id"]}
    assert [event["id"] for event in after[: len(before)]] == [event["id"] for event in before]


def test_every_cursor_and_the_proof_of_the_journal_hold(alliance: Alliance) -> None:
    partner = alliance.partner()
    alliance.say(*SAID)
    answers = [partner.ask("/feed", limit=number) for number in range(1, len(SAID) + 1)]
    proof = answers[-1].headers["Agora-Digest"]
    alliance.say(FORGOTTEN)
    for number, answer in enumerate(answers, 1):
        rest = partner.ask("/feed", cursor=answer.headers["Agora-Cursor"])
        assert (rest.status_code, len(rest.json())) == (200, len(SAID) + 1 - number)
    assert partner.ask("/feed", limit=len(SAID)).headers["Agora-Digest"] == proof
    head = alliance.neighbours["identity"].said[-1].position
    with_journal: Any = partial(KeptMessagesFollow, alliance.service.recorder)
    with_journal(lambda _source: head).finish()


def test_figures_count_who_has_been_there(alliance: Alliance) -> None:
    """Or there would be more buyers than people, and the difference would tell of a few."""
    people = [identity.PersonRegistered(person_id=UUID(int=0xB0 + number)) for number in range(9)]
    alliance.say(*SAID[:1], *people)
    totals = alliance.partner().ask("/counts").json()["totals"]
    alliance.say(FORGOTTEN)
    assert alliance.partner("Another").ask("/counts").json()["totals"] == totals
    assert totals["people"]["count"] == 10


def test_told_anew_from_the_beginning_it_is_the_same(alliance: Alliance, tmp_path: Path) -> None:
    alliance.say(*SAID, FORGOTTEN)
    kept = alliance.service.views.digests()
    with opened(tmp_path / "anew") as anew:
        anew.say(*(one for one in (*SAID, FORGOTTEN) if one is not SAID[1]))  # which identity does not tell any more
        assert anew.service.views.digests()["counted_people_v1"] == kept["counted_people_v1"]
