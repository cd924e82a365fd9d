"""Every invariant of the groups holds for what they do, and is seen broken."""

from collections.abc import Iterator
from copy import copy
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.groups.domain import Application, Group, Introduction, Invitation
from services.groups.invariants import invariants, joining, people
from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from tests.support.forging import forged, judged
from tests.support.scenario import NOON, context

from .examples import (
    APPLICANT,
    GROUP_ID,
    INVITATION_ID,
    OTHER_GROUP_ID,
    OWNER,
    REVIEWER,
    STRANGER,
    WITH_NAME,
    found,
    seat,
)

SOON, CODE_ID = NOON.replace(hour=18), UUID(int=0x301)
STORE = Mock(sides=Mock(return_value=[]))
OURS = (people.__name__, joining.__name__)
NAMES = [one.name for one in invariants(STORE) if type(one).__module__ in OURS]


def story() -> list[Any]:
    """Invited, applied, refused, reversed, admitted, welcomed; a role given and taken; gone, and applied once more,
    with an invitation by code that a withdrawal gives back."""
    with acting(context()):
        group = found()()
        for command in seat(REVIEWER, "reviewer"):
            command(group)
        invited = Invitation.issue(
            group, invitation_id=INVITATION_ID, person_id=APPLICANT, by=OWNER, expires_at=SOON, now=NOON
        )
        applied: dict[str, Any] = {"person_id": APPLICANT, "rules_version": 1, "evidence": WITH_NAME, "now": NOON}
        first = Application.apply(group, invitation=invited, **applied)
        first.refuse(group, by=REVIEWER, code="other", reason="Not yet.")
        first.reverse_refusal(group, by=REVIEWER, reason="Looked again.")
        group.set_admission(2, None, None, by=OWNER)
        first.approve(group, by=OWNER, evidence=WITH_NAME, now=NOON)
        first.take_back_approval(group, by=OWNER)
        first.approve(group, by=OWNER, evidence=WITH_NAME, now=NOON)
        first.admit(group, by=REVIEWER, evidence=WITH_NAME, now=NOON)
        introduction = Introduction(group.id, APPLICANT, first.id, NOON)
        introduction.welcome(group, by=OWNER)
        group.give_role(APPLICANT, "leader", by=OWNER)
        group.take_role(APPLICANT, "leader", by=OWNER)
        group.change_rules("Second.", by=OWNER)
        group.leave(APPLICANT)
        code = Invitation.issue(group, invitation_id=CODE_ID, person_id=None, by=OWNER, expires_at=SOON, now=NOON)
        code.redeem(group, person_id=APPLICANT, now=NOON)
        second = Application.apply(group, previous=first, invitation=code, **applied | {"rules_version": 2})
        second.withdraw(by=APPLICANT, invitations=[code])
        third = Application.apply(group, previous=second, **applied | {"rules_version": 2})
        roots = (group, invited, code, first, introduction, second, third)
        return [fact for root in roots for fact in root.collect_events()]


def named(name: str) -> Invariant:
    return next(one for one in invariants(STORE) if one.name == name)


def again(kind: type[Any], **fields: Any) -> Any:
    """One more fact like the last of its kind, with other fields."""
    copied = copy(next(fact for fact in reversed(story()) if type(fact) is kind))
    copied.__dict__.update(fields)
    return copied


def without(kind: type[Any]) -> list[Any]:
    return [fact for fact in story() if type(fact) is not kind]


def changed(kind: type[Any], **fields: Any) -> list[Any]:
    """The story with other fields in every fact of a kind."""
    facts = story()
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts


def in_group(kind: type[Any], person_id: UUID, **more: Any) -> Any:
    return forged(kind, GROUP_ID, person_id=person_id, **more)


def breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "members", "admitted twice", [*story(), again(Group.MemberAdmitted, person_id=REVIEWER)]
    yield "members", "no member", [*story(), in_group(Group.MemberLeft, STRANGER)]
    yield "members", "was an owner", [*story(), in_group(Group.MemberRemoved, OWNER, reason="x")]
    yield "members", "no member", [*story(), in_group(Group.RoleGiven, STRANGER, role="leader")]
    yield "members", "given twice", [*story(), in_group(Group.RoleGiven, REVIEWER, role="reviewer")]
    yield "members", "did not have it", [*story(), in_group(Group.RoleTaken, REVIEWER, role="leader")]
    yield "members", "no owner", [*story(), in_group(Group.RoleTaken, OWNER, role="owner")]
    yield "admissions", "without an admitted", without(Application.Admitted)
    yield "admissions", "nobody became", without(Group.MemberAdmitted)
    yield "admissions", "admitted twice", [*story(), again(Application.Admitted)]
    yield "admissions", "without an admitted", changed(Application.Applied, person_id=STRANGER)
    yield "admissions", "claims are named", [*story(), again(Group.MemberAdmitted, application_id=None, relied_on=[{}])]
    yield "applications", "is open", [*story(), again(Application.Applied, number=3)]
    yield "applications", "comes after", [*story(), again(Application.Applied, group_id=OTHER_GROUP_ID, number=2)]
    yield "applications", "decided again", [*story(), again(Application.Admitted)]
    yield "applications", "refusal was reversed", [*story(), again(Application.RefusalReversed)]
    yield "invitations", "ended before", [*story(), forged(Invitation.Revoked, INVITATION_ID)]
    yield "invitations", "somebody's before", [*story(), again(Invitation.Redeemed)]
    yield "invitations", "nobody had used", [*story(), again(Invitation.GivenBack)]
    yield "approvals", "where the group asks for 2", without(Application.Approved)
    yield "approvals", "approved twice", without(Application.ApprovalTakenBack)
    yield "rules", "comes after", [*story(), again(Group.RulesChanged, rules_version=4)]
    yield "rules", "not the present one", [*story(), again(Group.RulesAccepted, rules_version=1)]
    yield "introductions", "not admitted", without(Group.MemberAdmitted)
    yield "introductions", "welcomed twice", [*story(), again(Introduction.Welcomed, member_id=APPLICANT)]


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_what_groups_do(name: str) -> None:
    invariant = named(name)
    assert judged(invariant, story()) is None
    assert invariant.checked > 0


@pytest.mark.parametrize(("name", "said", "facts"), list(breaches()))
def test_finds_a_breach(name: str, said: str, facts: list[Any]) -> None:
    found_out = judged(named(name), facts)
    assert found_out is not None
    assert said in found_out


def test_every_invariant_was_seen_broken() -> None:
    assert {name for name, _, _ in breaches()} == set(NAMES)
