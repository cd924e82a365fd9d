"""An accepted example of each operation of groups on applications, invitations and newcomers."""

from uuid import UUID

from tests.support.communities import Community, application
from tests.support.everybody import Everybody
from tests.support.surface import Call, Example


def _applications(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    return Call(by=group.owner, path={"group_id": group.group_id}, body={"state": "open"}, other=group.reviewer)


def _reviewed(body: dict[str, object] | None = None, other_body: dict[str, object] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group, applicant = Community(everybody), everybody.person()
        path = {"application_id": application(everybody, group, applicant)}
        return Call(by=group.reviewer, path=path, body=body or {}, other_body=other_body, other=applicant)

    return example


def _own_application(everybody: Everybody, by: UUID) -> Call:
    group, applicant = Community(everybody), everybody.person()
    return Call(
        by=applicant, path={"application_id": application(everybody, group, applicant)}, other=group.reviewer
    )  # fmt: skip


def _refused(everybody: Everybody, by: UUID) -> Call:
    group, applicant = Community(everybody), everybody.person()
    application_id = application(everybody, group, applicant)
    everybody.do(group.reviewer, f"/groups/applications/{application_id}/refuse", reason="Too soon")
    path, body = {"application_id": application_id}, {"reason": "We were wrong"}
    return Call(by=group.reviewer, path=path, body=body, other_body={"reason": "Mended"}, other=applicant)


def _invite(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    body = {"person_id": str(everybody.person()), "expires_at": "2999-01-01T00:00:00Z"}
    other_body = {"person_id": str(everybody.person())}
    return Call(
        by=group.owner, path={"group_id": group.group_id}, body=body, other_body=other_body, other=group.reviewer
    )  # fmt: skip


def _revoke_invitation(everybody: Everybody, by: UUID) -> Call:
    group, invited = Community(everybody), everybody.person()
    made = everybody.do(group.owner, f"/groups/groups/{group.group_id}/invitations", person_id=str(invited))
    return Call(by=group.reviewer, path={"invitation_id": made["invitation_id"]}, other=invited)


def _offer_invitation(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    body = {"expires_at": "2999-01-01T00:00:00Z", "waives": ["real_name"]}
    return Call(
        by=group.owner, path={"group_id": group.group_id}, body=body, other_body={"waives": []}, other=group.leader
    )  # fmt: skip


def _redeem_invitation(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    codes = [
        everybody.do(group.owner, f"/groups/groups/{group.group_id}/invitations/codes")["code"] for _ in range(2)
    ]  # fmt: skip
    return Call(by=by, body={"code": codes[0]}, other_body={"code": codes[1]})


def _invitations(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    return Call(by=group.owner, path={"group_id": group.group_id}, body={"limit": 10}, other=group.reviewer)


def _approved(everybody: Everybody, by: UUID) -> Call:
    group, applicant = Community(everybody), everybody.person()
    everybody.do(group.owner, f"/groups/groups/{group.group_id}/admission", reviewers_needed=2)
    application_id = application(everybody, group, applicant)
    everybody.do(group.reviewer, f"/groups/applications/{application_id}/approvals")
    return Call(by=group.reviewer, path={"application_id": application_id}, other=applicant)


def _fee(everybody: Everybody, by: UUID) -> Call:
    group, applicant = Community(everybody), everybody.person()
    asked = {"reviewers_needed": 1, "fee_minor": 500, "fee_currency": "EUR"}
    everybody.do(group.owner, f"/groups/groups/{group.group_id}/admission", **asked)
    path = {"application_id": application(everybody, group, applicant)}
    body, other_body = {"reference": "Receipt 12"}, {"reference": "Receipt 13"}
    return Call(by=group.owner, path=path, body=body, other_body=other_body, other=applicant)


def _welcome(everybody: Everybody, by: UUID) -> Call:
    group, applicant = Community(everybody), everybody.person()
    application_id = application(everybody, group, applicant)
    everybody.do(group.owner, f"/groups/applications/{application_id}/admit")
    newcomers = everybody.ask("GET", f"/groups/groups/{group.group_id}/introductions", group.member).json()
    path = {"introduction_id": newcomers["items"][0]["introduction_id"]}
    return Call(by=group.member, path=path, other=group.leader)


JOINING: dict[str, Example] = {
    "applications": _applications,
    "application": _own_application,
    "admit": _reviewed(),
    "approve": _reviewed(),
    "take_back_approval": _approved,
    "record_fee": _fee,
    "refuse": _reviewed({"reason": "Too soon", "code": "does_not_fit"}, {"reason": "Too late"}),
    "reverse": _refused,
    "withdraw_application": _own_application,
    "invite": _invite,
    "offer_invitation": _offer_invitation,
    "redeem_invitation": _redeem_invitation,
    "invitations": _invitations,
    "my_invitations": lambda everybody, by: Call(by=by, body={"limit": 10}),
    "revoke_invitation": _revoke_invitation,
    "welcome": _welcome,
}  # fmt: skip
