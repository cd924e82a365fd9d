"""Invitations by code: whoever uses it first; a thousand at once, one wins."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.groups.domain import Group, Invitation, refusals
from services.groups.domain.joining_refusals import InvitationTaken, WaiverUnknown

from .rooms import APPLICANT, NOON, OTHER, OWNER, REVIEWER, STRANGER, Rooms, run
from .test_races import at_once, kinds, recorded

MANY = 1_000
CROWD = [UUID(int=0xE0000 + number) for number in range(MANY)]


def code_of(rooms: Rooms, group_id: UUID, who: UUID = OWNER, **fields: Any) -> str:
    """The code of a new invitation, as the answer tells it once."""
    return str(rooms.do("offer_invitation", who, group_id=group_id, **fields)["code"])


def test_whoever_uses_the_code_first_is_invited_and_all_others_are_told_so(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"invitation": True})
    code = code_of(rooms, group_id)
    assert rooms.do("redeem_invitation", APPLICANT, code=code)["group_id"] == str(group_id)
    refused = rooms.refusal("redeem_invitation", OTHER, code=code)
    assert isinstance(refused, InvitationTaken)
    assert refused.detail.startswith("This code was used by somebody else; it serves one person.")
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["satisfied"]
    assert not rooms.ask("missing", OTHER, group_id=group_id)["satisfied"]
    before = rooms.service.recorder.position()
    rooms.do("redeem_invitation", APPLICANT, code=code)
    assert rooms.service.recorder.position() == before, "hers already"


def test_a_repeated_command_tells_the_same_code(rooms: Rooms) -> None:
    group_id = rooms.found()
    codes = {rooms.do("offer_invitation", OWNER, key="once", group_id=group_id)["code"] for _ in range(2)}
    assert len(codes) == 1


def test_a_thousand_uses_at_once_of_one_code_are_one(rooms: Rooms) -> None:
    code = code_of(rooms, rooms.found())
    outcomes = at_once(rooms, *[("redeem_invitation", who, {"code": code}) for who in CROWD])
    assert kinds(outcomes) == {"done": 1, "InvitationTaken": MANY - 1}
    assert len(recorded(rooms, Invitation.Redeemed)) == 1


def test_without_the_guard_a_code_serves_many(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(invitation: Invitation, _group: object, *, person_id: UUID, **_: object) -> None:
        invitation._redeemed(person_id=person_id)

    monkeypatch.setattr(Invitation, "redeem", careless)
    code = code_of(rooms, rooms.found())
    at_once(rooms, *[("redeem_invitation", who, {"code": code}) for who in CROWD[:20]])
    assert len(recorded(rooms, Invitation.Redeemed)) > 1


def test_a_code_counts_in_an_application_made_at_once(rooms: Rooms) -> None:
    """No view has seen who redeemed it."""
    group_id = rooms.found(threshold={"invitation": True})
    code = code_of(rooms, group_id)

    async def redeem_apply_and_admit() -> None:
        await rooms.doing("redeem_invitation", APPLICANT, code=code)
        answer = await rooms.doing("apply", APPLICANT, group_id=group_id, rules_version=1)
        await rooms.doing("admit", OWNER, application_id=answer["application_id"])

    run(redeem_apply_and_admit())


def test_a_code_ends_and_is_revoked(rooms: Rooms) -> None:
    group_id = rooms.found()
    ending = code_of(rooms, group_id, expires_at=NOON + timedelta(hours=1))
    answer = rooms.do("offer_invitation", OWNER, group_id=group_id)
    revoked = answer["code"]
    rooms.do("revoke_invitation", OWNER, invitation_id=answer["invitation_id"])
    assert isinstance(rooms.refusal("redeem_invitation", APPLICANT, code=revoked), refusals.InvitationRevoked)
    rooms.pass_time(hours=1)
    assert isinstance(rooms.refusal("redeem_invitation", APPLICANT, code=ending), refusals.InvitationExpired)
    assert isinstance(rooms.refusal("redeem_invitation", APPLICANT, code="agi_0"), refusals.NoSuchInvitation)
    states = [row["state"] for row in rooms.ask("invitations", OWNER, group_id=group_id)["items"]]
    assert sorted(states) == ["expired", "revoked"]


@pytest.mark.in_files
def test_the_code_is_stored_nowhere(rooms: Rooms, tmp_path: Path) -> None:
    code = code_of(rooms, rooms.found())
    rooms.do("redeem_invitation", APPLICANT, code=code)
    assert len(code) == len("agi_") + 32
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert code.encode() not in stored
    assert code.removeprefix("agi_").encode() not in stored


def test_a_waived_condition_is_not_asked_and_stands_in_what_the_admission_relied_on(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"all": [{"claim": "real_name", "level": 1}, {"claim": "position", "level": 1}]})
    rooms.certify(APPLICANT, "real_name")
    rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT, waives=["position", "industry"])
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["satisfied"]
    (invited,) = rooms.ask("my_invitations", APPLICANT)["items"]
    assert (invited["waives"], invited["state"]) == (["industry", "position"], "open")
    application_id = rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)["application_id"]
    rooms.do("admit", OWNER, application_id=application_id)
    (admitted,) = [fact for fact in recorded(rooms, Group.MemberAdmitted) if fact.person_id == APPLICANT]
    assert admitted.relied_on[1:] == [{"waived": "position"}], "what is not asked for is not waived"


def test_a_reviewer_invites_and_a_leader_waives(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, REVIEWER, "reviewer")
    rooms.do("invite", REVIEWER, group_id=group_id, person_id=STRANGER)
    wanted = {"group_id": group_id, "person_id": STRANGER, "waives": ["real_name"]}
    assert isinstance(rooms.refusal("invite", REVIEWER, **wanted), refusals.NotLeader)
    assert isinstance(rooms.refusal("invite", OWNER, **wanted | {"waives": ["height"]}), WaiverUnknown)


def test_a_withdrawn_application_gives_its_invitation_back(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"invitation": True})
    rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT)
    first = rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)["application_id"]
    assert rooms.ask("my_invitations", APPLICANT)["items"][0]["state"] == "used"
    rooms.do("withdraw_application", APPLICANT, application_id=first)
    assert rooms.ask("my_invitations", APPLICANT)["items"][0]["state"] == "open"
    second = rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)["application_id"]
    rooms.do("admit", OWNER, application_id=second)
