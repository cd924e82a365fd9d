"""The seats of one gathering, and who waits for some."""

from typing import TypedDict
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import refusals, seats_facts
from .form import check_capacity

__all__ = ["Move", "Seats", "Waiting"]

MOST_WAITING = 1_000


class Waiting(TypedDict):
    """A registration on the waitlist; ``number`` says as which it joined."""

    registration_id: str
    seats: int
    number: int


class Move(TypedDict):
    """What the waitlist gives next: to whom, and the numbers of those before who need more than is free."""

    waiting: Waiting
    passed_over: list[int]


class Seats(AggregateRoot):
    """How many seats are taken, and the waitlist in its order.

    It is small however many come: who has a seat is known to the registrations, each of which gives its seats back
    once. So two hundred who want the last one are decided here one after the other, quickly.
    """

    TOPIC = "events:Seats"
    Opened = seats_facts.Opened
    CapacityChanged = seats_facts.CapacityChanged
    Reserved = seats_facts.Reserved
    Freed = seats_facts.Freed
    WaitlistJoined = seats_facts.WaitlistJoined
    WaitlistLeft = seats_facts.WaitlistLeft
    WaitlistMoved = seats_facts.WaitlistMoved
    WaitlistReordered = seats_facts.WaitlistReordered
    Closed = seats_facts.Closed

    @staticmethod
    def create_id(gathering_id: UUID, **_: object) -> UUID:
        return derived_id("seats", gathering_id)

    @classmethod
    def open(cls, gathering_id: UUID, capacity: int | None) -> "Seats":
        """So many seats; None is without a limit. Raises ``CapacityNotUsable``."""
        check_capacity(capacity)
        return cls(gathering_id=gathering_id, capacity=capacity)

    @event(Opened)
    def __init__(self, gathering_id: UUID, capacity: int | None) -> None:
        self.gathering_id = gathering_id
        self.capacity = capacity
        self.taken = 0
        self.joined = 0
        self.waiting: list[Waiting] = []
        self.is_closed = False

    @property
    def free(self) -> int | None:
        """How many nobody has; None is as many as anybody wants."""
        return None if self.capacity is None else self.capacity - self.taken

    def change_capacity(self, capacity: int) -> None:
        """So many from now on; the same again does nothing.

        Raises ``CapacityNotUsable``, ``CapacityUnlimited``, and ``SeatsTaken`` below the seats that people have.
        """
        check_capacity(capacity)
        if self.capacity is None:
            raise refusals.CapacityUnlimited(gathering_id=self.gathering_id)
        if capacity < self.taken:
            raise refusals.SeatsTaken(taken=self.taken)
        if capacity != self.capacity:
            self._capacity_changed(gathering_id=self.gathering_id, capacity=capacity)

    def reserve(self, registration_id: UUID, seats: int) -> None:
        """A registration takes so many. Raises ``NoSeatsLeft``, ``GatheringCancelled``."""
        self._check_open()
        if not self.has(seats):
            raise refusals.NoSeatsLeft(free=self.free, seats=seats)
        self._reserved(registration_id=registration_id, seats=seats)

    def release(self, registration_id: UUID, seats: int, reason: str) -> None:
        """A registration has ended: so many are free. That it ends once is its own guard."""
        if not self.is_closed:
            self._freed(registration_id=registration_id, seats=seats, reason=reason)

    def join_waitlist(self, registration_id: UUID, seats: int) -> None:
        """A registration waits behind all others.

        Raises ``WaitlistFull``, ``AlreadyWaiting``, ``GatheringCancelled``.
        """
        self._check_open()
        if self._at(registration_id) is not None:
            raise refusals.AlreadyWaiting(registration_id=registration_id)
        if len(self.waiting) >= MOST_WAITING:
            raise refusals.WaitlistFull(most=MOST_WAITING)
        self._waitlist_joined(registration_id=registration_id, seats=seats, number=self.joined + 1)

    def leave_waitlist(self, registration_id: UUID) -> None:
        """A registration waits no longer; one that does not wait stays as it is."""
        at = self._at(registration_id)
        if at is not None:
            self._waitlist_left(registration_id=registration_id, number=self.waiting[at]["number"])

    def next_move(self) -> Move | None:
        """The first who fits into what is free; None when nobody does."""
        passed_over: list[int] = []
        for one in self.waiting:
            if self.free == 0:
                break
            if self.has(one["seats"]):
                return {"waiting": one, "passed_over": passed_over}
            passed_over.append(one["number"])
        return None

    def move(self, move: Move, why: str) -> None:
        """Give what is free to the one whose turn it is; ``why`` says what made it free. Raises ``NoSeatsLeft``."""
        one = move["waiting"]
        if not self.has(one["seats"]):
            raise refusals.NoSeatsLeft(free=self.free, seats=one["seats"])
        self._waitlist_moved(
            registration_id=UUID(one["registration_id"]), number=one["number"], seats=one["seats"],
            free=one["seats"] if self.free is None else self.free, why=why, passed_over=move["passed_over"],
        )  # fmt: skip

    def reorder(self, registration_id: UUID, position: int) -> int | None:
        """Put one who waits to another place, the first is 1: its number, or None when it is there already.

        Raises ``NotWaiting``, ``PositionNotUsable``.
        """
        at = self._at(registration_id)
        if at is None:
            raise refusals.NotWaiting(registration_id=registration_id)
        if not 1 <= position <= len(self.waiting):
            raise refusals.PositionNotUsable(waiting=len(self.waiting))
        if position == at + 1:
            return None
        number = self.waiting[at]["number"]
        self._waitlist_reordered(registration_id=registration_id, number=number, position=position)
        return number

    def close(self) -> None:
        """The gathering does not take place; again does nothing."""
        if not self.is_closed:
            self._closed()

    def position_of(self, registration_id: UUID) -> int | None:
        """At which place it waits, the first is 1; None when it does not."""
        at = self._at(registration_id)
        return None if at is None else at + 1

    def takes_newcomers(self, seats: int) -> bool:
        """Whether a newcomer gets so many at once: the guard against overtaking those who wait."""
        return not self.waiting and self.has(seats)

    def has(self, seats: int) -> bool:
        """The guard against more people than seats; tests switch it off to see that they need it."""
        return self.free is None or seats <= self.free

    def _at(self, registration_id: UUID) -> int | None:
        wanted = str(registration_id)
        return next((at for at, one in enumerate(self.waiting) if one["registration_id"] == wanted), None)

    def _check_open(self) -> None:
        if self.is_closed:
            raise refusals.GatheringCancelled(gathering_id=self.gathering_id)

    @event(CapacityChanged)
    def _capacity_changed(self, gathering_id: UUID, capacity: int) -> None:
        self.capacity = capacity

    @event(Reserved)
    def _reserved(self, registration_id: UUID, seats: int) -> None:
        self.taken += seats

    @event(Freed)
    def _freed(self, registration_id: UUID, seats: int, reason: str) -> None:
        self.taken -= seats

    @event(WaitlistJoined)
    def _waitlist_joined(self, registration_id: UUID, seats: int, number: int) -> None:
        self.joined = number
        self.waiting.append({"registration_id": str(registration_id), "seats": seats, "number": number})

    @event(WaitlistLeft)
    def _waitlist_left(self, registration_id: UUID, number: int) -> None:
        self._take_out(registration_id)

    @event(WaitlistMoved)
    def _waitlist_moved(
        self, registration_id: UUID, number: int, seats: int, free: int, why: str, passed_over: list[int]
    ) -> None:
        self._take_out(registration_id)
        self.taken += seats

    @event(WaitlistReordered)
    def _waitlist_reordered(self, registration_id: UUID, number: int, position: int) -> None:
        self.waiting.insert(position - 1, self._take_out(registration_id))

    @event(Closed)
    def _closed(self) -> None:
        self.is_closed = True
        self.waiting = []

    def _take_out(self, registration_id: UUID) -> Waiting:
        at = self._at(registration_id)
        assert at is not None, f"{registration_id} is not on the waitlist"
        return self.waiting.pop(at)
