"""Who wants to come."""

from typing import Any
from uuid import UUID

from services.events.domain import Registration, refusals
from services.events.domain.form import check_party
from services.events.domain.registration import CANCELLED, ENDED, EXPIRED, GIVEN_BACK, HELD
from services.events.projections.registrations import open_of
from services.kernel.forgetting import LET_GO, LET_GO_AFTER
from services.known.evidence import evidence_of

from .loading import MOST_REGISTRATIONS
from .seating import Seating


class Registering(Seating):
    """Registrations of the actor's own, and how they end by themselves."""

    def register(self, gathering_id: UUID, seats: int) -> dict[str, Any]:
        """The actor wants to come with guests, ``seats`` in all: gets a ticket, time to pay, or a place to wait.

        Raises NoSuchGathering, GatheringCancelled, GatheringBegun, PartyNotUsable, ThresholdNotMet,
        AlreadyRegistered, RegisteredTooOften, WaitlistFull.
        """
        gathering = self.gathering(gathering_id)
        gathering.require_before_start(self.now)
        check_party(seats, gathering.most_seats)
        with self.views.reading() as connection:
            evidence = evidence_of(connection, self.actor_id)
        relied_on = gathering.judge(evidence, self.now)
        number = self._next_number(gathering_id, self.actor_id)
        registration = Registration.register(gathering_id, self.actor_id, number, seats, relied_on, self.now)
        self.unit.add(registration)
        self.seat(gathering, registration)
        return {
            "registration_id": registration.id, "state": registration.status, "expires_at": registration.expires_at,
            "position_on_waitlist": self.seats(gathering_id).position_of(registration.id),
        }  # fmt: skip

    def give_back(self, registration_id: UUID) -> dict[str, Any]:
        """The actor does not come after all; what was paid goes back. Again changes nothing.

        Raises NoSuchRegistration, GatheringBegun, CheckedInAlready, RegistrationOver when it ended otherwise.
        """
        registration = self.registration(registration_id)
        if registration.person_id != self.actor_id:
            raise refusals.NoSuchRegistration()
        if registration.reason != GIVEN_BACK or registration.is_open:
            registration.require_unused()
            self.gathering(registration.gathering_id).require_before_start(self.now)
            self.end(registration, GIVEN_BACK)
        return {"registration_id": registration_id}

    def expire_registration(self, registration_id: UUID) -> None:
        """Its seats were not paid for in time; one that was paid or given back meanwhile stays as it is."""
        registration = self.registration(registration_id)
        if registration.status == HELD:
            self.end(registration, EXPIRED)

    def end_cancelled(self, registration_ids: list[UUID]) -> None:
        """The gathering does not take place: these end, as far as they have not."""
        for registration_id in registration_ids:
            registration = self.registration(registration_id)
            if registration.status != ENDED:
                registration.end(CANCELLED, self.now)

    def forget_person(self, person_id: UUID) -> None:
        """Somebody is forgotten: what she wrote is gone with her key, and her seats of gatherings to come are free."""
        self.unit.forget(person_id)
        self.unit.set_due(LET_GO, str(person_id), self.now + LET_GO_AFTER)
        self.let_go(person_id)

    def let_go(self, person_id: UUID) -> None:
        """Her seats of gatherings to come are free, as far as the view knows of them."""
        with self.views.reading() as connection:
            mine = open_of(connection, person_id)
        for registration_id in mine:
            registration = self.unit.find(Registration, registration_id)  # restored facts may be behind the view
            if registration is not None and registration.is_open and self._is_to_come(registration):
                self.end(registration, GIVEN_BACK)

    def _is_to_come(self, registration: Registration) -> bool:
        return not registration.scans and self.gathering(registration.gathering_id).gives_seats_at(self.now)

    def _next_number(self, gathering_id: UUID, person_id: UUID) -> int:
        before = self.latest(gathering_id, person_id)
        if before is None:
            return 1
        if before.is_open:
            raise refusals.AlreadyRegistered(registration_id=before.id)
        if before.number >= MOST_REGISTRATIONS:
            raise refusals.RegisteredTooOften(most=MOST_REGISTRATIONS)
        return before.number + 1
