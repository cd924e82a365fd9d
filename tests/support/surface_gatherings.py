"""Gatherings, registrations and tickets, as the examples of events need them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.support.everybody import LONG_AGO, Answer, Everybody
from tests.support.surface_groups import Community

NOWHERE = {"venue_name": None, "address": None, "latitude": None, "longitude": None, "online_url": None}
VENUE = NOWHERE | {"venue_name": "Lake House", "address": "龙井路1号", "latitude": 30.2, "longitude": 120.1}


@dataclass(frozen=True, slots=True)
class Invited:
    """A gathering of a group, which begins in six hours."""

    gathering_id: str
    group: Community


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who has registered for one."""

    invited: Invited
    person: UUID
    registration_id: str
    state: str


def announcement(everybody: Everybody, group_id: str, **changes: Any) -> Answer:
    """What is announced."""
    starts_at = everybody.now() + timedelta(hours=6)
    return {
        "group_id": group_id, "title": "A morning at the lake", "description": "Bring a rod", "venue": VENUE,
        "starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
        "time_zone": "Asia/Shanghai", "capacity": 2, "threshold": None, "price_minor": 0, "currency": None,
        "most_seats": 2, "hold_minutes": 15, "listing_ids": [], "tags": ["fishing"], **changes,
    }  # fmt: skip


def invited(everybody: Everybody, **changes: Any) -> Invited:
    """A gathering that anybody may come to."""
    group = Community(everybody)
    body = announcement(everybody, group.group_id, **changes)
    return Invited(everybody.do(group.owner, "/events/gatherings", **body)["gathering_id"], group)


def coming(everybody: Everybody, to: Invited | None = None, seats: int = 1, person: UUID | None = None) -> Coming:
    """Somebody registers."""
    gathering, who = to or invited(everybody), person or everybody.person()
    told = everybody.do(who, f"/events/gatherings/{gathering.gathering_id}/registrations", seats=seats)
    return Coming(gathering, who, told["registration_id"], told["state"])


def waiting(everybody: Everybody) -> Coming:
    """Somebody on the waitlist, behind another."""
    gathering = coming(everybody, seats=2).invited
    coming(everybody, gathering)
    return coming(everybody, gathering)


def code_of(everybody: Everybody, one: Coming) -> str:
    """What the ticket says."""
    answer = everybody.ask("GET", f"/events/registrations/{one.registration_id}/ticket", one.person)
    assert answer.is_success, answer.text
    return str(answer.json()["code"])


def recorded_gathering(everybody: Everybody, **changes: Any) -> Answer:
    """A gathering of elsewhere."""
    return {
        "gathering_id": str(uuid4()), "group_id": str(uuid4()), "organiser_id": str(everybody.person()),
        "title": "Low light photography", "description": "", "venue": NOWHERE, "time_zone": "UTC", "capacity": None,
        "starts_at": LONG_AGO, "ends_at": None, "tags": ["photo"], "happened_at": LONG_AGO, **changes,
    }  # fmt: skip
