"""A group: what it is for, what it asks for, who is a member and who decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import event

from . import group_facts as facts
from . import refusals
from .charter import Charter, Grounds, canonical, check_admission
from .questions import Question, asked
from .roster import OWNER


class Group(Charter):
    """A community."""

    TOPIC = "groups:Group"
    snapshot_version = 2
    state_is_impersonal = True  # the reason of a removal is recorded and assigned to nothing
    Founded = facts.Founded
    Tagged = facts.Tagged
    ThresholdSet = facts.ThresholdSet
    RulesChanged = facts.RulesChanged
    RulesAccepted = facts.RulesAccepted
    QuestionsSet = facts.QuestionsSet
    AdmissionSet = facts.AdmissionSet
    MemberAdmitted = facts.MemberAdmitted
    MemberLeft = facts.MemberLeft
    MemberRemoved = facts.MemberRemoved
    RoleGiven = facts.RoleGiven
    RoleTaken = facts.RoleTaken

    @staticmethod
    def create_id(group_id: UUID, **_: object) -> UUID:
        return group_id

    @classmethod
    def found(
        cls, *, group_id: UUID, owner_id: UUID, name: str, purpose: str = "", threshold: object = None,
        rules: str = "", tags: list[str] | None = None, template: str | None = None,
        template_version: int | None = None, now: datetime,
    ) -> "Group":  # fmt: skip
        """A new group, perhaps from a template. Raises ``GroupWithoutName``, ``ThresholdMalformed``."""
        if not name.strip():
            raise refusals.GroupWithoutName()
        return cls(
            group_id=group_id, owner_id=owner_id, name=name.strip(), purpose=purpose, threshold=canonical(threshold),
            rules=rules, tags=sorted(set(tags or [])), founded_at=now, template=template,
            template_version=template_version,
        )  # fmt: skip

    @event(Founded)
    def __init__(
        self, group_id: UUID, owner_id: UUID, name: str, purpose: str, threshold: dict[str, Any] | None,
        rules: str, tags: list[str], founded_at: datetime, template: str | None, template_version: int | None,
    ) -> None:  # fmt: skip
        self.name = name
        self.purpose = purpose
        self.threshold = threshold
        self.rules = rules
        self.rules_version = 1
        self.tags = tags
        self.questions: list[Question] = []
        self.questions_version = 0
        self.reviewers_needed = 1
        self.fee_minor, self.fee_currency = None, None
        self.members = {
            str(owner_id): {"roles": [OWNER], "admitted_at": founded_at.isoformat(), "rules_version": 1}
        }  # fmt: skip

    def tag(self, tags: Sequence[str], *, by: UUID) -> None:
        """Be found by these tags; the same ones again do nothing."""
        self.require_leader(by)
        wanted = sorted(set(tags))
        if wanted != self.tags:
            self._tagged(tags=wanted)

    def set_threshold(self, threshold: object, *, by: UUID) -> None:
        """For whoever is admitted from now on; the same one again does nothing."""
        self.require_leader(by)
        wanted = canonical(threshold)
        if wanted != self.threshold:
            self._threshold_set(threshold=wanted)

    def change_rules(self, rules: str, *, by: UUID) -> None:
        """The rules get the next version, which whoever changes them accepts; the same text again does nothing."""
        self.require_leader(by)
        if rules != self.rules:
            self._rules_changed(rules=rules, rules_version=self.rules_version + 1)
            self._rules_accepted(person_id=by, rules_version=self.rules_version)

    def accept_rules(self, person_id: UUID, rules_version: int) -> None:
        """A member accepts the rules as they stand; again does nothing. Raises ``NotAMember``, ``RulesNotAccepted``."""
        self.require_member(person_id)
        self.require_acceptance(rules_version)
        if self.members[str(person_id)]["rules_version"] != rules_version:
            self._rules_accepted(person_id=person_id, rules_version=rules_version)

    def set_questions(self, questions: Sequence[Mapping[str, Any]], *, by: UUID) -> None:
        """Ask something else, as the next version; the same again does nothing.

        Raises ``NotLeader``, ``QuestionsTooMany``, ``QuestionWithoutText``.
        """
        self.require_leader(by)
        wanted = asked(questions)
        if wanted != self.questions:
            self._questions_set(questions=wanted, questions_version=self.questions_version + 1)

    def set_admission(
        self, reviewers_needed: int, fee_minor: int | None, fee_currency: str | None, *, by: UUID
    ) -> None:
        """How many reviewers must approve, and the fee; the same again does nothing.

        Raises ``NotLeader``, ``ReviewersOutOfRange``, ``FeeIncomplete``.
        """
        self.require_leader(by)
        check_admission(reviewers_needed, fee_minor, fee_currency)
        if (reviewers_needed, fee_minor, fee_currency) != (self.reviewers_needed, self.fee_minor, self.fee_currency):
            self._admission_set(reviewers_needed=reviewers_needed, fee_minor=fee_minor, fee_currency=fee_currency)

    def admit(
        self, person_id: UUID, *, by: UUID, now: datetime, grounds: Grounds | None = None,
        application_id: UUID | None = None, recorded: bool = False,
    ) -> None:  # fmt: skip
        """Make a person a member, on these grounds.

        ``recorded`` is for an operator who records an admission that was decided elsewhere: who decided,
        what was accepted and the threshold are then not asked for, and nothing is relied on.
        Raises ``NotReviewer``, ``AlreadyMember``, ``RulesNotAccepted``, ``ThresholdNotMet``, ``FeeNotPaid``.
        """
        if not recorded:
            self.require_reviewer(by)
        self.require_stranger(person_id)
        brought = grounds or Grounds()
        if not recorded and (obstacle := self.obstacle(brought, now)):
            raise obstacle
        self._member_admitted(
            person_id=person_id, application_id=application_id, admitted_at=now,
            relied_on=[] if recorded else self.reasons(brought, now),
            rules_version=0 if recorded else brought.rules_version,
        )  # fmt: skip

    def leave(self, person_id: UUID) -> None:
        """Go of one's own will. Raises ``NotAMember``, ``OwnerStays``."""
        self.require_free_to_go(person_id)
        self._member_left(person_id=person_id)

    def let_go(self, person_id: UUID) -> None:
        """Who is forgotten is no member any more, be she the last owner; with a stranger nothing happens."""
        if OWNER in self.roles_of(person_id):
            self._role_taken(person_id=person_id, role=OWNER)
        if self.is_member(person_id):
            self._member_left(person_id=person_id)

    def remove(self, person_id: UUID, *, by: UUID, reason: str) -> None:
        """Put a member out. Raises ``NotLeader``, ``RemovalWithoutReason``, ``NotAMember``, ``OwnerStays``."""
        self.require_leader(by)
        if not reason.strip():
            raise refusals.RemovalWithoutReason()
        self.require_free_to_go(person_id)
        self._member_removed(person_id=person_id, reason=reason)

    def give_role(self, person_id: UUID, role: str, *, by: UUID) -> None:
        """Raises ``NotOwner``, ``RoleUnknown``, ``NotAMember``, ``RoleAlreadyGiven``."""
        self.require_role_change(person_id, role, by)
        if role in self.roles_of(person_id):
            raise refusals.RoleAlreadyGiven(person_id=person_id, role=role)
        self._role_given(person_id=person_id, role=role)

    def take_role(self, person_id: UUID, role: str, *, by: UUID) -> None:
        """Raises ``NotOwner``, ``RoleUnknown``, ``NotAMember``, ``RoleNotGiven``, ``LastOwner``."""
        self.require_role_change(person_id, role, by)
        if role not in self.roles_of(person_id):
            raise refusals.RoleNotGiven(person_id=person_id, role=role)
        if role == OWNER:
            self.require_another_owner()
        self._role_taken(person_id=person_id, role=role)

    @event(Tagged)
    def _tagged(self, tags: list[str]) -> None:
        self.tags = tags

    @event(ThresholdSet)
    def _threshold_set(self, threshold: dict[str, Any] | None) -> None:
        self.threshold = threshold

    @event(RulesChanged)
    def _rules_changed(self, rules: str, rules_version: int) -> None:
        self.rules = rules
        self.rules_version = rules_version

    @event(RulesAccepted)
    def _rules_accepted(self, person_id: UUID, rules_version: int) -> None:
        self.members[str(person_id)]["rules_version"] = rules_version

    @event(QuestionsSet)
    def _questions_set(self, questions: list[Question], questions_version: int) -> None:
        self.questions = questions
        self.questions_version = questions_version

    @event(AdmissionSet)
    def _admission_set(self, reviewers_needed: int, fee_minor: int | None, fee_currency: str | None) -> None:
        self.reviewers_needed = reviewers_needed
        self.fee_minor, self.fee_currency = fee_minor, fee_currency

    @event(MemberAdmitted)
    def _member_admitted(
        self, person_id: UUID, application_id: UUID | None, relied_on: list[dict[str, Any]], rules_version: int,
        admitted_at: datetime,
    ) -> None:  # fmt: skip
        accepted = rules_version or self.rules_version
        self.members[str(person_id)] = {
            "roles": [], "admitted_at": admitted_at.isoformat(), "rules_version": accepted
        }  # fmt: skip

    @event(MemberLeft)
    def _member_left(self, person_id: UUID) -> None:
        del self.members[str(person_id)]

    @event(MemberRemoved)
    def _member_removed(self, person_id: UUID, reason: str) -> None:
        del self.members[str(person_id)]

    @event(RoleGiven)
    def _role_given(self, person_id: UUID, role: str) -> None:
        self.members[str(person_id)]["roles"].append(role)

    @event(RoleTaken)
    def _role_taken(self, person_id: UUID, role: str) -> None:
        self.members[str(person_id)]["roles"].remove(role)
