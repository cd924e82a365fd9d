"""What the tests of events begin with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.events.domain import Gathering, Registration, Seats
from tests.support.scenario import ANNA, BORIS, NOON

GATHERING, GROUP, ORDER = UUID(int=0x6A), UUID(int=0x60), UUID(int=0x0D)
STARTS, ENDS = NOON + timedelta(days=1), NOON + timedelta(days=1, hours=3)
SOON = NOON + timedelta(minutes=15)


def a_gathering(**changes: Any) -> Gathering:
    """A paid one tomorrow, at a lake."""
    fields: dict[str, Any] = {
        "gathering_id": GATHERING, "group_id": GROUP, "organiser_id": ANNA, "title": "A morning at the lake",
        "description": "", "venue": venue(), "starts_at": STARTS, "ends_at": ENDS, "time_zone": "Asia/Shanghai",
        "capacity": 2, "threshold": None, "price_minor": 2_000, "currency": "EUR", "most_seats": 2,
        "hold_minutes": 15, "listing_ids": [], "tags": [], "now": NOON,
    }  # fmt: skip
    return Gathering.announce(**(fields | changes))


def venue(**changes: Any) -> dict[str, Any]:
    """A house at the lake."""
    return {
        "venue_name": "Lake House", "address": None, "latitude": None, "longitude": None, "online_url": None,
    } | changes  # fmt: skip


def some_seats(capacity: int | None = 2) -> Seats:
    """Nobody has one."""
    return Seats.open(GATHERING, capacity)


def a_registration(seats: int = 1, person_id: UUID = BORIS) -> Registration:
    """Of which nothing has become yet."""
    return Registration.register(GATHERING, person_id, 1, seats, [], NOON)


def a_ticket() -> Registration:
    """One with a ticket."""
    registration = a_registration()
    registration.issue_ticket()
    return registration
