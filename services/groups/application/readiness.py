"""Admissions that happen by themselves as soon as everything is there."""

from uuid import UUID

from services.contracts.thresholds import Evidence
from services.groups.application.loading import Loading
from services.groups.domain import Application, Group, Introduction
from services.groups.domain.candidacy import OPEN
from services.groups.projections.applications import approved_and_open, latest_number
from services.kernel.store.unit import AGAIN

MOST_AT_ONCE = 100
"""How many waiting applications one decision looks at."""
ADMIT_MORE = f"{AGAIN}group.admit_more"
"""A due row: the applications to a group after the last that was looked at; GROUP_ID:APPLICATION_ID."""


class Readiness(Loading):
    """Decided again each time: what is not ready stays as it is, and who is a member is admitted no second time."""

    def admit_ready(self, person_id: UUID) -> None:
        """Something about a person has come: whoever of her waiting applications is complete now, admits her."""
        with self.views.reading() as connection:
            waiting = approved_and_open(connection, person_id=person_id, most=MOST_AT_ONCE)
        for application_id in waiting:
            self.look_again(application_id)

    def look_again(self, application_id: UUID) -> None:
        """Admit on an application for which everything is there; do nothing otherwise."""
        application = self.unit.find(Application, application_id)
        if application is not None and application.status == OPEN:
            self._admit_if_ready(application, self._group(application.group_id))

    def admit_more(self, group_id: UUID, after: UUID) -> None:
        """Go on with those who waited when a group asked for something else."""
        group = self.unit.find(Group, group_id)
        if group is not None:
            self._admit_ready_of(group, after)

    def _admit_ready_of(self, group: Group, after: UUID | None = None) -> None:
        """A group asks for something else: whoever waited and brings it is a member; the next hundred in a moment."""
        with self.views.reading() as connection:
            waiting = approved_and_open(connection, group_id=group.id, most=MOST_AT_ONCE, after=after)
        if len(waiting) == MOST_AT_ONCE:
            self.unit.set_due(ADMIT_MORE, f"{group.id}:{waiting[-1]}", self.now)
        for application_id in waiting:
            application = self.unit.find(Application, application_id)
            if application is not None:
                self._admit_if_ready(application, group)

    def _admit_if_ready(self, application: Application, group: Group) -> None:
        if application.admit_when_ready(group, evidence=self._evidence(application.person_id), now=self.now):
            self._introduce(application)

    def _introduce(self, application: Application) -> None:
        """A newcomer is introduced."""
        introduction = Introduction(application.group_id, application.person_id, application.id, self.now)
        self.unit.add(introduction)
        self._joins(application.person_id, application.group_id)

    def _joins(self, person_id: UUID, group_id: UUID) -> None:
        """Whatever waited for this membership is looked at."""
        self.admitted_to[person_id] = {*self._joined(person_id), group_id}
        self.admit_ready(person_id)

    def _evidence(self, person_id: UUID) -> Evidence:
        """As the views know it, and with the memberships that this command has just brought about."""
        known = super()._evidence(person_id)
        return Evidence(
            claims=known.claims, tags=known.tags, memberships=known.memberships | self._joined(person_id)
        )  # fmt: skip

    def _joined(self, person_id: UUID) -> set[UUID]:
        return self.admitted_to.get(person_id, set())

    def _open_application(self, group_id: UUID, person_id: UUID) -> Application | None:
        latest = self._latest_application(group_id, person_id)
        return latest if latest is not None and latest.status == OPEN else None

    def _latest_application(self, group_id: UUID, person_id: UUID) -> Application | None:
        """The view says from where to look; what it has not seen yet is found by its derived id."""
        with self.views.reading() as connection:
            number = max(1, latest_number(connection, group_id, person_id))
        latest = None
        while found := self.unit.find(Application, Application.create_id(group_id, person_id, number)):
            latest, number = found, number + 1
        return latest
