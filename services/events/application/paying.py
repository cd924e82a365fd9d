"""What becomes of registrations when the mall says that they were paid, or paid back.

A payment that comes after the seats were given up is used only when nobody waits and the seats are free: who waits has
waited for just these. Otherwise the ticket is refused, and the mall pays the line back by itself.
"""

from typing import Any
from uuid import UUID

from services.events.domain import Registration
from services.events.domain.registration import ENDED, EXPIRED, HELD, REFUNDED, TICKETED

from .registering import Registering

PAID_TWICE, SEATS_GONE, OTHER_SEATS = "paid_twice", "seats_gone", "other_seats"


class Paying(Registering):
    """Commands of nobody: reactions to what the mall says. Each may be told any number of times."""

    def take_payment(self, order_id: UUID, line: dict[str, Any]) -> None:
        """A line with a registration was paid: it gets its ticket, or the line is to be paid back."""
        registration = self.unit.find(Registration, UUID(str(line["registration_id"])))
        line_id = str(line["line_id"])
        if registration is None or (registration.order_id, registration.line_id) == (order_id, line_id):
            return
        reason = self._why_refused(registration, line)
        if reason is None:
            if registration.status == ENDED:
                self.seats(registration.gathering_id).reserve(registration.id, registration.seats)
            registration.issue_ticket(order_id, line_id)
        else:
            registration.refuse_ticket(order_id, line_id, reason)

    def take_refund(self, registration_id: UUID, order_id: UUID) -> None:
        """The line of a ticket was paid back: the registration ends, unless it has."""
        registration = self.unit.find(Registration, registration_id)
        if registration is not None and registration.is_open and registration.order_id == order_id:
            self.end(registration, REFUNDED)

    def _why_refused(self, registration: Registration, line: dict[str, Any]) -> str | None:
        """None when the payment can be used."""
        if line["quantity"] != registration.seats:
            return OTHER_SEATS
        if registration.status == HELD:
            return None
        if registration.status == TICKETED:
            return PAID_TWICE
        return None if self._can_come_back(registration) else SEATS_GONE

    def _can_come_back(self, registration: Registration) -> bool:
        if (registration.status, registration.reason) != (ENDED, EXPIRED):
            return False
        seats, later = self.seats(registration.gathering_id), registration.number + 1
        later_id = Registration.create_id(registration.gathering_id, registration.person_id, later)
        if seats.is_closed or seats.waiting or self.unit.find(Registration, later_id) is not None:
            return False
        return self.gathering(registration.gathering_id).gives_seats_at(self.now) and seats.has(registration.seats)
