"""What others may know: a fact of identity as the message it leaves as, or None."""

from functools import singledispatch

from services.contracts import identity as messages
from services.contracts.message import Message
from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.kernel.domain import Fact


@singledispatch
def publish(fact: Fact) -> Message | None:  # noqa: ARG001 - names and reasons stay here
    """The message that a fact leaves as. What was forgotten is not told again."""
    return None


@publish.register
def _registered(fact: Person.Registered) -> Message:
    return messages.PersonRegistered(person_id=fact.person_id)


@publish.register
def _tag_added(fact: Person.TagAdded) -> Message | None:
    if not fact.value:
        return None
    return messages.PersonTagged(person_id=fact.originator_id, kind=fact.kind, value=fact.value)


@publish.register
def _tag_removed(fact: Person.TagRemoved) -> Message | None:
    if not fact.value:
        return None
    return messages.PersonUntagged(person_id=fact.originator_id, kind=fact.kind, value=fact.value)


@publish.register
def _field_visibility_set(fact: Person.FieldVisibilitySet) -> Message:
    return messages.FieldVisibilitySet(
        person_id=fact.originator_id, field=fact.field, audience=fact.audience, group_ids=fact.group_ids
    )


@publish.register
def _role_granted(fact: Person.RoleGranted) -> Message:
    return messages.RoleGranted(person_id=fact.originator_id, role=fact.role)


@publish.register
def _role_withdrawn(fact: Person.RoleWithdrawn) -> Message:
    return messages.RoleWithdrawn(person_id=fact.originator_id, role=fact.role)


@publish.register
def _forgotten(fact: Person.Forgotten) -> Message:
    return messages.PersonForgotten(person_id=fact.originator_id)


@publish.register
def _certified(fact: Claim.Certified) -> Message:
    return messages.ClaimCertified(
        person_id=fact.person_id, claim_id=fact.originator_id, kind=fact.kind, level=fact.level,
        code=fact.code or None, valid_until=fact.valid_until, issuer_id=fact.issuer_id,
    )  # fmt: skip


@publish.register
def _withdrawn(fact: Claim.Withdrawn) -> Message:
    return messages.ClaimWithdrawn(person_id=fact.person_id, claim_id=fact.originator_id, kind=fact.kind)


@publish.register
def _expired(fact: Claim.Expired) -> Message:
    return messages.ClaimExpired(person_id=fact.person_id, claim_id=fact.originator_id, kind=fact.kind)
