"""What is recorded of a registration; use them as ``Registration.Registered`` and so on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Registered(Begun):
    """A person wants to come, with guests ``seats`` in all. ``relied_on`` are the claims that met the threshold."""

    TOPIC = "events:Registration.Registered"
    registration_id: UUID
    gathering_id: UUID
    person_id: UUID
    number: int
    seats: int
    relied_on: list[dict[str, Any]]
    answered_at: datetime


class AnswerRepeated(Fact):
    """The same was answered elsewhere once more, later: an answer from between changes nothing."""

    TOPIC = "events:Registration.AnswerRepeated"
    answered_at: datetime


class SeatsHeld(Fact):
    """The seats are kept until they are paid for; ``price_minor`` is of one seat."""

    TOPIC = "events:Registration.SeatsHeld"
    gathering_id: UUID
    person_id: UUID
    seats: int
    price_minor: int
    currency: str
    expires_at: datetime


class Waited(Fact):
    """No seats were left."""

    TOPIC = "events:Registration.Waited"
    gathering_id: UUID
    person_id: UUID
    seats: int


class TicketIssued(Fact):
    """The seats are the person's. ``serial`` counts the tickets of this registration: an older code is dead."""

    TOPIC = "events:Registration.TicketIssued"
    gathering_id: UUID
    person_id: UUID
    seats: int
    serial: int
    order_id: UUID | None
    line_id: str | None


class TicketRefused(Fact):
    """Payment came when there was nothing to give for it; ``reason`` is a code."""

    TOPIC = "events:Registration.TicketRefused"
    gathering_id: UUID
    person_id: UUID
    order_id: UUID
    line_id: str
    reason: str


class Ended(Fact):
    """No seats any more, and no waiting; ``reason`` is one of ``registration.REASONS``."""

    TOPIC = "events:Registration.Ended"
    gathering_id: UUID
    person_id: UUID
    reason: str
    ended_at: datetime


class CheckedIn(Fact):
    """The first that was heard of the person's coming; ``at`` is the time of the device."""

    TOPIC = "events:Registration.CheckedIn"
    gathering_id: UUID
    person_id: UUID
    seats: int
    device_id: str
    at: datetime
    was_offline: bool


class ScanKept(Fact):
    """The same ticket was admitted once more, by a device that did not know better or at an earlier time."""

    TOPIC = "events:Registration.ScanKept"
    device_id: str
    at: datetime
    was_offline: bool


class ScanRefused(Fact):
    """A device showed or admitted a ticket that was not good; ``reason`` is what was known here."""

    TOPIC = "events:Registration.ScanRefused"
    device_id: str
    at: datetime
    was_offline: bool
    reason: str
