"""What is recorded of a gathering itself; use them as ``Gathering.Announced`` and so on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact

VENUE = {
    "venue_name": "changed_by", "address": "changed_by", "latitude": "changed_by", "longitude": "changed_by",
    "online_url": "changed_by",
}  # fmt: skip


class Announced(Begun):
    """A group invites people to come. Words and places are the organiser's own: an address may be her home.

    ``capacity`` None is for what was recorded from elsewhere, where nobody knows it. ``price_minor`` 0 is free.
    """

    TOPIC = "events:Gathering.Announced"
    personal = dict.fromkeys(("title", "description", *VENUE), "organiser_id")
    gathering_id: UUID
    group_id: UUID
    organiser_id: UUID
    title: str
    description: str
    venue_name: str | None
    address: str | None
    latitude: float | None
    longitude: float | None
    online_url: str | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int | None
    threshold: dict[str, Any] | None
    price_minor: int
    currency: str | None
    most_seats: int
    hold_minutes: int
    listing_ids: list[str]
    tags: list[str]


class Moved(Fact):
    """It takes place at another time."""

    TOPIC = "events:Gathering.Moved"
    starts_at: datetime
    ends_at: datetime


class VenueChanged(Fact):
    """It takes place somewhere else."""

    TOPIC = "events:Gathering.VenueChanged"
    personal = VENUE
    changed_by: UUID
    venue_name: str | None
    address: str | None
    latitude: float | None
    longitude: float | None
    online_url: str | None


class DoorStaffNamed(Fact):
    """This person may check tickets."""

    TOPIC = "events:Gathering.DoorStaffNamed"
    person_id: UUID


class DoorStaffReleased(Fact):
    """This person may check tickets no longer."""

    TOPIC = "events:Gathering.DoorStaffReleased"
    person_id: UUID


class WaitlistReordered(Fact):
    """The organiser put who joined the waitlist as ``number`` to another place, and says why to all who wait."""

    TOPIC = "events:Gathering.WaitlistReordered"
    personal = {"reason": "moved_by"}
    number: int
    position: int
    moved_by: UUID
    reason: str


class Cancelled(Fact):
    """It does not take place; the reason is in the words of whoever cancelled it."""

    TOPIC = "events:Gathering.Cancelled"
    personal = {"reason": "cancelled_by"}
    cancelled_by: UUID
    reason: str


class RecapWritten(Fact):
    """How it was. ``came`` is the number of those who had been checked in, floor or not, as far as was known."""

    TOPIC = "events:Gathering.RecapWritten"
    personal = {"text": "author_id"}
    group_id: UUID
    author_id: UUID
    text: str
    came: int
    listing_ids: list[str]
