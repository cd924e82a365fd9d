"""Founding a group, saying what it asks for, and its members coming to roles and going."""

from typing import Any
from uuid import UUID

from services.groups.application.loading import Loading
from services.groups.domain import Group


class Communities(Loading):
    """Commands on a group itself. Each raises NoSuchGroup, and what the method of Group that it calls raises."""

    def found_group(
        self, name: str, purpose: str, rules: str, tags: list[str], threshold: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A new group, which the actor owns. Raises GroupWithoutName, ThresholdMalformed."""
        group = Group.found(
            group_id=self.unit.new_id("group"), owner_id=self.actor_id, name=name, purpose=purpose,
            threshold=threshold, rules=rules, tags=tags, now=self.now,
        )  # fmt: skip
        self.unit.add(group)
        return {"group_id": group.id}

    def set_threshold(self, group_id: UUID, threshold: dict[str, Any] | None) -> dict[str, Any]:
        """What is asked of whoever is admitted from now on. Raises NotLeader, ThresholdMalformed."""
        self._group(group_id).set_threshold(threshold, by=self.actor_id)
        return {"group_id": group_id}

    def change_rules(self, group_id: UUID, rules: str) -> dict[str, Any]:
        """The next version of the rules. Raises NotLeader."""
        group = self._group(group_id)
        group.change_rules(rules, by=self.actor_id)
        return {"group_id": group_id, "rules_version": group.rules_version}

    def leave_group(self, group_id: UUID) -> dict[str, Any]:
        """The actor goes. Raises NotAMember, OwnerStays."""
        self._group(group_id).leave(self.actor_id)
        return {"group_id": group_id}

    def remove_member(self, group_id: UUID, person_id: UUID, reason: str) -> dict[str, Any]:
        """Put a member out. Raises NotLeader, RemovalWithoutReason, NotAMember, OwnerStays."""
        self._group(group_id).remove(person_id, by=self.actor_id, reason=reason)
        return {"group_id": group_id, "person_id": person_id}

    def give_role(self, group_id: UUID, person_id: UUID, role: str) -> dict[str, Any]:
        """A member acts in a role. Raises NotOwner, NotAMember, RoleAlreadyGiven."""
        self._group(group_id).give_role(person_id, role, by=self.actor_id)
        return {"group_id": group_id, "person_id": person_id}

    def take_role(self, group_id: UUID, person_id: UUID, role: str) -> dict[str, Any]:
        """A member acts no longer in a role. Raises NotOwner, NotAMember, RoleNotGiven, LastOwner."""
        self._group(group_id).take_role(person_id, role, by=self.actor_id)
        return {"group_id": group_id, "person_id": person_id}
