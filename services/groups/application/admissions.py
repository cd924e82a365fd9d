"""Applying to a group, and the decision on it."""

from typing import Any
from uuid import UUID

from services.groups.application.invitations import Invitations
from services.groups.domain import Application, Group
from services.groups.domain.refusals import NoSuchApplication
from services.groups.projections.applications import latest_number


class Admissions(Invitations):
    """Commands on applications. Somebody else's application looks like none, except to those who review the group."""

    def apply_to_group(self, group_id: UUID, rules_version: int, statement: str | None = None) -> dict[str, Any]:
        """The actor asks to become a member. Raises NoSuchGroup, AlreadyMember, ApplicationOpen, RulesNotAccepted.

        An invitation that is still open is used up. The threshold need not be met yet.
        """
        group = self._group(group_id)
        application = Application.apply(
            group, person_id=self.actor_id, rules_version=rules_version, evidence=self._evidence(self.actor_id),
            now=self.now, statement=statement or None,
            invitation=self._usable_invitation(group_id, self.actor_id),
            previous=self._latest_application(group_id, self.actor_id),
        )  # fmt: skip
        self.unit.add(application)
        return {"application_id": application.id}

    def admit_applicant(self, application_id: UUID) -> dict[str, Any]:
        """The applicant becomes a member.

        Raises NoSuchApplication, NotReviewer, ApplicationDecided, AlreadyMember, ThresholdNotMet.
        """
        application, group = self._reviewed(application_id)
        evidence = self._evidence(application.person_id)
        application.admit(group, by=self.actor_id, evidence=evidence, now=self.now)
        return {"application_id": application_id, "group_id": group.id, "person_id": application.person_id}

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
        """By the applicant alone. Raises NoSuchApplication, ApplicationDecided."""
        self._application(application_id).withdraw(by=self.actor_id)
        return {"application_id": application_id}

    def _application(self, application_id: UUID) -> Application:
        return self.unit.get(Application, application_id, NoSuchApplication())

    def _reviewed(self, application_id: UUID) -> tuple[Application, Group]:
        application = self._application(application_id)
        group = self._group(application.group_id)
        if not group.roles_of(self.actor_id) and self.actor_id != application.person_id:
            raise NoSuchApplication()
        return application, group

    def _latest_application(self, group_id: UUID, person_id: UUID) -> Application | None:
        """The view says from where to look; what it has not seen yet is found by its derived id."""
        with self.views.reading() as connection:
            number = max(1, latest_number(connection, group_id, person_id))
        latest = None
        while found := self.unit.find(Application, Application.create_id(group_id, person_id, number)):
            latest, number = found, number + 1
        return latest
