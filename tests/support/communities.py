"""A community with one person in each position, for the examples of whatever happens in one."""

from functools import cached_property
from uuid import UUID

from tests.support.everybody import LONG_AGO, Everybody

RULES = {"rules": "Leave no trace."}


class Community:
    """A group, open to everybody, with one person in each position: each takes it when somebody asks for her."""

    def __init__(self, everybody: Everybody) -> None:
        self._everybody, self.owner = everybody, everybody.person()
        self.group_id = str(everybody.do(self.owner, "/groups/groups", name="Quiet Trails", **RULES)["group_id"])

    @cached_property
    def leader(self) -> UUID:
        """May do what leaders may."""
        return self._seated("leader")

    @cached_property
    def reviewer(self) -> UUID:
        """May do what reviewers may."""
        return self._seated("reviewer")

    @cached_property
    def member(self) -> UUID:
        """A member without a role."""
        return self._seated()

    def _seated(self, role: str | None = None) -> UUID:
        person_id = self._everybody.person()
        self._everybody.do(
            self._everybody.operator, "/groups/records/members", group_id=self.group_id, person_id=str(person_id),
            happened_at=LONG_AGO,
        )  # fmt: skip
        if role is not None:
            self._everybody.do(self.owner, f"/groups/groups/{self.group_id}/members/{person_id}/roles", role=role)
        return person_id


def application(everybody: Everybody, group: Community, applicant: UUID) -> str:
    """An application that waits for an answer."""
    applied = everybody.do(applicant, f"/groups/groups/{group.group_id}/applications", rules_version=1)
    return str(applied["application_id"])
