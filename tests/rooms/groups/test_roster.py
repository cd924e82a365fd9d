"""Who is in a group, with what is certified about them, as identity's messages arrive."""

from datetime import timedelta

import pytest

from services.contracts.identity import ClaimExpired, ClaimWithdrawn
from services.groups.domain import refusals
from services.kernel.refusals import Malformed

from .rooms import APPLICANT, LEADER, MEMBER, NEVER_HEARD_OF, NOON, OPERATOR, OTHER, OWNER, REVIEWER, STRANGER, Rooms


def claims_of(rooms: Rooms, group_id: object, person_id: object) -> list[tuple[str, int, str | None]]:
    items = rooms.ask("roster", OWNER, group_id=group_id)["items"]
    (row,) = [item for item in items if item["person_id"] == str(person_id)]
    return [(claim["kind"], claim["level"], claim["code"]) for claim in row["claims"]]


def test_the_roster_shows_claims_as_they_are_certified_and_loses_them_when_they_end(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    assert claims_of(rooms, group_id, MEMBER) == []
    name = rooms.certify(MEMBER, "real_name", level=2)
    work = rooms.certify(MEMBER, "industry", "outdoors", until=NOON + timedelta(days=1))
    rooms.certify(MEMBER, "industry", "outdoors", level=3, until=NOON + timedelta(hours=1))
    assert claims_of(rooms, group_id, MEMBER) == [("industry", 3, "outdoors"), ("real_name", 2, None)]
    rooms.pass_time(hours=1)
    assert claims_of(rooms, group_id, MEMBER) == [("industry", 1, "outdoors"), ("real_name", 2, None)]
    rooms.say(ClaimWithdrawn(person_id=MEMBER, claim_id=name, kind="real_name"))
    assert claims_of(rooms, group_id, MEMBER) == [("industry", 1, "outdoors")]
    rooms.say(ClaimExpired(person_id=MEMBER, claim_id=work, kind="industry"))
    assert claims_of(rooms, group_id, MEMBER) == [], "identity says so, though the clock here does not yet"


def test_a_claim_certified_once_more_counts_anew(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.certify(OWNER, "real_name", until=NOON + timedelta(hours=1))
    rooms.pass_time(hours=2)
    assert claims_of(rooms, group_id, OWNER) == []
    rooms.certify(OWNER, "real_name", until=NOON + timedelta(hours=3))
    assert claims_of(rooms, group_id, OWNER) == [("real_name", 1, None)]


def test_the_roster_is_for_members(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    for who in (STRANGER, APPLICANT, OPERATOR):
        assert isinstance(rooms.refusal("roster", who, group_id=group_id), refusals.RosterForMembers)
    assert len(rooms.ask("roster", MEMBER, group_id=group_id)["items"]) == 2
    rooms.do("leave", MEMBER, group_id=group_id)
    assert isinstance(rooms.refusal("roster", MEMBER, group_id=group_id), refusals.RosterForMembers)
    assert isinstance(rooms.refusal("roster", OWNER, group_id=NEVER_HEARD_OF), refusals.NoSuchGroup)


def test_the_roster_shows_roles_and_since_when(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.pass_time(days=2)
    rooms.seat(group_id, LEADER, "leader")
    rooms.do("give_role", OWNER, group_id=group_id, person_id=LEADER, role="reviewer")
    rooms.do("take_role", OWNER, group_id=group_id, person_id=LEADER, role="leader")
    rows = {row["person_id"]: row for row in rooms.ask("roster", OWNER, group_id=group_id)["items"]}
    assert rows[str(OWNER)]["roles"] == ["owner"]
    assert rows[str(LEADER)] == {
        "person_id": str(LEADER), "roles": ["reviewer"], "admitted_at": NOON.isoformat(), "claims": [], "tags": [],
    }  # fmt: skip


def test_members_are_chosen_by_what_is_certified_now(rooms: Rooms) -> None:
    group_id = rooms.found()
    for person_id in (LEADER, MEMBER, REVIEWER):
        rooms.seat(group_id, person_id)
    rooms.certify(LEADER, "industry", "outdoors")
    rooms.certify(MEMBER, "industry", "farming")
    rooms.certify(REVIEWER, "industry", "outdoors", until=NOON + timedelta(hours=1))
    rooms.certify(OTHER, "industry", "outdoors")
    rooms.pass_time(hours=1)

    def chosen(**by: str) -> list[str]:
        return [row["person_id"] for row in rooms.ask("roster", OWNER, group_id=group_id, **by)["items"]]

    assert chosen(kind="industry") == [str(LEADER), str(MEMBER)]
    assert chosen(kind="industry", code="outdoors") == [str(LEADER)]
    assert chosen(code="farming") == [str(MEMBER)]
    assert chosen(kind="real_name") == []


def test_pages_of_the_roster_join_without_gap_or_double(rooms: Rooms) -> None:
    group_id = rooms.found()
    for person_id in (LEADER, MEMBER, REVIEWER, APPLICANT):
        rooms.seat(group_id, person_id)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = rooms.ask("roster", OWNER, group_id=group_id, limit="2", **cursor)
        seen += [row["person_id"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == sorted(map(str, (OWNER, LEADER, MEMBER, REVIEWER, APPLICANT)))


@pytest.mark.parametrize("wrong", [{"limit": "0"}, {"limit": "1001"}, {"cursor": "xx"}, {"kind": "shoe_size"}])
def test_a_page_that_cannot_be_asked_for_is_refused_by_field(rooms: Rooms, wrong: dict[str, str]) -> None:
    refused = rooms.refusal("roster", OWNER, group_id=rooms.found(), **wrong)
    assert isinstance(refused, Malformed)
    assert set(refused.facts["errors"]) == set(wrong)


def test_groups_are_listed_page_by_page(rooms: Rooms) -> None:
    for number in range(3):
        rooms.pass_time(days=1)
        rooms.found(name=f"Group {number}")
    page = rooms.ask("groups", STRANGER, limit="2")
    assert [row["name"] for row in page["items"]] == ["Group 0", "Group 1"]
    rest = rooms.ask("groups", STRANGER, limit="2", cursor=page["next"])
    assert ([row["name"] for row in rest["items"]], rest["next"]) == (["Group 2"], None)
