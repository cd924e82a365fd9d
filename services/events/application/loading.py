"""What several topics load, and refuse when it is not there."""

from uuid import UUID

from services.events.domain import Gathering, Registration, Seats, refusals
from services.kernel.application import Application
from services.known.groups import LEADER, OWNER, roles_of

OPERATOR = "operator"
MOST_REGISTRATIONS = 50


class Loading(Application):
    """Loads aggregates for every topic."""

    def gathering(self, gathering_id: UUID) -> Gathering:
        """Raises NoSuchGathering."""
        return self.unit.get(Gathering, gathering_id, refusals.NoSuchGathering())

    def seats(self, gathering_id: UUID) -> Seats:
        """The seats of a gathering that is there."""
        return self.unit.get(Seats, Seats.create_id(gathering_id), refusals.NoSuchGathering())

    def registration(self, registration_id: UUID) -> Registration:
        """Raises NoSuchRegistration."""
        return self.unit.get(Registration, registration_id, refusals.NoSuchRegistration())

    def latest(self, gathering_id: UUID, person_id: UUID) -> Registration | None:
        """The latest registration of a person for a gathering: each is found by its number."""
        found = None
        for number in range(1, MOST_REGISTRATIONS + 1):
            one = self.unit.find(Registration, Registration.create_id(gathering_id, person_id, number))
            if one is None:
                break
            found = one
        return found

    def organised(self, gathering_id: UUID) -> Gathering:
        """A gathering on which the actor decides. Raises NoSuchGathering, NotOrganiser."""
        gathering = self.gathering(gathering_id)
        self.refuse_strangers(gathering.group_id)
        return gathering

    def refuse_strangers(self, group_id: UUID) -> None:
        """Raises NotOrganiser unless the actor owns or leads the group, as far as groups has told."""
        if not self.leads(group_id, self.actor_id):
            raise refusals.NotOrganiser(group_id=group_id)

    def leads(self, group_id: UUID, person_id: UUID) -> bool:
        """Whether somebody is an owner or a leader of a group."""
        with self.views.glancing() as connection:
            return bool(roles_of(connection, group_id, person_id) & {OWNER, LEADER})
