"""What every command of groups begins with."""

from uuid import UUID

from services.contracts.thresholds import Evidence
from services.groups.domain import Group
from services.groups.domain.refusals import NoSuchGroup
from services.groups.projections.evidence import evidence_of
from services.kernel.application import Application as Commands
from services.kernel.flow.views import Views
from services.kernel.store.unit import Unit


class Loading(Commands):
    """The group as it stands, and what is known of a person.

    ``admitted_to`` has the groups that this one command has admitted people to, by person: no view knows them yet.
    """

    def __init__(self, unit: Unit, views: Views) -> None:
        super().__init__(unit, views)
        self.admitted_to: dict[UUID, set[UUID]] = {}

    def _group(self, group_id: UUID) -> Group:
        return self.unit.get(Group, group_id, NoSuchGroup(group_id=group_id))

    def _evidence(self, person_id: UUID) -> Evidence:
        with self.views.reading() as connection:
            return evidence_of(connection, person_id)
