"""Forgetting a person, as far as groups is concerned."""

from uuid import UUID

from services.groups.application.loading import Loading
from services.groups.domain import Application
from services.groups.domain.candidacy import OPEN
from services.groups.projections.applications import open_applications_of
from services.groups.projections.members import memberships_of


class Forgetting(Loading):
    """What she did stays, under her id alone."""

    def forget_person(self, person_id: UUID) -> None:
        """She is a member nowhere any more, and applies nowhere; a group whose only owner she was has none. What she
        wrote goes with her key."""
        with self.views.reading() as connection:
            memberships = memberships_of(connection, person_id)
            waiting = open_applications_of(connection, person_id)
        for group_id in sorted(memberships):
            self._group(group_id).let_go(person_id)
        for application_id in waiting:
            application = self.unit.find(Application, application_id)
            if application is not None and application.status == OPEN:
                application.withdraw(by=person_id)
        self.unit.forget(person_id)
