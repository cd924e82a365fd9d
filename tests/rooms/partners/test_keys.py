"""Keys: given once, kept nowhere, ended in time; and what a key that is not good meets."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.kernel.store.recorder import Entry, SideRow
from services.partners.domain.refusals import NoSuchPartner, PartnerClosed, PartnerNameTaken
from services.partners.keys import KEY, digest_of, has_form, owner_row
from tests.support.http_client import shape

from .alliance import EVERYTHING, Alliance, opened

NOTHING = "00000000-0000-4000-8000-000000000000"
NOT_GOOD = (401, "partners.key_not_good")


def test_a_new_partner_gets_a_key_that_opens_the_feed(alliance: Alliance) -> None:
    made = alliance.do("register", name="Alpine Club", scopes=["feed:mall"])
    assert has_form(made["key"])
    assert made["key_number"] == 1
    assert alliance.ask("/feed", made["key"]).status_code == 200


def test_a_repeated_command_shows_the_same_key_and_makes_no_other(alliance: Alliance) -> None:
    fields = {"name": "Alpine Club", "scopes": EVERYTHING}
    first, again = (alliance.do("register", key="the-first", **fields) for _ in range(2))
    assert first == again
    issued = [alliance.do("issue_key", key="the-second", partner_id=first["partner_id"]) for _ in range(2)]
    assert issued[0] == issued[1]
    assert issued[0]["key"] != first["key"]


@pytest.mark.in_files
def test_a_key_lies_nowhere(alliance: Alliance, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    partner = alliance.partner()
    assert partner.feed() == []
    alliance.service.stop()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    secret = partner.key.removeprefix("agp_")
    assert files
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert partner.key not in capfd.readouterr().out


def test_the_older_key_is_good_until_the_overlap_is_over(alliance: Alliance) -> None:
    partner = alliance.partner()
    newer = alliance.do("issue_key", partner_id=partner.partner_id, overlap_hours=2)["key"]
    alliance.clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    alliance.settle()
    assert [alliance.ask("/feed", key).status_code for key in (partner.key, newer)] == [200, 200]
    alliance.clock.advance(timedelta(seconds=1))
    assert shape(partner.ask("/feed")) == NOT_GOOD, "before the clock's worker has come to it"
    alliance.settle()
    assert shape(partner.ask("/feed")) == NOT_GOOD
    assert alliance.ask("/feed", newer).status_code == 200
    assert alliance.look("partner", partner_id=partner.partner_id)["good_keys"] == [{"key_number": 2, "ends_at": None}]


def test_without_overlap_every_older_key_ends_at_once(alliance: Alliance) -> None:
    partner = alliance.partner()
    second = alliance.do("issue_key", partner_id=partner.partner_id)["key"]
    third = alliance.do("issue_key", partner_id=partner.partner_id, overlap_hours=0)["key"]
    assert [alliance.ask("/feed", key).status_code for key in (partner.key, second, third)] == [401, 401, 200]


def test_a_suspended_partner_is_told_so_and_goes_on_later(alliance: Alliance) -> None:
    partner = alliance.partner()
    alliance.do("suspend", partner_id=partner.partner_id, reason="terms")
    assert shape(partner.ask("/feed")) == (403, "partners.partner_suspended")
    alliance.do("reinstate", partner_id=partner.partner_id)
    assert partner.feed() == []


def test_a_closed_partner_is_not_known_any_more_and_its_name_is_free(alliance: Alliance) -> None:
    partner = alliance.partner("Alpine Club")
    assert alliance.refused("register", name="ALPINE club", scopes=EVERYTHING) is PartnerNameTaken
    alliance.do("close", partner_id=partner.partner_id, reason="requested")
    assert shape(partner.ask("/feed")) == NOT_GOOD
    assert alliance.refused("issue_key", partner_id=partner.partner_id) is PartnerClosed
    alliance.clock.advance(timedelta(hours=1))
    again = alliance.partner("Alpine Club")
    assert again.partner_id != partner.partner_id
    assert [row["state"] for row in alliance.look("partners", limit=10)["items"]] == ["closed", "active"]


def test_a_partner_that_is_not_there_is_refused(alliance: Alliance) -> None:
    given: dict[str, dict[str, Any]] = {
        "issue_key": {}, "suspend": {"reason": "abuse"}, "reinstate": {}, "close": {"reason": "abuse"},
        "change_scopes": {"scopes": ["counts"]},
    }  # fmt: skip
    for name, more in given.items():
        assert alliance.refused(name, partner_id=NOTHING, **more) is NoSuchPartner


def test_without_a_key_one_is_asked_for(alliance: Alliance) -> None:
    for path in ("/feed", "/feed/count", "/counts"):
        answer = alliance.ask(path, None)
        assert shape(answer) == (401, "partners.key_needed")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert alliance.client("GET", path, headers={"Authorization": "Basic YTpi"}).status_code == 401
        assert shape(alliance.client("GET", path, None, headers={"Authorization": "Bearer "})) == (
            401, "partners.key_needed",
        )  # fmt: skip


def test_every_key_that_is_not_good_looks_the_same(alliance: Alliance) -> None:
    partner = alliance.partner()
    other = alliance.partner("Lowland Club")
    alliance.do("close", partner_id=other.partner_id, reason="requested")
    tried = [
        other.key, f"agp_{'0' * 64}", partner.key[:-1], partner.key + "0", partner.key.upper(), "agp_", "boris",
        "x" * 9000,
        partner.key[:10] + ("0" if partner.key[10] != "0" else "1") + partner.key[11:],
    ]  # fmt: skip
    bodies = {alliance.ask("/feed", key).text for key in tried}
    assert len(bodies) == 1
    assert shape(alliance.ask("/feed", tried[0])) == NOT_GOOD
    assert not any(key in body for key in tried for body in bodies)


def test_a_key_never_stands_in_a_url(alliance: Alliance) -> None:
    partner = alliance.partner()
    assert shape(alliance.ask("/feed", None, key=partner.key)) == (401, "partners.key_needed")
    assert partner.key not in partner.ask("/feed").headers["link"]


def test_a_side_row_that_somebody_wrote_opens_nothing(alliance: Alliance) -> None:
    """Whoever can write beside the facts cannot make a key: it is worked out from the secret as well."""
    partner = alliance.partner()
    forged = f"agp_{'ab' * 32}"
    row = SideRow(KEY, digest_of(alliance.service.keys.blinded, forged), owner_row(partner.partner_id, 1))
    alliance.service.recorder.append([Entry(sides=[row])])
    assert shape(alliance.ask("/feed", forged)) == NOT_GOOD


def test_each_partner_is_counted_by_itself(tmp_path: Path) -> None:
    with opened(tmp_path, rate="3/hour") as alliance:
        one, other = alliance.partner("One"), alliance.partner("Other")
        assert [one.ask("/feed").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert other.ask("/feed").status_code == 200
        assert int(one.ask("/counts").headers["retry-after"]) > 0
