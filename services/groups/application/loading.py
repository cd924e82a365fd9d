"""What every command of groups begins with."""

from uuid import UUID

from services.contracts.thresholds import Evidence
from services.groups.domain import Group
from services.groups.domain.refusals import NoSuchGroup
from services.groups.projections.evidence import evidence_of
from services.kernel.application import Application as Commands


class Loading(Commands):
    """The group as it stands, and what is known of a person."""

    def _group(self, group_id: UUID) -> Group:
        return self.unit.get(Group, group_id, NoSuchGroup(group_id=group_id))

    def _evidence(self, person_id: UUID) -> Evidence:
        with self.views.reading() as connection:
            return evidence_of(connection, person_id)
