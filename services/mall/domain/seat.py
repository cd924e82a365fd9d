"""Seats that a gathering keeps for one registration, and the order by which they are bought."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .refusals import SeatAlreadyOrdered

__all__ = ["Seat"]


class Seat(AggregateRoot):
    """One line at most buys the seats: an order that was cancelled unpaid leaves them to another.

    It is there from the first order on. ``ended_as`` says why its registration is over, None while it holds.
    """

    TOPIC = "mall:Seat"

    class Ordered(Begun):
        """A line buys them. Their gathering keeps them until ``kept_until``, and is over at ``ends_at``."""

        TOPIC = "mall:Seat.Ordered"
        registration_id: UUID
        gathering_id: UUID
        order_id: UUID
        line_id: str
        seats: int
        kept_until: datetime
        ends_at: datetime

    class OrderedAgain(Fact):
        """Another order buys them, after the one before was cancelled unpaid."""

        TOPIC = "mall:Seat.OrderedAgain"
        order_id: UUID
        line_id: str
        ends_at: datetime

    class Ended(Fact):
        """The registration is over: what was paid for it goes back. ``reason`` as the gathering says it, or "refused"
        where it had no seat left for the payment."""

        TOPIC = "mall:Seat.Ended"
        reason: str

    @staticmethod
    def create_id(registration_id: UUID) -> UUID:
        return derived_id("seat", registration_id)

    @event(Ordered)
    def __init__(
        self, registration_id: UUID, gathering_id: UUID, order_id: UUID, line_id: str, seats: int, kept_until: datetime,
        ends_at: datetime,
    ) -> None:  # fmt: skip
        self.registration_id = registration_id
        self.gathering_id = gathering_id
        self.order_id = order_id
        self.line_id = line_id
        self.ended_as: str | None = None

    def order_again(self, order_id: UUID, line_id: str, ends_at: datetime, *, is_free: bool) -> None:
        """Another order buys them. Raises ``SeatAlreadyOrdered`` unless the one before has left them free."""
        self.check_orderable(is_free=is_free)
        self._ordered_again(order_id, line_id, ends_at)

    @event(OrderedAgain)
    def _ordered_again(self, order_id: UUID, line_id: str, ends_at: datetime) -> None:
        self.order_id = order_id
        self.line_id = line_id

    def check_orderable(self, *, is_free: bool) -> None:
        """Whether another order can buy them now; records nothing. Raises ``SeatAlreadyOrdered``."""
        if not self._can_be_ordered(is_free):
            raise SeatAlreadyOrdered(registration_id=self.registration_id, order_id=self.order_id)

    def end(self, reason: str) -> None:
        """The registration is over; again records nothing."""
        if self.ended_as is None:
            self._ended(reason)

    @event(Ended)
    def _ended(self, reason: str) -> None:
        self.ended_as = reason

    def _can_be_ordered(self, is_free: bool) -> bool:
        """The guard against selling seats twice; tests switch it off to see that they need it."""
        return is_free and self.ended_as is None
