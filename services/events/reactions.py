"""When others say something, what events does."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.identity import PersonForgotten
from services.contracts.mall import LineRefunded, OrderPaid
from services.contracts.message import Message
from services.events.application import Gatherings
from services.kernel.flow.projection import Place


def seat_ticket_holders(gatherings: Gatherings, message: OrderPaid, _place: Place) -> None:
    """Lines of an order that were tickets were paid: each registration gets its ticket, or the line goes back."""
    for line in message.lines:
        if line.get("registration_id") is not None:
            gatherings.take_payment(message.order_id, line)


def end_refunded_registration(gatherings: Gatherings, message: LineRefunded, _place: Place) -> None:
    """The price of a ticket was paid back: its seats are free for those who wait."""
    if message.registration_id is not None and message.quantity:
        gatherings.take_refund(message.registration_id, message.order_id)


def forget_person(gatherings: Gatherings, message: PersonForgotten, _place: Place) -> None:
    """Her words are gone with her key, and others get her seats."""
    gatherings.forget_person(message.person_id)


reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {
    OrderPaid: seat_ticket_holders,
    LineRefunded: end_refunded_registration,
    PersonForgotten: forget_person,
}
