"""A community with one person in each position, for the examples of whatever happens in one."""

from dataclasses import dataclass
from uuid import UUID

from tests.support.everybody import LONG_AGO, Everybody

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
