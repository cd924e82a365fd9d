"""What an operator records of what happened elsewhere: who decided it there, and by which rules, is not asked."""

from typing import Any
from uuid import UUID

from services.groups.application.readiness import Readiness
from services.groups.domain import Group
from services.groups.domain.refusals import RecordedOtherwise
from services.groups.domain.roster import OWNER
from services.kernel.domain import AggregateRoot


class Records(Readiness):
    """Ids come from the caller, so that a repeat finds what is there."""

    def record_group(
        self, group_id: UUID, owner_id: UUID, name: str, purpose: str, rules: str, tags: list[str],
        threshold: dict[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A group known elsewhere; the same once more changes nothing.

        Raises RecordedOtherwise, GroupWithoutName, ThresholdMalformed.
        """
        told = Group.found(
            group_id=group_id, owner_id=owner_id, name=name, purpose=purpose, threshold=threshold, rules=rules,
            tags=tags, now=self.now,
        )  # fmt: skip
        known = self.unit.find(AggregateRoot, group_id)
        if known is None:
            self.unit.add(told)
        elif not isinstance(known, Group) or _as_founded(known, owner_id) != _as_founded(told, owner_id):
            raise RecordedOtherwise()
        return {"group_id": group_id}

    def record_member(self, group_id: UUID, person_id: UUID) -> dict[str, Any]:
        """A member known elsewhere; one who is a member already stays as she is. Raises NoSuchGroup."""
        group = self._group(group_id)
        if not group.is_member(person_id):
            group.admit(person_id, by=self.actor_id, now=self.now, recorded=True)
            self._joins(person_id, group_id)
        return {"group_id": group_id, "person_id": person_id}


def _as_founded(group: Group, owner_id: UUID) -> tuple[object, ...]:
    is_owner = OWNER in group.roles_of(owner_id)
    return group.name, group.purpose, group.threshold, group.rules, group.tags, is_owner
