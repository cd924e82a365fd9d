"""What an operator records of gatherings that were elsewhere: ids come from the caller, the same again changes nothing.

Whoever answered yes there has a ticket here; who met what was asked for there, and who decided it, is not asked. Each
answer has its time: one that is older than what is known changes nothing, so they may come in any order.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.domain import Gathering, Registration, refusals
from services.events.domain.form import Venue
from services.events.domain.registration import DECLINED, GIVEN_BACK
from services.kernel.domain import FORGOTTEN, AggregateRoot

from .announcing import Announcing
from .registering import Registering

YES, NO = "yes", "no"


class Records(Announcing, Registering):
    """Commands of an operator, under the time at which it happened."""

    def record_gathering(
        self, gathering_id: UUID, group_id: UUID, organiser_id: UUID, title: str, description: str, venue: Venue,
        starts_at: datetime, ends_at: datetime | None, time_zone: str, capacity: int | None, tags: list[str],
    ) -> dict[str, Any]:  # fmt: skip
        """A gathering known elsewhere, perhaps without a venue or a number of seats, and over by now.

        Raises RecordedOtherwise, and what Gathering.announce raises of form.
        """
        known = self.unit.find(AggregateRoot, gathering_id)
        told = {
            "title": title, "description": description, "starts_at": starts_at, "ends_at": ends_at or starts_at,
            "time_zone": time_zone, "tags": tags,
        }  # fmt: skip
        if known is None:
            self.open_gathering(
                gathering_id, group_id, organiser_id, None, [], venue, capacity=capacity, threshold=None,
                price_minor=0, currency=None, most_seats=1, hold_minutes=15, **told,
            )  # fmt: skip
        elif not isinstance(known, Gathering) or not _is_same(known, group_id, organiser_id, told):
            raise refusals.RecordedOtherwise()
        return {"gathering_id": gathering_id}

    def record_registration(self, gathering_id: UUID, person_id: UUID, answer: str, guests: int) -> dict[str, Any]:
        """What somebody answered elsewhere: yes with guests, or no. A later answer takes the place of an earlier one.

        Raises NoSuchGathering, GatheringCancelled, RegisteredTooOften, and NoSeatsLeft where seats were counted.
        """
        gathering, before = self.gathering(gathering_id), self.latest(gathering_id, person_id)
        gathering.require_taking_place()
        seats = 1 + guests
        if before is None or not self._settles(before, answer, seats):
            before = self._answered(gathering, person_id, answer, seats)
        return {"registration_id": before.id, "state": before.status}

    def _settles(self, before: Registration, answer: str, seats: int) -> bool:
        """Whether the answer is all about a registration that is there."""
        if self.now <= before.answered_at:
            return True
        if _says(before, answer, seats):
            before.repeat_answer(self.now)
            return True
        if before.is_open:
            self.end(before, GIVEN_BACK)
        return answer == NO

    def _answered(self, gathering: Gathering, person_id: UUID, answer: str, seats: int) -> Registration:
        number = self._next_number(gathering.id, person_id)
        registration = Registration.register(gathering.id, person_id, number, seats, [], self.now)
        self.unit.add(registration)
        if answer == NO:
            registration.end(DECLINED, self.now)
        else:
            self.seats(gathering.id).reserve(registration.id, seats)
            registration.issue_ticket()
        return registration


def _says(registration: Registration, answer: str, seats: int) -> bool:
    """Whether this is what was answered before."""
    return not registration.is_open if answer == NO else registration.is_open and registration.seats == seats


def _is_same(known: Gathering, group_id: UUID, organiser_id: UUID, told: dict[str, Any]) -> bool:
    """Whether this was recorded. Words that were forgotten with their author are compared with nothing."""
    if (known.group_id, known.organiser_id) != (group_id, organiser_id):
        return False
    return all(getattr(known, name) in (value, FORGOTTEN) for name, value in told.items())
