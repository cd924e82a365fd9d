"""Who may do what, for every operation about people and every kind of person, asked at the HTTP door."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from services.groups.codes import invitation_code
from services.groups.operations.people import operations
from tests.support.stored import Keeping

from .rooms import (
    APPLICANT,
    LEADER,
    MEMBER,
    NOON,
    OPERATOR,
    OTHER,
    OWNER,
    REVIEWER,
    STRANGER,
    Rooms,
    client,
    opened,
    run,
)

EVERYBODY: dict[str, UUID | None] = {
    "nobody": None, "stranger": STRANGER, "applicant": APPLICANT, "member": MEMBER, "reviewer": REVIEWER,
    "leader": LEADER, "owner": OWNER, "operator": OPERATOR,
}  # fmt: skip
DONE = "done"
OUTSIDE = ("stranger", "operator")
SIGN_IN = "agora.unauthenticated"
RECORDED = {"happened_at": NOON.isoformat()}


@dataclass
class Expectation:
    """An operation on the world below: what it takes, and who gets which code; ``otherwise`` is for all others."""

    path: str
    otherwise: str
    may: tuple[str, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def code_for(self, who: str) -> str:
        return DONE if who in self.may else self.codes.get(who, self.otherwise)


LEADERS, REVIEWERS = ("leader", "owner"), ("reviewer", "leader", "owner")
MEMBERS = ("member", *REVIEWERS)
ANYBODY = tuple(EVERYBODY)
SIGNED_IN = tuple(name for name in EVERYBODY if name != "nobody")
HIDDEN, NOT_MINE = {"applicant": "groups.not_reviewer", "nobody": SIGN_IN}, "groups.no_such_application"
EXPECTED = {
    "found": Expectation("/groups", SIGN_IN, SIGNED_IN, {"name": "Another"}),
    "templates": Expectation("/templates", DONE, ANYBODY),
    "groups": Expectation("/groups", DONE, ANYBODY),
    "group": Expectation("/groups/{group}", DONE, ANYBODY),
    "set_threshold": Expectation(
        "/groups/{group}/threshold", "groups.not_leader", LEADERS, {"threshold": {"invitation": True}}
    ),
    "change_rules": Expectation("/groups/{group}/rules", "groups.not_leader", LEADERS, {"rules": "New."}),
    "tag_group": Expectation("/groups/{group}/tags", "groups.not_leader", LEADERS, {"tags": ["owls"]}),
    "set_questions": Expectation(
        "/groups/{group}/questions", "groups.not_leader", LEADERS, {"questions": [{"text": "Why?"}]}
    ),
    "set_admission": Expectation(
        "/groups/{group}/admission", "groups.not_leader", LEADERS, {"reviewers_needed": 2}
    ),
    "accept_rules": Expectation(
        "/groups/{group}/rules/accept", "groups.nothing_to_accept", (), {"rules_version": 1},
        dict.fromkeys(("applicant", *MEMBERS), DONE),
    ),
    "rules_pending": Expectation("/groups/{group}/rules/pending", "groups.not_leader", LEADERS),
    "missing": Expectation("/groups/{group}/missing", SIGN_IN, SIGNED_IN),
    "apply": Expectation(
        "/groups/{group}/applications", "groups.already_member", OUTSIDE, {"rules_version": 1},
        {"applicant": "groups.application_open"},
    ),
    "applications": Expectation("/groups/{group}/applications", "groups.not_reviewer", REVIEWERS),
    "application": Expectation("/applications/{application}", NOT_MINE, ("applicant", *REVIEWERS)),
    "admit": Expectation("/applications/{application}/admit", NOT_MINE, REVIEWERS, codes=HIDDEN),
    "approve": Expectation("/applications/{application}/approvals", NOT_MINE, REVIEWERS, codes=HIDDEN),
    "take_back_approval": Expectation(
        "/applications/{application}/approvals/take_back", NOT_MINE,
        codes=HIDDEN | dict.fromkeys(REVIEWERS, "groups.not_approved"),
    ),
    "record_fee": Expectation(
        "/applications/{application}/fee", NOT_MINE, (), {"reference": "Receipt 12"},
        dict.fromkeys(("applicant", "reviewer", "leader"), "groups.not_owner") | {"owner": "groups.no_fee_asked"},
    ),
    "refuse": Expectation("/applications/{application}/refuse", NOT_MINE, REVIEWERS, {"reason": "No."}, HIDDEN),
    "reverse": Expectation("/applications/{refused}/reverse", NOT_MINE, REVIEWERS, {"reason": "Yes."}),
    "withdraw_application": Expectation("/applications/{application}/withdraw", NOT_MINE, ("applicant",)),
    "invite": Expectation(
        "/groups/{group}/invitations", "groups.not_reviewer", REVIEWERS, {"person_id": str(APPLICANT)}
    ),
    "offer_invitation": Expectation("/groups/{group}/invitations/codes", "groups.not_reviewer", REVIEWERS),
    "redeem_invitation": Expectation(
        "/invitations/redeem", "groups.already_member", ("applicant", *OUTSIDE), {"code": "{code}"}
    ),
    "invitations": Expectation("/groups/{group}/invitations", "groups.not_reviewer", REVIEWERS),
    "my_invitations": Expectation("/invitations", SIGN_IN, SIGNED_IN),
    "introductions": Expectation("/groups/{group}/introductions", "groups.roster_for_members", MEMBERS),
    "welcome": Expectation("/introductions/{introduction}/welcome", "groups.no_such_introduction", MEMBERS),
    "revoke_invitation": Expectation(
        "/invitations/{invitation}/revoke", "groups.no_such_invitation", REVIEWERS,
        codes={"stranger": "groups.not_reviewer"},
    ),
    "leave": Expectation(
        "/groups/{group}/leave", "groups.not_a_member", ("member", "reviewer", "leader"),
        codes={"owner": "groups.owner_stays"},
    ),
    "roster": Expectation("/groups/{group}/members", "groups.roster_for_members", MEMBERS),
    "remove_member": Expectation(
        "/groups/{group}/members/{other}/remove", "groups.not_leader", LEADERS, {"reason": "Rude."}
    ),
    "give_role": Expectation(
        "/groups/{group}/members/{other}/roles", "groups.not_owner", ("owner",), {"role": "leader"}
    ),
    "take_role": Expectation(
        "/groups/{group}/members/{reviewer}/roles/take", "groups.not_owner", ("owner",), {"role": "reviewer"}
    ),
    "record_group": Expectation(
        "/records/groups", "agora.forbidden", ("operator",),
        {"group_id": str(UUID(int=5)), "owner_id": str(OWNER), "name": "Elsewhere", **RECORDED},
    ),
    "record_member": Expectation(
        "/records/members", "agora.forbidden", ("operator",),
        {"group_id": "{group}", "person_id": str(STRANGER), **RECORDED},
    ),
}  # fmt: skip


def furnish(rooms: Rooms) -> dict[str, str]:
    """A group with everybody in place, an open application, a refused one, a newcomer, two invitations; ids by name."""
    group_id = rooms.found(threshold=None)
    for person_id, role in ((MEMBER, None), (OTHER, None), (REVIEWER, "reviewer"), (LEADER, "leader")):
        rooms.seat(group_id, person_id, role)
    refused = _applied(rooms, UUID(int=0xB1), group_id)
    rooms.do("refuse", OWNER, application_id=refused, reason="No.")
    rooms.do("admit", OWNER, application_id=_applied(rooms, UUID(int=0xB2), group_id))
    (newcomer,) = rooms.ask("introductions", OWNER, group_id=group_id)["items"]
    invitation = rooms.do("invite", OWNER, group_id=group_id, person_id=STRANGER)["invitation_id"]
    offered = rooms.do("offer_invitation", OWNER, group_id=group_id)["invitation_id"]
    return {
        "group": str(group_id), "application": _applied(rooms, APPLICANT, group_id), "refused": refused,
        "invitation": invitation, "other": str(OTHER), "reviewer": str(REVIEWER),
        "introduction": newcomer["introduction_id"],
        "code": invitation_code(rooms.service.keys.blinded, UUID(offered)),
    }  # fmt: skip


def _applied(rooms: Rooms, who: UUID, group_id: UUID) -> str:
    return str(rooms.do("apply", who, group_id=group_id, rules_version=1)["application_id"])


async def code_of(rooms: Rooms, name: str, who: UUID | None, ids: dict[str, str]) -> str:
    """DONE, or the code of the refusal."""
    expected, method = EXPECTED[name], rooms.service.by_name[name].method
    body = {key: value.format(**ids) if isinstance(value, str) else value for key, value in expected.body.items()}
    async with client(rooms, who) as http:
        answer = await http.request(method, expected.path.format(**ids), json=body if method == "POST" else None)
    if answer.is_success:
        return DONE
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


def test_every_operation_is_expected_below() -> None:
    assert {operation.name for operation in operations} == set(EXPECTED)


@pytest.fixture(scope="module")
def rooms(keeping: Keeping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    with opened(tmp_path_factory.mktemp("rooms")) as made:
        yield made


@pytest.fixture(scope="module")
def untouched(rooms: Rooms) -> dict[str, str]:
    """For all who are refused: nothing changes by it."""
    return furnish(rooms)


@pytest.mark.parametrize("name", list(EXPECTED))
def test_those_who_may_not_are_told_so_and_nothing_changes(rooms: Rooms, untouched: dict[str, str], name: str) -> None:
    before = rooms.service.recorder.position()
    for who, person_id in EVERYBODY.items():
        wanted = EXPECTED[name].code_for(who)
        if wanted != DONE:
            signed_out = person_id is None
            assert run(code_of(rooms, name, person_id, untouched)) == (SIGN_IN if signed_out else wanted), who
    assert rooms.service.recorder.position() == before


@pytest.mark.parametrize("name", list(EXPECTED))
def test_those_who_may_can(rooms: Rooms, untouched: dict[str, str], name: str) -> None:
    is_query = next(operation.method == "GET" for operation in operations if operation.name == name)
    for who in EXPECTED[name].may:
        ids = untouched if is_query else furnish(rooms)
        before = rooms.service.recorder.position()
        assert run(code_of(rooms, name, EVERYBODY[who], ids)) == DONE, who
        assert (rooms.service.recorder.position() == before) is is_query
