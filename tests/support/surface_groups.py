"""An accepted example of each operation of groups."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.support.everybody import LONG_AGO, Everybody
from tests.support.surface import Call, Example

RULES = {"rules": "Leave no trace."}


@dataclass(frozen=True, slots=True)
class Community:
    """A group with one person in each position."""

    group_id: str
    owner: UUID
    leader: UUID
    reviewer: UUID
    member: UUID


def community(everybody: Everybody) -> Community:
    """A group of four, open to everybody."""
    owner, leader, reviewer, member = (everybody.person() for _ in range(4))
    group_id = everybody.do(owner, "/groups/groups", name="Quiet Trails", **RULES)["group_id"]
    for person_id in (leader, reviewer, member):
        everybody.do(
            everybody.operator, "/groups/records/members", group_id=group_id, person_id=str(person_id),
            happened_at=LONG_AGO,
        )  # fmt: skip
    for person_id, role in ((leader, "leader"), (reviewer, "reviewer")):
        everybody.do(owner, f"/groups/groups/{group_id}/members/{person_id}/roles", role=role)
    return Community(group_id, owner, leader, reviewer, member)


def application(everybody: Everybody, group: Community, applicant: UUID) -> str:
    """An application that waits for an answer."""
    applied = everybody.do(applicant, f"/groups/groups/{group.group_id}/applications", rules_version=1)
    return str(applied["application_id"])


def _found(everybody: Everybody, by: UUID) -> Call:
    body = {
        "name": "Night Walks", "purpose": "Owls", "threshold": {"claim": "real_name", "level": 1},
        "tags": ["owls"], **RULES,
    }  # fmt: skip
    return Call(by=by, body=body, other_body=body | {"name": "Day Walks"})


def _by_leader(body: dict[str, object], other_body: dict[str, object]) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = community(everybody)
        path = {"group_id": group.group_id}
        return Call(by=group.owner, path=path, body=body, other_body=other_body, other=group.leader)

    return example


def _of_a_group(body: dict[str, object] | None = None, other_body: dict[str, object] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        path = {"group_id": community(everybody).group_id}
        return Call(by=by, path=path, body=body or {}, other_body=other_body)

    return example


def _for_members(body: dict[str, object] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group = community(everybody)
        return Call(by=group.member, path={"group_id": group.group_id}, body=body or {}, other=group.leader)

    return example


def _applications(everybody: Everybody, by: UUID) -> Call:
    group = community(everybody)
    return Call(by=group.owner, path={"group_id": group.group_id}, body={"state": "open"}, other=group.reviewer)


def _reviewed(body: dict[str, object] | None = None, other_body: dict[str, object] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        group, applicant = community(everybody), everybody.person()
        path = {"application_id": application(everybody, group, applicant)}
        return Call(by=group.reviewer, path=path, body=body or {}, other_body=other_body, other=applicant)

    return example


def _own_application(everybody: Everybody, by: UUID) -> Call:
    group, applicant = community(everybody), everybody.person()
    return Call(
        by=applicant, path={"application_id": application(everybody, group, applicant)}, other=group.reviewer
    )  # fmt: skip


def _refused(everybody: Everybody, by: UUID) -> Call:
    group, applicant = community(everybody), everybody.person()
    application_id = application(everybody, group, applicant)
    everybody.do(group.reviewer, f"/groups/applications/{application_id}/refuse", reason="Too soon")
    path, body = {"application_id": application_id}, {"reason": "We were wrong"}
    return Call(by=group.reviewer, path=path, body=body, other_body={"reason": "Mended"}, other=applicant)


def _invite(everybody: Everybody, by: UUID) -> Call:
    group = community(everybody)
    body = {"person_id": str(everybody.person()), "expires_at": "2999-01-01T00:00:00Z"}
    other_body = {"person_id": str(everybody.person())}
    return Call(
        by=group.owner, path={"group_id": group.group_id}, body=body, other_body=other_body, other=group.reviewer
    )  # fmt: skip


def _revoke_invitation(everybody: Everybody, by: UUID) -> Call:
    group, invited = community(everybody), everybody.person()
    made = everybody.do(group.owner, f"/groups/groups/{group.group_id}/invitations", person_id=str(invited))
    return Call(by=group.reviewer, path={"invitation_id": made["invitation_id"]}, other=invited)


def _remove_member(everybody: Everybody, by: UUID) -> Call:
    group = community(everybody)
    path, body = {"group_id": group.group_id, "person_id": group.member}, {"reason": "Conduct"}
    return Call(by=group.owner, path=path, body=body, other_body={"reason": "Noise"}, other=group.leader)


def _role(everybody: Everybody, by: UUID) -> Call:
    group = community(everybody)
    path = {"group_id": group.group_id, "person_id": group.member}
    return Call(by=group.owner, path=path, body={"role": "leader"}, other_body={"role": "owner"}, other=group.leader)


def _take_role(everybody: Everybody, by: UUID) -> Call:
    group = community(everybody)
    path = {"group_id": group.group_id, "person_id": group.reviewer}
    return Call(by=group.owner, path=path, body={"role": "reviewer"}, other_body={"role": "owner"}, other=group.leader)


def _record_group(everybody: Everybody, by: UUID) -> Call:
    owner = everybody.person()
    body = {
        "group_id": str(uuid4()), "owner_id": str(owner), "name": "Night Walks", "purpose": "Owls", "threshold": None,
        "tags": ["owls"], "happened_at": LONG_AGO, **RULES,
    }  # fmt: skip
    return Call(by=everybody.operator, body=body, other_body=body | {"name": "Day Walks"}, other=owner)


def _record_member(everybody: Everybody, by: UUID) -> Call:
    group, person_id = community(everybody), everybody.person()
    body = {"group_id": group.group_id, "person_id": str(person_id), "happened_at": LONG_AGO}
    other_body = body | {"person_id": str(everybody.person())}
    return Call(by=everybody.operator, body=body, other_body=other_body, other=group.owner)


EXAMPLES: dict[str, Example] = {
    "found": _found,
    "groups": lambda everybody, by: Call(by=by, body={"limit": 10}),
    "group": _of_a_group(),
    "set_threshold": _by_leader({"threshold": {"invitation": True}}, {"threshold": None}),
    "change_rules": _by_leader({"rules": "Be on time."}, {"rules": "Be kind."}),
    "missing": _of_a_group(),
    "apply": _of_a_group({"rules_version": 1, "statement": "I walk"}, {"rules_version": 1, "statement": "I run"}),
    "applications": _applications,
    "application": _own_application,
    "admit": _reviewed(),
    "refuse": _reviewed({"reason": "Too soon", "code": "does_not_fit"}, {"reason": "Too late"}),
    "reverse": _refused,
    "withdraw_application": _own_application,
    "invite": _invite,
    "revoke_invitation": _revoke_invitation,
    "leave": _for_members(),
    "roster": _for_members({"kind": "industry", "code": "outdoors", "limit": 10}),
    "remove_member": _remove_member,
    "give_role": _role,
    "take_role": _take_role,
    "record_group": _record_group,
    "record_member": _record_member,
}  # fmt: skip
