"""What others may know: a fact of groups as a message, or None. Applications and invitations stay here."""

from functools import singledispatch

from services.contracts import groups as messages
from services.contracts.message import Message
from services.groups.domain import Group
from services.kernel.domain import Fact


@singledispatch
def publish(fact: Fact) -> Message | None:  # noqa: ARG001 - rules, reasons and who is being screened stay here
    """The message that a fact leaves as."""
    return None


@publish.register
def _founded(fact: Group.Founded) -> Message:
    """It says too that the owner is a member with the role owner; no further message does."""
    return messages.GroupFounded(group_id=fact.group_id, owner_id=fact.owner_id, threshold=fact.threshold)


@publish.register
def _threshold_set(fact: Group.ThresholdSet) -> Message:
    return messages.ThresholdChanged(group_id=fact.originator_id, threshold=fact.threshold)


@publish.register
def _admitted(fact: Group.MemberAdmitted) -> Message:
    return messages.MemberAdmitted(group_id=fact.originator_id, person_id=fact.person_id)


@publish.register(Group.MemberLeft)
@publish.register(Group.MemberRemoved)
def _gone(fact: Group.MemberLeft | Group.MemberRemoved) -> Message:
    return messages.MemberLeft(group_id=fact.originator_id, person_id=fact.person_id)


@publish.register
def _role_given(fact: Group.RoleGiven) -> Message:
    return messages.MemberRoleGiven(group_id=fact.originator_id, person_id=fact.person_id, role=fact.role)


@publish.register
def _role_taken(fact: Group.RoleTaken) -> Message:
    return messages.MemberRoleTaken(group_id=fact.originator_id, person_id=fact.person_id, role=fact.role)
