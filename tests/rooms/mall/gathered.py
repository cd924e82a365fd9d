"""What events would say of a gathering and its registrations, said to a mall that hears nothing else of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.contracts.events import (
    CheckedIn,
    GatheringAnnounced,
    GatheringCancelled,
    GatheringMoved,
    RegistrationEnded,
    SeatReserved,
    TicketIssued,
    TicketRefused,
)
from services.contracts.message import Message
from services.mall.domain.listing import Listing
from tests.support.scenario import ANNA, BORIS, NOON

from .market import GROUP, Market

GATHERING, REGISTRATION, OTHER_REGISTRATION = UUID(int=0x6A), UUID(int=0x4E), UUID(int=0x4F)
STARTS, ENDS = NOON + timedelta(days=3), NOON + timedelta(days=3, hours=4)
TICKETS = str(Listing.id_of_tickets(GATHERING))
PRICE = 2_500


class Gathered:
    """``Gathered(market).announce()``: a gathering of Anna's for 25.00 a seat."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def say(self, *messages: Message) -> None:
        """All of it is on its way at once; the mall then hears it."""
        for message in messages:
            self.market.events.say(message, self.market.clock.at)
        self.market.settle()

    def announce(self, organiser_id: UUID = ANNA, **changes: Any) -> None:
        told: dict[str, Any] = {
            "gathering_id": GATHERING, "group_id": GROUP, "organiser_id": organiser_id, "starts_at": STARTS,
            "ends_at": ENDS, "capacity": 2, "price_minor": PRICE, "currency": "EUR", "listing_ids": [],
            "tags": ["lake"],
        }  # fmt: skip
        self.say(GatheringAnnounced(**(told | changes)))

    def reserve(self, registration_id: UUID = REGISTRATION, person_id: UUID = BORIS, **changes: Any) -> None:
        """Seats are kept for half an hour."""
        told: dict[str, Any] = {
            "seats": 1, "price_minor": PRICE, "currency": "EUR",
            "expires_at": self.market.clock.at + timedelta(minutes=30),
        }  # fmt: skip
        self.say(SeatReserved(**(registration(registration_id, person_id) | told | changes)))

    def issue(self, opened: dict[str, Any], registration_id: UUID = REGISTRATION, person_id: UUID = BORIS) -> None:
        (order_id,) = opened["order_ids"]
        self.say(TicketIssued(**registration(registration_id, person_id), seats=1, order_id=UUID(order_id)))

    def refuse(self, opened: dict[str, Any], registration_id: UUID = REGISTRATION, person_id: UUID = BORIS) -> None:
        (order,) = self.market.orders(opened)
        (line_id,) = order.lines
        self.say(TicketRefused(**registration(registration_id, person_id), order_id=order.id, line_id=UUID(line_id)))

    def end(self, reason: str, registration_id: UUID = REGISTRATION, person_id: UUID = BORIS) -> None:
        self.say(RegistrationEnded(**registration(registration_id, person_id), reason=reason))

    def check_in(self, registration_id: UUID = REGISTRATION, person_id: UUID = BORIS) -> None:
        self.say(CheckedIn(**registration(registration_id, person_id), seats=1))

    def move(self, ends_at: datetime) -> None:
        self.say(GatheringMoved(gathering_id=GATHERING, starts_at=STARTS, ends_at=ends_at))

    def cancel(self) -> None:
        self.say(GatheringCancelled(gathering_id=GATHERING))


def registration(registration_id: UUID, person_id: UUID, gathering_id: UUID = GATHERING) -> dict[str, UUID]:
    """Whose it is, and at which gathering."""
    return {"registration_id": registration_id, "gathering_id": gathering_id, "person_id": person_id}


def ticket(registration_id: UUID | None = REGISTRATION, quantity: int = 1) -> dict[str, Any]:
    """A line of a checkout."""
    line: dict[str, Any] = {"listing_id": TICKETS, "quantity": quantity}
    return line if registration_id is None else line | {"registration_id": str(registration_id)}
