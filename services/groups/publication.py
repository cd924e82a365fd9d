"""What others may know: a fact of groups as a message, or None. Applications and invitations stay here."""

from functools import singledispatch

from services.contracts import groups as messages
from services.contracts.message import Message
from services.groups.domain import group_facts, post_facts
from services.groups.domain.written import ANSWER
from services.kernel.domain import Fact


@singledispatch
def publish(fact: Fact) -> Message | None:  # noqa: ARG001 - rules, reasons and who is being screened stay here
    """The message that a fact leaves as."""
    return None


@publish.register
def _founded(fact: group_facts.Founded) -> Message:
    """It says too that the owner is a member with the role owner; no further message does."""
    return messages.GroupFounded(
        group_id=fact.group_id, owner_id=fact.owner_id, threshold=fact.threshold, tags=fact.tags
    )


@publish.register
def _tagged(fact: group_facts.Tagged) -> Message:
    return messages.GroupTagged(group_id=fact.originator_id, tags=fact.tags)


@publish.register
def _threshold_set(fact: group_facts.ThresholdSet) -> Message:
    return messages.ThresholdChanged(group_id=fact.originator_id, threshold=fact.threshold)


@publish.register
def _admitted(fact: group_facts.MemberAdmitted) -> Message:
    return messages.MemberAdmitted(group_id=fact.originator_id, person_id=fact.person_id)


@publish.register(group_facts.MemberLeft)
@publish.register(group_facts.MemberRemoved)
def _gone(fact: group_facts.MemberLeft | group_facts.MemberRemoved) -> Message:
    return messages.MemberLeft(group_id=fact.originator_id, person_id=fact.person_id)


@publish.register
def _role_given(fact: group_facts.RoleGiven) -> Message:
    return messages.MemberRoleGiven(group_id=fact.originator_id, person_id=fact.person_id, role=fact.role)


@publish.register
def _role_taken(fact: group_facts.RoleTaken) -> Message:
    return messages.MemberRoleTaken(group_id=fact.originator_id, person_id=fact.person_id, role=fact.role)


@publish.register
def _published(fact: post_facts.Published) -> Message | None:
    """An answer belongs to its question, and is told to nobody."""
    if fact.kind == ANSWER:
        return None
    return messages.PostPublished(
        post_id=fact.post_id, group_id=fact.group_id, author_id=fact.author_id, kind=fact.kind,
        section_id=fact.section_id, is_advert=fact.is_advert, listing_ids=fact.listing_ids,
        gathering_id=fact.gathering_id, shared_from_post_id=fact.source_post_id,
        shared_from_group_id=fact.source_group_id,
    )  # fmt: skip


@publish.register(post_facts.Deleted)
@publish.register(post_facts.Removed)
def _removed(fact: post_facts.Deleted | post_facts.Removed) -> Message | None:
    return None if fact.kind == ANSWER else messages.PostRemoved(post_id=fact.originator_id, group_id=fact.group_id)


@publish.register
def _restored(fact: post_facts.Restored) -> Message | None:
    return None if fact.kind == ANSWER else messages.PostRestored(post_id=fact.originator_id, group_id=fact.group_id)
