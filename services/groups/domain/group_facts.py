"""What is recorded of a group; use them as ``Group.Founded`` and so on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Founded(Begun):
    """The owner is the first member. ``threshold`` None is open to everybody; ``template`` None is from none."""

    TOPIC = "groups:Group.Founded"
    class_version = 2
    group_id: UUID
    owner_id: UUID
    name: str
    purpose: str
    threshold: dict[str, Any] | None
    rules: str
    tags: list[str]
    founded_at: datetime
    template: str | None
    template_version: int | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Once there were no templates."""
        state.update(template=None, template_version=None)


class Tagged(Fact):
    """It is found by these tags from now on."""

    TOPIC = "groups:Group.Tagged"
    tags: list[str]


class ThresholdSet(Fact):
    """Who is admitted from now on must meet this; members stay members."""

    TOPIC = "groups:Group.ThresholdSet"
    threshold: dict[str, Any] | None


class RulesChanged(Fact):
    """Whoever applies from now on accepts these; members accept them before they write again."""

    TOPIC = "groups:Group.RulesChanged"
    rules: str
    rules_version: int


class RulesAccepted(Fact):
    """A member accepts this version of the rules."""

    TOPIC = "groups:Group.RulesAccepted"
    person_id: UUID
    rules_version: int


class QuestionsSet(Fact):
    """Whoever applies from now on answers these, ``{"text", "required"}`` each."""

    TOPIC = "groups:Group.QuestionsSet"
    questions: list[dict[str, Any]]
    questions_version: int


class AdmissionSet(Fact):
    """How many reviewers must approve, and the fee that must be paid elsewhere; None is no fee."""

    TOPIC = "groups:Group.AdmissionSet"
    reviewers_needed: int
    fee_minor: int | None
    fee_currency: str | None


class MemberAdmitted(Fact):
    """``relied_on`` freezes the claims that met the threshold, a fee that was paid, and what an invitation waived.

    Without an application it was recorded by an operator; ``rules_version`` 0 then says that nobody knows what was
    accepted.
    """

    TOPIC = "groups:Group.MemberAdmitted"
    person_id: UUID
    application_id: UUID | None
    relied_on: list[dict[str, Any]]
    rules_version: int
    admitted_at: datetime


class MemberLeft(Fact):
    """Gone of their own will."""

    TOPIC = "groups:Group.MemberLeft"
    person_id: UUID


class MemberRemoved(Fact):
    """Put out by an owner or a leader. The reason is not part of the group's state."""

    TOPIC = "groups:Group.MemberRemoved"
    personal = {"reason": "person_id"}
    person_id: UUID
    reason: str


class RoleGiven(Fact):
    """A member acts in a role."""

    TOPIC = "groups:Group.RoleGiven"
    person_id: UUID
    role: str


class RoleTaken(Fact):
    """A member no longer acts in a role."""

    TOPIC = "groups:Group.RoleTaken"
    person_id: UUID
    role: str
