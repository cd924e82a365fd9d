"""What is recorded of the seats of a gathering; use them as ``Seats.Reserved`` and so on. No person is named."""

from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """There are so many seats; None is without a limit."""

    TOPIC = "events:Seats.Opened"
    gathering_id: UUID
    capacity: int | None


class CapacityChanged(Fact):
    """There are so many from now on."""

    TOPIC = "events:Seats.CapacityChanged"
    gathering_id: UUID
    capacity: int


class Reserved(Fact):
    """A registration has so many of them."""

    TOPIC = "events:Seats.Reserved"
    registration_id: UUID
    seats: int


class Freed(Fact):
    """A registration has them no longer; ``reason`` is that for which it ended."""

    TOPIC = "events:Seats.Freed"
    registration_id: UUID
    seats: int
    reason: str


class WaitlistJoined(Fact):
    """A registration waits; ``number`` counts everybody who ever joined this waitlist."""

    TOPIC = "events:Seats.WaitlistJoined"
    registration_id: UUID
    seats: int
    number: int


class WaitlistLeft(Fact):
    """A registration waits no longer, and got nothing."""

    TOPIC = "events:Seats.WaitlistLeft"
    registration_id: UUID
    number: int


class WaitlistMoved(Fact):
    """The first that fits gets the seats that are free.

    ``why`` says what made them free; ``passed_over`` has the numbers of those before it, who need more than the
    ``free`` seats and keep their place.
    """

    TOPIC = "events:Seats.WaitlistMoved"
    registration_id: UUID
    number: int
    seats: int
    free: int
    why: str
    passed_over: list[int]


class WaitlistReordered(Fact):
    """The organiser put a registration to another place, the first is 1; why, is recorded of the gathering."""

    TOPIC = "events:Seats.WaitlistReordered"
    registration_id: UUID
    number: int
    position: int


class Closed(Fact):
    """The gathering does not take place: nobody gets a seat any more, and nobody waits."""

    TOPIC = "events:Seats.Closed"
