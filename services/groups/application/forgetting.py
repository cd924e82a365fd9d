"""Forgetting a person, as far as groups is concerned."""

from uuid import UUID

from services.groups.application.loading import Loading
from services.groups.domain import Application, Group
from services.groups.domain.candidacy import OPEN
from services.groups.projections.applications import open_applications_of
from services.groups.projections.members import memberships_of
from services.kernel.forgetting import LET_GO, LET_GO_AFTER


class Forgetting(Loading):
    """What she did stays, under her id alone."""

    def forget_person(self, person_id: UUID) -> None:
        """She is a member nowhere any more, and applies nowhere; a group whose only owner she was has none. What she
        wrote goes with her key."""
        self.unit.forget(person_id)
        self.unit.set_due(LET_GO, str(person_id), self.now + LET_GO_AFTER)
        self.let_go(person_id)

    def let_go(self, person_id: UUID) -> None:
        """Her memberships and applications end, as far as the views know of them; restored facts may be behind."""
        with self.views.reading() as connection:
            memberships = memberships_of(connection, person_id)
            waiting = open_applications_of(connection, person_id)
        for group_id in sorted(memberships):
            group = self.unit.find(Group, group_id)
            if group is not None:
                group.let_go(person_id)
        for application_id in waiting:
            application = self.unit.find(Application, application_id)
            if application is not None and application.status == OPEN:
                application.withdraw(by=person_id)
