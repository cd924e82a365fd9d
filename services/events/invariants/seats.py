"""Seats: who has them, how many there are, and who gets the next."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.events.domain import seats_facts
from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant


@dataclass(slots=True)
class _Seats:
    capacity: int | None
    had_by: dict[UUID, int] = field(default_factory=dict)

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else self.capacity - sum(self.had_by.values())


class SeatsAreNeverOvertaken(Invariant):
    """Counted by registrations, where the aggregate counts seats alone: what is freed must have been taken by it."""

    name = "seats"
    sentence = "Nobody has a seat beyond the capacity at any position, and a registration gives its seats back once."

    def __init__(self) -> None:
        super().__init__()
        self._gatherings: dict[UUID, _Seats] = {}

    @when(seats_facts.Opened)
    def opened(self, _position: int, fact: seats_facts.Opened) -> None:
        self._gatherings[fact.originator_id] = _Seats(fact.capacity)

    @when(seats_facts.CapacityChanged)
    def capacity_changed(self, _position: int, fact: seats_facts.CapacityChanged) -> None:
        seats = self._gatherings[fact.originator_id]
        seats.capacity = fact.capacity
        self._check(seats)

    @when(seats_facts.Reserved, seats_facts.WaitlistMoved)
    def given(self, _position: int, fact: Any) -> None:
        seats = self._gatherings[fact.originator_id]
        if fact.registration_id in seats.had_by or fact.seats <= 0:
            raise Broken(f"registration {fact.registration_id} has seats, and got {fact.seats} more")
        seats.had_by[fact.registration_id] = fact.seats
        self._check(seats)

    @when(seats_facts.Freed)
    def freed(self, _position: int, fact: seats_facts.Freed) -> None:
        had = self._gatherings[fact.originator_id].had_by.pop(fact.registration_id, None)
        if had != fact.seats:
            raise Broken(f"registration {fact.registration_id} has {had or 'no'} seats, and {fact.seats} were freed")

    @staticmethod
    def _check(seats: _Seats) -> None:
        if seats.free is not None and seats.free < 0:
            raise Broken(f"{-seats.free} more seats are taken than there are")


class WaitlistsKeepTheirOrder(Invariant):
    """What those who wait are told can be checked by anybody who has the facts."""

    name = "waitlists"
    sentence = (
        "Seats go to the first on the waitlist whom they suffice; whoever was passed over needed more, and is named."
    )

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[UUID, list[tuple[int, int]]] = {}

    @when(seats_facts.WaitlistJoined)
    def joined(self, _position: int, fact: seats_facts.WaitlistJoined) -> None:
        self._waiting.setdefault(fact.originator_id, []).append((fact.number, fact.seats))

    @when(seats_facts.WaitlistLeft)
    def left(self, _position: int, fact: seats_facts.WaitlistLeft) -> None:
        self._take_out(fact)

    @when(seats_facts.WaitlistReordered)
    def reordered(self, _position: int, fact: seats_facts.WaitlistReordered) -> None:
        self._waiting[fact.originator_id].insert(fact.position - 1, self._take_out(fact))

    @when(seats_facts.WaitlistMoved)
    def moved(self, _position: int, fact: seats_facts.WaitlistMoved) -> None:
        before: list[tuple[int, int]] = []
        for number, seats in self._waiting.get(fact.originator_id, []):
            if number == fact.number:
                break
            before.append((number, seats))
        could = [number for number, seats in before if seats <= fact.free]
        if could:
            raise Broken(f"number {fact.number} got seats before number {could[0]}, whom they would have sufficed")
        if [number for number, _ in before] != fact.passed_over:
            raise Broken(f"number {fact.number} got seats, and those before are not named as passed over")
        self._take_out(fact)

    @when(seats_facts.Closed)
    def closed(self, _position: int, fact: seats_facts.Closed) -> None:
        self._waiting.pop(fact.originator_id, None)

    def _take_out(self, fact: Any) -> tuple[int, int]:
        waiting = self._waiting.get(fact.originator_id, [])
        found = next((one for one in waiting if one[0] == fact.number), None)
        if found is None:
            raise Broken(f"number {fact.number} is not on the waitlist")
        waiting.remove(found)
        return found
