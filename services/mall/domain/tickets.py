"""What holds for the lines of an order that are tickets."""

from collections.abc import Iterable
from uuid import UUID

from . import refusals
from .lines import Line
from .order import Order

__all__ = ["refuse_hand_delivery", "refuse_part_of_ticket", "refuse_return_of_ticket", "ticket_lines"]


def ticket_lines(order: Order) -> Iterable[tuple[Line, UUID]]:
    """The lines of an order that are tickets, each with its registration."""
    for line in order.lines.values():
        if registration_id := line.get("registration_id"):
            yield line, UUID(registration_id)


def refuse_part_of_ticket(order: Order, line_id: str, quantity: int) -> None:
    """A refund ends the registration with all its seats. Raises TicketRefundedInParts."""
    seats_left = order.left[line_id]["quantity"] if _is_ticket(order, line_id) else quantity
    if quantity != seats_left:
        raise refusals.TicketRefundedInParts(left=seats_left)


def refuse_return_of_ticket(order: Order, line_id: str) -> None:
    """Seats are given back at the gathering, which then has them for others. Raises TicketNotSentBack."""
    if _is_ticket(order, line_id):
        raise refusals.TicketNotSentBack(registration_id=order.lines[line_id]["registration_id"])


def refuse_hand_delivery(order: Order) -> None:
    """Who could deliver a gathering before it takes place would have the money before it. Raises
    TicketDeliveredElsewhere."""
    if any(True for _ in ticket_lines(order)):
        raise refusals.TicketDeliveredElsewhere(order_id=order.id)


def _is_ticket(order: Order, line_id: str) -> bool:
    return bool(order.lines.get(line_id, {}).get("registration_id"))
