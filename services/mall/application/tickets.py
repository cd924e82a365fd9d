"""Tickets: a gathering keeps the seats, the mall sells them once, and pays back what turns out to be no seat.

An order of tickets holds nothing else. It is delivered by the check-in, or by the end of the gathering.
"""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import derived_id
from services.mall.domain import refusals
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.domain.seat import Seat
from services.mall.domain.tickets import ticket_lines
from services.mall.projections.known_gatherings import KnownGathering, gathering_of
from services.mall.projections.known_seats import EXPIRED, ISSUED, KEPT, KnownSeat, seat_of

from .payables import Payables

NO_SEAT = "no_seat"
REFUSED = "refused"


class Tickets(Payables):
    """Seats that are bought: what is asked of a line, which order has them, when they are paid back."""

    def require_seat(self, listing: Listing, registration_id: UUID | None, quantity: int) -> None:
        """Refuses a ticket without all the seats of a registration of the actor's, and goods with one.

        Raises RegistrationNeeded, RegistrationNotNeeded, ListingWithdrawn, SeatNotKnownYet, SeatAlreadyOrdered,
        SeatNotKept, SeatsDiffer.
        """
        if not listing.is_ticket:
            if registration_id is not None:
                raise refusals.RegistrationNotNeeded(listing_id=listing.id)
            return
        if registration_id is None:
            raise refusals.RegistrationNeeded(listing_id=listing.id)
        listing.check_offered()
        seat = self._known_seat(registration_id)
        if not self._is_own(seat, listing):
            raise refusals.SeatNotKnownYet(registration_id=registration_id)
        if seat.state == ISSUED:
            raise refusals.SeatAlreadyOrdered(registration_id=registration_id, order_id=self._order_of(registration_id))
        if not self._is_kept(seat):
            raise refusals.SeatNotKept(registration_id=registration_id)
        if quantity != seat.seats:
            raise refusals.SeatsDiffer(registration_id=registration_id, seats=seat.seats, quantity=quantity)

    def require_free_seats(self, order: Order) -> None:
        """That an order could have its seats, each once; records nothing. Raises SeatAlreadyOrdered, ListingWithdrawn,
        SeatNotKnownYet."""
        lines = [registration_id for _, registration_id in ticket_lines(order)]
        for registration_id in lines:
            self._gathering(self._known_seat(registration_id).gathering_id)
            seat = self._seat(registration_id)
            if lines.count(registration_id) > 1:
                raise refusals.SeatAlreadyOrdered(registration_id=registration_id, order_id=order.id)
            if seat is not None:
                seat.check_orderable(is_free=self._has_left(seat, order))

    def keep_seats(self, order: Order) -> None:
        """The seats of an order that is being placed are sold to no other. Raises SeatAlreadyOrdered."""
        for line, registration_id in ticket_lines(order):
            known = self._known_seat(registration_id)
            ends_at = self._gathering(known.gathering_id).ends_at
            seat = self._seat(registration_id)
            if seat is None:
                self.unit.add(
                    Seat(
                        registration_id, known.gathering_id, order.id, line["line_id"], known.seats, known.kept_until,
                        ends_at,
                    )
                )  # fmt: skip
            else:
                seat.order_again(order.id, line["line_id"], ends_at, is_free=self._has_left(seat, order))

    def has_its_seats(self, order: Order) -> bool:
        """Whether an order that was cancelled could still have the seats: nobody else ordered them, none has ended."""
        return all(
            (seat := self._seat(registration_id)) is not None and seat.order_id == order.id and not self._is_over(seat)
            for _, registration_id in ticket_lines(order)
        )

    def refund_lost_seats(self, order: Order) -> None:
        """It was paid just now: what was paid for seats whose registration had ended goes back at once."""
        for line, registration_id in ticket_lines(order):
            seat = self._seat(registration_id)
            if seat is None or self._is_over(seat):
                self.refund_ticket(order, line["line_id"])

    def end_seat(self, registration_id: UUID, reason: str) -> None:
        """A registration is over: what was paid for it goes back, what is paid later goes back then.

        Of one that has expired events decides when the payment comes: it may still issue the ticket.
        """
        seat = self._seat(registration_id)
        if seat is not None and reason != EXPIRED:
            seat.end(reason)
            self.refund_ticket(self.order(seat.order_id), seat.line_id)

    def refuse_seat(self, order_id: UUID, line_id: str, registration_id: UUID) -> None:
        """The gathering had no seat left when the payment came: that is kept, as what is disputed goes back later.

        Raises NoSuchOrder, NoSuchLine.
        """
        order = self.order(order_id)
        line, seat = order.lines.get(line_id), self._seat(registration_id)
        if line is None or line.get("registration_id") != str(registration_id):
            raise refusals.NoSuchLine(order_id=order_id, line_id=line_id)
        if seat is not None and (seat.order_id, seat.line_id) == (order_id, line_id):
            seat.end(REFUSED)
        self.refund_ticket(order, line_id)

    def refund_ticket(self, order: Order, line_id: str) -> None:
        """Pays back what is left of a ticket; nothing is left of one that went back before, whoever did it.

        What is disputed waits until that has ended: the bank may take it.
        """
        left = order.left[line_id]
        seats_left = left["quantity"]
        if not order.is_paid or order.is_disputed or not (seats_left and left["price_minor"]):
            return
        refund_id = derived_id("refund", order.id, line_id, NO_SEAT)
        with self.booking(order):
            order.refund_line(refund_id, line_id, seats_left)
        amount_minor = order.refunds[str(refund_id)]["amount_minor"]
        checkout = self.checkout(order.checkout_id)
        checkout.demand_refund(refund_id, order.id, amount_minor, NO_SEAT, from_unallocated=False)

    def deliver_tickets(self, seat_id: UUID, delivered_at: datetime | None = None) -> None:
        """Who has the seats came in now, or had them then: the order is delivered, unless nothing is left of it."""
        seat = self.unit.find(Seat, seat_id)
        order = None if seat is None else self.order(seat.order_id)
        if order is not None and order.status == "paid" and order.left_minor:
            had_at = delivered_at or self.now
            order.deliver(had_at, had_at)

    def deliver_unused_tickets(self, seat_id: UUID) -> None:
        """The gathering has taken place for a seat: who did not come has had it as of its end, to which it may have
        been moved; who paid afterwards, as of the payment."""
        seat = self.unit.find(Seat, seat_id)
        if seat is not None:
            with self.views.glancing() as connection:
                gathering = gathering_of(connection, seat.gathering_id)
            self.deliver_tickets(seat_id, self.now if gathering is None else max(self.now, gathering.ends_at))

    def _is_own(self, seat: KnownSeat, listing: Listing) -> bool:
        """The guard that nobody buys another's seats; tests switch it off to see that they need it. What is not hers
        looks like nothing, so that nobody learns who is registered."""
        return (seat.gathering_id, seat.person_id) == (listing.gathering_id, self.actor_id)

    def _is_kept(self, seat: KnownSeat) -> bool:
        """The guard that only seats which are kept are sold; tests switch it off to see that they need it."""
        return seat.state == KEPT and self.now < seat.kept_until

    def _has_left(self, seat: Seat, order: Order) -> bool:
        """Whether the order that had the seats has left them: it was cancelled unpaid, and is another one."""
        return seat.order_id != order.id and self.order(seat.order_id).status == "cancelled"

    def _is_over(self, seat: Seat) -> bool:
        """Whether the registration has ended: as decided here, or as heard since."""
        if seat.ended_as is not None:
            return True
        with self.views.glancing() as connection:
            known = seat_of(connection, seat.registration_id)
        return known is not None and known.is_over

    def _seat(self, registration_id: UUID) -> Seat | None:
        return self.unit.find(Seat, Seat.create_id(registration_id))

    def _order_of(self, registration_id: UUID) -> UUID | None:
        seat = self._seat(registration_id)
        return None if seat is None else seat.order_id

    def _known_seat(self, registration_id: UUID) -> KnownSeat:
        with self.views.glancing() as connection:
            seat = seat_of(connection, registration_id)
        if seat is None:
            raise refusals.SeatNotKnownYet(registration_id=registration_id)
        return seat

    def _gathering(self, gathering_id: UUID) -> KnownGathering:
        with self.views.glancing() as connection:
            gathering = gathering_of(connection, gathering_id)
        if gathering is None:
            raise refusals.ListingWithdrawn(listing_id=Listing.id_of_tickets(gathering_id))
        return gathering
