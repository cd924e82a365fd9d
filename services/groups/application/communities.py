"""Founding a group, saying what it asks for, and its members coming to roles and going."""

from typing import Any
from uuid import UUID

from services.groups.application.readiness import Readiness
from services.groups.domain import Group
from services.groups.domain.joining_refusals import NothingToAccept
from services.groups.domain.sections import Sections
from services.groups.templates import filled


class Communities(Readiness):
    """Commands on a group itself. Each raises NoSuchGroup, and what the method of Group that it calls raises."""

    def found_group(
        self, name: str, template: str | None = None, language: str = "en", **chosen: Any
    ) -> dict[str, Any]:  # fmt: skip
        """A new group, which the actor owns: as the template says, unless something else is chosen.

        Raises TemplateUnknown, GroupWithoutName, ThresholdMalformed, and what the questions and the admission raise.
        """
        plan = filled(template, language) | chosen
        group = Group.found(
            group_id=self.unit.new_id("group"), owner_id=self.actor_id, name=name, purpose=plan["purpose"],
            threshold=plan["threshold"], rules=plan["rules"], tags=plan["tags"], template=template,
            template_version=plan["template_version"], now=self.now,
        )  # fmt: skip
        group.set_questions(plan["questions"], by=self.actor_id)
        group.set_admission(plan["reviewers_needed"], plan["fee_minor"], plan["fee_currency"], by=self.actor_id)
        self.unit.add(group)
        self._open_sections(group, plan["sections"])
        return {"group_id": group.id}

    def _open_sections(self, group: Group, wanted: list[dict[str, str]]) -> None:
        if not wanted:
            return
        sections = Sections(group_id=group.id)
        for number, section in enumerate(wanted, 1):
            section_id = self.unit.new_id("section", number)
            sections.open(group, section_id, section["name"], section["kind"], by=self.actor_id)
        self.unit.add(sections)

    def tag_group(self, group_id: UUID, tags: list[str]) -> dict[str, Any]:
        """By which tags it is found. Raises NotLeader."""
        self._group(group_id).tag(tags, by=self.actor_id)
        return {"group_id": group_id}

    def set_threshold(self, group_id: UUID, threshold: dict[str, Any] | None) -> dict[str, Any]:
        """What is asked of whoever is admitted from now on. Raises NotLeader, ThresholdMalformed.

        Who was approved and waited, and meets it now, is a member: the first hundred at once, the others in a moment.
        """
        group = self._group(group_id)
        group.set_threshold(threshold, by=self.actor_id)
        self._admit_ready_of(group)
        return {"group_id": group_id}

    def set_questions(self, group_id: UUID, questions: list[dict[str, Any]]) -> dict[str, Any]:
        """What applicants answer from now on. Raises NotLeader, QuestionsTooMany, QuestionWithoutText."""
        group = self._group(group_id)
        group.set_questions(questions, by=self.actor_id)
        return {"group_id": group_id, "questions_version": group.questions_version}

    def set_admission(
        self, group_id: UUID, reviewers_needed: int, fee_minor: int | None = None, fee_currency: str | None = None
    ) -> dict[str, Any]:
        """How many must approve, and the fee; who waited for less is a member, as with a threshold.

        Raises NotLeader, ReviewersOutOfRange, FeeIncomplete.
        """
        group = self._group(group_id)
        group.set_admission(reviewers_needed, fee_minor, fee_currency, by=self.actor_id)
        self._admit_ready_of(group)
        return {"group_id": group_id}

    def change_rules(self, group_id: UUID, rules: str) -> dict[str, Any]:
        """The next version of the rules. Raises NotLeader."""
        group = self._group(group_id)
        group.change_rules(rules, by=self.actor_id)
        return {"group_id": group_id, "rules_version": group.rules_version}

    def accept_rules(self, group_id: UUID, rules_version: int) -> dict[str, Any]:
        """As a member, or for one's open application, which may admit. Raises RulesNotAccepted, NothingToAccept."""
        group = self._group(group_id)
        if group.is_member(self.actor_id):
            group.accept_rules(self.actor_id, rules_version)
        else:
            application = self._open_application(group_id, self.actor_id)
            if application is None:
                raise NothingToAccept(group_id=group_id)
            application.accept_rules(group, rules_version)
            self._admit_if_ready(application, group)
        return {"group_id": group_id, "rules_version": rules_version}

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
