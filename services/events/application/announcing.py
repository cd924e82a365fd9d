"""Gatherings of the groups that the actor owns or leads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.domain import Gathering, Seats, refusals
from services.events.domain.form import Venue, check_reason
from services.known.registered_people import is_known

from .seating import CAPACITY_RAISED, Seating

Told = dict[str, Any]


class Announcing(Seating):
    """What an organiser decides."""

    def announce_gathering(self, group_id: UUID, listing_ids: list[UUID], **told: Any) -> Told:
        """A group invites people to come. Raises NotOrganiser, and what Gathering.announce raises."""
        self.refuse_strangers(group_id)
        gathering_id = self.unit.new_id("gathering")
        self.open_gathering(gathering_id, group_id, self.actor_id, self.now, listing_ids, **told)
        return {"gathering_id": gathering_id}

    def open_gathering(
        self, gathering_id: UUID, group_id: UUID, organiser_id: UUID, now: datetime | None, listing_ids: list[UUID],
        venue: Venue, **told: Any,
    ) -> None:  # fmt: skip
        """A gathering and its seats, both or neither."""
        gathering = Gathering.announce(
            gathering_id, group_id, organiser_id, venue=venue, now=now,
            listing_ids=[str(one) for one in listing_ids], **told,
        )  # fmt: skip
        self.unit.add(gathering)
        self.unit.add(Seats.open(gathering_id, told["capacity"]))

    def move_gathering(self, gathering_id: UUID, starts_at: datetime, ends_at: datetime) -> Told:
        """Another time. Raises NoSuchGathering, NotOrganiser, and what Gathering.move raises."""
        self.organised(gathering_id).move(starts_at, ends_at, self.now)
        return {"gathering_id": gathering_id}

    def change_venue(self, gathering_id: UUID, venue: Venue) -> Told:
        """Another place. Raises NoSuchGathering, NotOrganiser, and what Gathering.change_venue raises."""
        self.organised(gathering_id).change_venue(venue, by=self.actor_id, now=self.now)
        return {"gathering_id": gathering_id}

    def change_capacity(self, gathering_id: UUID, capacity: int) -> Told:
        """More seats go at once to those who wait; fewer than are taken there cannot be.

        Raises NoSuchGathering, NotOrganiser, GatheringCancelled, GatheringBegun, CapacityNotUsable, SeatsTaken.
        """
        gathering, seats = self.organised(gathering_id), self.seats(gathering_id)
        gathering.require_before_start(self.now)
        seats.change_capacity(capacity)
        self.fill(gathering, seats, CAPACITY_RAISED)
        return {"gathering_id": gathering_id}

    def cancel_gathering(self, gathering_id: UUID, reason: str) -> Told:
        """It does not take place; its registrations end one after the other, each says so itself.

        Raises NoSuchGathering, NotOrganiser, ReasonMissing, GatheringCancelled, GatheringBegun.
        """
        self.organised(gathering_id).cancel(reason, by=self.actor_id, now=self.now)
        self.seats(gathering_id).close()
        return {"gathering_id": gathering_id}

    def move_waiting(self, gathering_id: UUID, registration_id: UUID, position: int, reason: str) -> Told:
        """Put somebody who waits to another place, and say why to all who wait.

        Raises NoSuchGathering, NotOrganiser, GatheringCancelled, ReasonMissing, NotWaiting, PositionNotUsable.
        """
        gathering = self.organised(gathering_id)
        check_reason(reason)
        gathering.require_taking_place()
        number = self.seats(gathering_id).reorder(registration_id, position)
        if number is not None:
            gathering.reorder_waitlist(number, position, reason, by=self.actor_id)
        return {"registration_id": registration_id}

    def name_door_staff(self, gathering_id: UUID, person_id: UUID) -> Told:
        """Somebody may check tickets.

        Raises NoSuchGathering, NotOrganiser, NoSuchPerson, GatheringCancelled, AlreadyAtTheDoor.
        """
        gathering = self.organised(gathering_id)
        with self.views.reading() as connection:
            if not is_known(connection, person_id):
                raise refusals.NoSuchPerson(person_id=person_id)
        gathering.name_door_staff(person_id)
        return {"gathering_id": gathering_id}

    def release_door_staff(self, gathering_id: UUID, person_id: UUID) -> Told:
        """Somebody may check tickets no longer. Raises NoSuchGathering, NotOrganiser, NotPutAtTheDoor."""
        self.organised(gathering_id).release_door_staff(person_id)
        return {"gathering_id": gathering_id}
