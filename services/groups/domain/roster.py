"""The people of a group and the guards that ask for them."""

from typing import TypedDict
from uuid import UUID

from services.kernel.domain import AggregateRoot

from . import joining_refusals, refusals

OWNER, LEADER, REVIEWER = ROLES = ("owner", "leader", "reviewer")


class Member(TypedDict):
    """What a group keeps of a member: roles, when admitted (ISO 8601), the version of the rules last accepted."""

    roles: list[str]
    admitted_at: str
    rules_version: int


class Roster(AggregateRoot):
    """Who is in and in which role.

    It is keyed by the person's id as text, so that one admission costs the same in a group of ten
    and in one of ten thousand.
    """

    members: dict[str, Member]
    rules_version: int

    def is_member(self, person_id: UUID) -> bool:
        return str(person_id) in self.members

    def roles_of(self, person_id: UUID) -> list[str]:
        """The roles of a member; none for a stranger."""
        member = self.members.get(str(person_id))
        return list(member["roles"]) if member else []

    def require_owner(self, by: UUID) -> None:
        """Raises ``NotOwner``."""
        if OWNER not in self.roles_of(by):
            raise refusals.NotOwner(group_id=self.id)

    def require_leader(self, by: UUID) -> None:
        """Raises ``NotLeader`` unless this is an owner or a leader."""
        if not {OWNER, LEADER}.intersection(self.roles_of(by)):
            raise refusals.NotLeader(group_id=self.id)

    def require_reviewer(self, by: UUID) -> None:
        """Raises ``NotReviewer`` unless this is an owner, a leader or a reviewer."""
        if not self.roles_of(by):
            raise refusals.NotReviewer(group_id=self.id)

    def require_stranger(self, person_id: UUID) -> None:
        """Raises ``AlreadyMember``."""
        if self.is_member(person_id):
            raise refusals.AlreadyMember(person_id=person_id, group_id=self.id)

    def require_member(self, person_id: UUID) -> None:
        """Raises ``NotAMember``."""
        if not self.is_member(person_id):
            raise refusals.NotAMember(person_id=person_id, group_id=self.id)

    def require_current_rules(self, person_id: UUID) -> None:
        """Raises ``NotAMember``; ``RulesToAccept`` when the rules changed since this member accepted them."""
        self.require_member(person_id)
        if self.members[str(person_id)]["rules_version"] < self.rules_version:
            raise joining_refusals.RulesToAccept(group_id=self.id, rules_version=self.rules_version)

    def require_free_to_go(self, person_id: UUID) -> None:
        """Raises ``NotAMember``, or ``OwnerStays``."""
        self.require_member(person_id)
        if OWNER in self.roles_of(person_id):
            raise refusals.OwnerStays(person_id=person_id, group_id=self.id)

    def require_role_change(self, person_id: UUID, role: str, by: UUID) -> None:
        """Raises ``NotOwner``, ``RoleUnknown``, ``NotAMember``."""
        self.require_owner(by)
        if role not in ROLES:
            raise refusals.RoleUnknown(role=role, roles=", ".join(ROLES))
        self.require_member(person_id)

    def require_another_owner(self) -> None:
        """Raises ``LastOwner`` when there is only one."""
        if sum(OWNER in member["roles"] for member in self.members.values()) == 1:
            raise refusals.LastOwner(group_id=self.id)
