"""Why a ticket cannot be bought, changed or given back; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Malformed


class RegistrationNeeded(Malformed):
    """A ticket is sold against seats that the gathering keeps for a registration."""

    sentence = "Listing {listing_id} is a ticket: register at the gathering first, then order with registration_id."


class RegistrationNotNeeded(Malformed):
    """A registration came with something that is no ticket."""

    sentence = "Listing {listing_id} is no ticket; order it without registration_id."


class SeatNotKnownYet(Conflicting):
    """The mall has not heard of the registration, or it is somebody else's or of another gathering: one refusal for
    all of them, so that nobody learns who is registered."""

    sentence = (
        "Registration {registration_id} is not known yet here, or it is not yours for this gathering;"
        " try again in a moment, or register there."
    )


class SeatNotKept(Conflicting):
    """The time in which the seats could be paid is over, or the registration has ended."""

    sentence = "The seats of registration {registration_id} are no longer kept; register at the gathering again."


class SeatsDiffer(Malformed):
    """A line buys all seats of a registration, or none."""

    sentence = "Registration {registration_id} has {seats} seats, and {quantity} were ordered; order {seats}."


class SeatAlreadyOrdered(Conflicting):
    """Seats are sold once: an order that is placed or paid holds them."""

    sentence = "Registration {registration_id} is already in order {order_id}; pay that one, or cancel its checkout."


class TicketFixedByGathering(Conflicting):
    """Price, seats and end of a ticket are those of its gathering."""

    sentence = "Listing {listing_id} is the ticket of gathering {gathering_id}; change or cancel the gathering instead."


class TicketNotSentBack(Conflicting):
    """A ticket is given back where the seat is."""

    sentence = "A ticket is not sent back: give back registration {registration_id} at the gathering, which refunds it."


class TicketRefundedInParts(Malformed):
    """A refund ends the registration with all its seats, so it is of all of them."""

    sentence = "The line is a ticket for {left} seats; refund all of them at once."


class TicketDeliveredElsewhere(Conflicting):
    """What a ticket promises is the gathering: whoever checks in, or its end, delivers it."""

    sentence = "Order {order_id} holds tickets; it is delivered by the check-in or by the end of the gathering."


class TicketNotShelved(Conflicting):
    """A ticket is shown by its gathering, not by a shelf."""

    sentence = "Listing {listing_id} is a ticket; it is shown by its gathering and stands on no shelf."
