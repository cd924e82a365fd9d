"""When others say something, what the mall does."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.events import (
    CheckedIn,
    GatheringAnnounced,
    GatheringCancelled,
    RegistrationEnded,
    TicketRefused,
)
from services.contracts.identity import ClaimCertified, ClaimExpired, ClaimWithdrawn, PersonForgotten
from services.contracts.message import Message
from services.kernel.flow.projection import Place
from services.mall.application import Mall
from services.mall.domain.seat import Seat
from services.mall.projections.known_gatherings import KnownGathering


def suspend_unfit_seller(mall: Mall, message: ClaimWithdrawn | ClaimExpired, _place: Place) -> None:
    """A claim has ended: its person sells no longer if the claims asked of sellers do not hold without it."""
    mall.suspend_without_claims(message.person_id)


def reinstate_fit_seller(mall: Mall, message: ClaimCertified, _place: Place) -> None:
    """A claim was certified: its person sells again if that was what was missing."""
    mall.reinstate_with_claims(message.person_id)


def forget_person(mall: Mall, message: PersonForgotten, _place: Place) -> None:
    """Somebody is forgotten: she sells no longer, and what is sealed under her key here is gone."""
    mall.forget_person(message.person_id)


def offer_tickets(mall: Mall, message: GatheringAnnounced, _place: Place) -> None:
    """A gathering costs something: its organiser sells the tickets, if she sells here."""
    if message.currency is not None and message.price_minor > 0:
        mall.offer_tickets(
            KnownGathering(
                message.gathering_id, message.organiser_id, message.ends_at, message.price_minor, message.currency,
                message.tags,
            )
        )  # fmt: skip


def withdraw_tickets(mall: Mall, message: GatheringCancelled, _place: Place) -> None:
    """A gathering does not take place: no ticket of it is sold any more."""
    mall.withdraw_tickets(message.gathering_id)


def refund_ended_seat(mall: Mall, message: RegistrationEnded, _place: Place) -> None:
    """A registration is over: what was paid for it goes back."""
    mall.end_seat(message.registration_id, message.reason)


def refund_refused_ticket(mall: Mall, message: TicketRefused, _place: Place) -> None:
    """The payment came too late, and no seat was left: it goes back."""
    mall.refuse_seat(message.order_id, str(message.line_id), message.registration_id)


def deliver_tickets(mall: Mall, message: CheckedIn, _place: Place) -> None:
    """The person came: what the ticket promised is delivered."""
    mall.deliver_tickets(Seat.create_id(message.registration_id))


reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {
    ClaimWithdrawn: suspend_unfit_seller,
    ClaimExpired: suspend_unfit_seller,
    ClaimCertified: reinstate_fit_seller,
    PersonForgotten: forget_person,
    GatheringAnnounced: offer_tickets,
    GatheringCancelled: withdraw_tickets,
    RegistrationEnded: refund_ended_seat,
    TicketRefused: refund_refused_ticket,
    CheckedIn: deliver_tickets,
}
