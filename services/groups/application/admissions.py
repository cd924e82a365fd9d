"""Applying to a group, and the decision on it."""

from typing import Any
from uuid import UUID

from services.groups.application.invitations import Invitations
from services.groups.domain import Application, Group, Introduction
from services.groups.domain.application import ADMITTED
from services.groups.domain.joining_refusals import NoSuchIntroduction
from services.groups.domain.refusals import NoSuchApplication


class Admissions(Invitations):
    """Commands on applications. Somebody else's application looks like none, except to those who review the group."""

    def apply_to_group(
        self, group_id: UUID, rules_version: int | None = None, statement: str | None = None,
        answers: list[str] | None = None, questions_version: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The actor asks to become a member. Raises NoSuchGroup, AlreadyMember, ApplicationOpen, RulesNotAccepted,
        QuestionsChanged, AnswersTooMany, AnswersMissing.

        An invitation that is still open is used up. The threshold need not be met yet.
        """
        group = self._group(group_id)
        application = Application.apply(
            group, person_id=self.actor_id, rules_version=rules_version, evidence=self._evidence(self.actor_id),
            now=self.now, statement=statement or None, answers=answers, questions_version=questions_version,
            invitation=self._usable_invitation(group_id, self.actor_id),
            previous=self._latest_application(group_id, self.actor_id),
        )  # fmt: skip
        self.unit.add(application)
        return {"application_id": application.id}

    def admit_applicant(self, application_id: UUID) -> dict[str, Any]:
        """The actor approves, now that everything is there; the last approval that is needed makes a member.

        Raises NoSuchApplication, NotReviewer, ApplicationDecided, AlreadyMember, RulesNotAccepted, ThresholdNotMet,
        FeeNotPaid.
        """
        application, group = self._reviewed(application_id)
        application.admit(group, by=self.actor_id, evidence=self._evidence(application.person_id), now=self.now)
        return self._approved(application, group)

    def approve_applicant(self, application_id: UUID) -> dict[str, Any]:
        """The actor approves, whatever is missing yet: the admission happens by itself once everything is there.

        Raises NoSuchApplication, NotReviewer, ApplicationDecided.
        """
        application, group = self._reviewed(application_id)
        application.approve(group, by=self.actor_id, evidence=self._evidence(application.person_id), now=self.now)
        return self._approved(application, group)

    def take_back_approval(self, application_id: UUID) -> dict[str, Any]:
        """While it is open. Raises NoSuchApplication, NotReviewer, ApplicationDecided, NotApproved."""
        application, group = self._reviewed(application_id)
        application.take_back_approval(group, by=self.actor_id)
        return self._approved(application, group)

    def record_fee(self, application_id: UUID, reference: str) -> dict[str, Any]:
        """The fee came, outside of Agora; this may admit.

        Raises NoSuchApplication, NotOwner, NoFeeAsked, ApplicationDecided, FeeAlreadyPaid.
        """
        application, group = self._reviewed(application_id)
        application.record_fee(group, by=self.actor_id, reference=reference)
        self._admit_if_ready(application, group)
        return {"application_id": application_id}

    def refuse_applicant(self, application_id: UUID, reason: str, code: str = "other") -> dict[str, Any]:
        """With a reason. Raises NoSuchApplication, NotReviewer, RefusalWithoutReason, ApplicationDecided."""
        application, group = self._reviewed(application_id)
        application.refuse(group, by=self.actor_id, code=code, reason=reason)
        return {"application_id": application_id}

    def reverse_refusal(self, application_id: UUID, reason: str) -> dict[str, Any]:
        """It is open again. Raises NoSuchApplication, NotReviewer, ReversalWithoutReason, ApplicationNotRefused,
        ApplicationSuperseded, AlreadyMember."""
        application, group = self._reviewed(application_id)
        application.reverse_refusal(group, by=self.actor_id, reason=reason)
        return {"application_id": application_id}

    def withdraw_application(self, application_id: UUID) -> dict[str, Any]:
        """By the applicant alone; the invitations it used can be used again. Raises NoSuchApplication,
        ApplicationDecided."""
        application = self._application(application_id)
        used = [self._invitation(UUID(one)) for one in application.invitations_used]
        application.withdraw(by=self.actor_id, invitations=used)
        return {"application_id": application_id}

    def welcome_newcomer(self, introduction_id: UUID) -> dict[str, Any]:
        """Once each. Raises NoSuchIntroduction, NotAMember, RulesToAccept, NobodyWelcomesHimself."""
        introduction = self.unit.get(Introduction, introduction_id, NoSuchIntroduction())
        introduction.welcome(self._group(introduction.group_id), by=self.actor_id)
        return {"introduction_id": introduction_id}

    def _approved(self, application: Application, group: Group) -> dict[str, Any]:
        """How it stands after an approval; a new member is introduced."""
        if application.status == ADMITTED:
            self._introduce(application)
        return {
            "application_id": application.id, "group_id": group.id, "person_id": application.person_id,
            "state": application.status, "approvals": len(application.approving(group)),
            "reviewers_needed": group.reviewers_needed,
        }  # fmt: skip

    def _application(self, application_id: UUID) -> Application:
        return self.unit.get(Application, application_id, NoSuchApplication())

    def _reviewed(self, application_id: UUID) -> tuple[Application, Group]:
        application = self._application(application_id)
        group = self._group(application.group_id)
        if not group.roles_of(self.actor_id) and self.actor_id != application.person_id:
            raise NoSuchApplication()
        return application, group
