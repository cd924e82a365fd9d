"""Seats to registrations: as long as some are free, then in the order of the waitlist."""

from datetime import datetime, timedelta
from uuid import UUID

from services.events.domain import Gathering, Registration, Seats

from .loading import Loading

CAPACITY_RAISED, FREE_SEATS = "capacity_raised", "free_seats"


class Seating(Loading):
    """The one way in which seats are given and taken back."""

    def seat(self, gathering: Gathering, registration: Registration) -> None:
        """Seats for a new registration: at once when nobody waits, else behind those who do. Raises WaitlistFull."""
        seats = self.seats(gathering.id)
        if seats.takes_newcomers(registration.seats):
            seats.reserve(registration.id, registration.seats)
            self._grant(gathering, registration)
            return
        seats.join_waitlist(registration.id, registration.seats)
        registration.wait()
        self.fill(gathering, seats, FREE_SEATS)

    def end(self, registration: Registration, reason: str, now: datetime | None = None) -> None:
        """A registration ends; what it had goes to those who wait, in their order. Raises RegistrationOver."""
        gathering, seats = self.gathering(registration.gathering_id), self.seats(registration.gathering_id)
        had_seats = registration.has_seats
        registration.end(reason, now or self.now)
        if had_seats:
            seats.release(registration.id, registration.seats, reason)
            self.fill(gathering, seats, reason)
        else:
            seats.leave_waitlist(registration.id)
            self.fill(gathering, seats, FREE_SEATS)

    def fill(self, gathering: Gathering, seats: Seats, why: str) -> None:
        """Give what is free to those who wait and fit, in their order, until the gathering begins."""
        while gathering.gives_seats_at(self.unit.context.recorded_at) and (move := seats.next_move()) is not None:
            seats.move(move, why)
            self._grant(gathering, self.registration(UUID(move["waiting"]["registration_id"])))

    def _grant(self, gathering: Gathering, registration: Registration) -> None:
        """A ticket where nothing is to be paid, else time to pay, counted from now: not from when it was due."""
        if gathering.is_free or gathering.currency is None:
            registration.issue_ticket()
            return
        expires_at = self.unit.context.recorded_at + timedelta(minutes=gathering.hold_minutes)
        registration.hold(gathering.price_minor, gathering.currency, expires_at)
