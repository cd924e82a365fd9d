"""Cursors: nobody makes one, nobody uses another's, and one of another history is noticed."""

import base64
from pathlib import Path
from typing import Any

from services.kernel.store.recorder import Entry, KeptMessage
from tests.support.http_client import shape

from .alliance import Alliance, opened
from .story import PEOPLE, STORY, registered

NOT_GIVEN = (400, "partners.cursor_not_given")
FROM_ELSEWHERE = (409, "partners.cursor_from_elsewhere")


def registered_in(alliance: Alliance) -> dict[str, Any]:
    return alliance.do("register", key="same", name="Club", scopes=["feed:identity", "feed:mall"])


def test_every_changed_character_is_noticed(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner = alliance.partner()
    good = partner.ask("/feed", limit=3).headers["agora-cursor"]
    assert partner.ask("/feed", cursor=good).status_code == 200
    for place, character in enumerate(good):
        other = "A" if character != "A" else "B"
        assert shape(partner.ask("/feed", cursor=good[:place] + other + good[place + 1 :])) == NOT_GIVEN, place


def test_a_cursor_that_was_made_up_is_refused(alliance: Alliance) -> None:
    partner = alliance.partner()
    for made_up in ("1", "0", "mall:42", "eyJwIjoxfQ", "A" * 43, "A" * 44, "游标", "%00", "=" * 43):
        assert shape(partner.ask("/feed", cursor=made_up)) == NOT_GIVEN, made_up


def test_two_spellings_of_the_same_bytes_are_not_both_good(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner = alliance.partner()
    good = partner.ask("/feed", limit=3).headers["agora-cursor"]
    spellings = [good[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    same = [one for one in spellings if base64.urlsafe_b64decode(one + "=") == base64.urlsafe_b64decode(good + "=")]
    assert len(same) > 1
    assert [one for one in same if partner.ask("/feed", cursor=one).status_code == 200] == [good]


def test_the_cursor_of_another_partner_is_refused(alliance: Alliance) -> None:
    alliance.say(*STORY)
    one, other = alliance.partner("One"), alliance.partner("Other")
    assert shape(other.ask("/feed", cursor=one.ask("/feed").headers["agora-cursor"])) == NOT_GIVEN


def test_a_cursor_stays_good_with_another_key_and_other_scopes(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner = alliance.partner()
    cursor = partner.ask("/feed", limit=3).headers["agora-cursor"]
    newer = alliance.do("issue_key", partner_id=partner.partner_id)["key"]
    alliance.do("change_scopes", partner_id=partner.partner_id, scopes=["feed:identity"])
    assert [event["journal"] for event in alliance.ask("/feed", newer, cursor=cursor).json()] == ["4", "5", "6"]


def test_a_cursor_beyond_the_journal_is_of_another_history(tmp_path: Path) -> None:
    with opened(tmp_path / "before") as before, opened(tmp_path / "restored") as restored:
        before.say(*STORY)
        partner, again = (
            one.do("register", key="same", name="Club", scopes=["feed:mall"]) for one in (before, restored)
        )
        assert again == partner, "the same platform, restored from a backup of an earlier day"
        cursor = before.ask("/feed", partner["key"]).headers["agora-cursor"]
        assert shape(restored.ask("/feed", partner["key"], cursor=cursor)) == FROM_ELSEWHERE
        restored.say(*reversed(STORY[:4]), *STORY[4:])
        assert restored.service.recorder.kept_head()[0] == len(STORY)
        assert restored.service.recorder.kept_head() == before.service.recorder.kept_head(), "the same ids in order"
        assert restored.ask("/feed", partner["key"], cursor=cursor).status_code == 200


def test_a_cursor_of_a_journal_that_went_another_way_is_noticed(tmp_path: Path) -> None:
    with opened(tmp_path / "before") as before, opened(tmp_path / "restored") as restored:
        partner, _ = (
            one.do("register", key="same", name="Club", scopes=["feed:identity"]) for one in (before, restored)
        )
        before.say(*registered(*PEOPLE))
        restored.say(*STORY[6:8], *registered(*PEOPLE))
        cursor = before.ask("/feed", partner["key"]).headers["agora-cursor"]
        assert restored.service.recorder.kept_head()[0] > before.service.recorder.kept_head()[0]
        assert shape(restored.ask("/feed", partner["key"], cursor=cursor)) == FROM_ELSEWHERE


def test_a_journal_cut_off_is_noticed_by_a_cursor_behind_its_end(alliance: Alliance) -> None:
    partner = alliance.partner()
    alliance.service.recorder.append([Entry(kept=[KeptMessage("mall", 7, "agora.mall.order_delivered.v1", b"{}")])])
    assert alliance.service.recorder.kept_head()[0] == 1
    assert partner.ask("/feed/count", through=2).status_code == 409


def test_a_cursor_of_a_lost_history_is_noticed_when_the_same_ids_were_given_to_other_messages(tmp_path: Path) -> None:
    with opened(tmp_path / "before") as before, opened(tmp_path / "restored") as restored:
        partner, _ = (
            one.do("register", key="same", name="Club", scopes=["feed:identity"]) for one in (before, restored)
        )
        before.say(*registered(*PEOPLE))
        cursor = before.ask("/feed", partner["key"]).headers["agora-cursor"]
        restored.say(*registered(*reversed(PEOPLE)))
        assert restored.service.recorder.kept_head() == before.service.recorder.kept_head(), "the same ids in order"
        assert shape(restored.ask("/feed", partner["key"], cursor=cursor)) == FROM_ELSEWHERE
        restored.say(*STORY[4:])
        assert shape(restored.ask("/feed", partner["key"], cursor=cursor)) == FROM_ELSEWHERE, "and beyond it"
