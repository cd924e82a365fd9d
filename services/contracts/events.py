"""What events says: gatherings, who has a seat at one, who came. Amounts in minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .message import Message


@dataclass(frozen=True, kw_only=True)
class GatheringMessage(Message):
    """A message about a gathering: what people attend."""

    SERVICE: ClassVar[str] = "events"
    SUBJECT: ClassVar[str] = "gathering_id"

    gathering_id: UUID


@dataclass(frozen=True, kw_only=True)
class GatheringAnnounced(GatheringMessage):
    """A group announces a gathering.

    ``price_minor`` 0 is free, and ``currency`` is None then. ``capacity`` None is of one recorded from elsewhere,
    where nobody knows it. ``listing_ids`` are its goods, as text.
    """

    NAME: ClassVar[str] = "gathering_announced"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"organiser_id"})

    group_id: UUID
    organiser_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    price_minor: int
    currency: str | None
    listing_ids: list[str]
    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class GatheringMoved(GatheringMessage):
    """It takes place at another time."""

    NAME: ClassVar[str] = "gathering_moved"

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class CapacityChanged(GatheringMessage):
    """It has so many seats from now on."""

    NAME: ClassVar[str] = "capacity_changed"

    capacity: int


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(GatheringMessage):
    """It does not take place; every registration ends, each says so itself."""

    NAME: ClassVar[str] = "gathering_cancelled"


@dataclass(frozen=True, kw_only=True)
class RecapWritten(GatheringMessage):
    """The organiser has told how it was; ``came`` is told only from five people on, None otherwise."""

    NAME: ClassVar[str] = "recap_written"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"author_id"})

    group_id: UUID
    author_id: UUID
    came: int | None
    listing_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class RegistrationMessage(Message):
    """A message about a registration: one person's seats at a gathering."""

    SERVICE: ClassVar[str] = "events"
    SUBJECT: ClassVar[str] = "registration_id"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    registration_id: UUID
    gathering_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeatReserved(RegistrationMessage):
    """Seats at a paid gathering are kept until ``expires_at``; the mall sells them. ``price_minor`` is of one seat."""

    NAME: ClassVar[str] = "seat_reserved"

    seats: int
    price_minor: int
    currency: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class TicketIssued(RegistrationMessage):
    """The seats are the person's: free of charge, or paid for with ``order_id``."""

    NAME: ClassVar[str] = "ticket_issued"

    seats: int
    order_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class WaitlistJoined(RegistrationMessage):
    """No seats were left; the person waits for some."""

    NAME: ClassVar[str] = "waitlist_joined"

    seats: int


@dataclass(frozen=True, kw_only=True)
class RegistrationEnded(RegistrationMessage):
    """No seat any more, and no waiting: ``reason`` is given_back, expired, refunded or gathering_cancelled."""

    NAME: ClassVar[str] = "registration_ended"

    reason: str


@dataclass(frozen=True, kw_only=True)
class TicketRefused(RegistrationMessage):
    """Payment came when the seats were no longer kept and none was left: the mall pays the line back."""

    NAME: ClassVar[str] = "ticket_refused"

    order_id: UUID
    line_id: UUID


@dataclass(frozen=True, kw_only=True)
class CheckedIn(RegistrationMessage):
    """The person came."""

    NAME: ClassVar[str] = "checked_in"

    seats: int


MESSAGES: tuple[type[Message], ...] = (
    GatheringAnnounced,
    GatheringMoved,
    CapacityChanged,
    GatheringCancelled,
    RecapWritten,
    SeatReserved,
    TicketIssued,
    WaitlistJoined,
    RegistrationEnded,
    TicketRefused,
    CheckedIn,
)
