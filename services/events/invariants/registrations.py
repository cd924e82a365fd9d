"""Registrations: one of a person at a time, one ticket, one check-in."""

from uuid import UUID

from services.events.domain import registration_facts as facts
from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant


class OneRegistrationAtATime(Invariant):
    """Whoever registers again and again takes no seat twice."""

    name = "registrations"
    sentence = "A person has at most one registration for a gathering that has not ended, and it ends once."

    def __init__(self) -> None:
        super().__init__()
        self._whose: dict[UUID, tuple[UUID, UUID]] = {}
        self._open: dict[tuple[UUID, UUID], UUID] = {}

    @when(facts.Registered)
    def registered(self, _position: int, fact: facts.Registered) -> None:
        whose = self._whose[fact.originator_id] = (fact.gathering_id, fact.person_id)
        self._open_for(whose, fact.originator_id)

    @when(facts.TicketIssued)
    def ticket_issued(self, _position: int, fact: facts.TicketIssued) -> None:
        """One that had expired is alive again when it was paid for late."""
        self._open_for(self._whose[fact.originator_id], fact.originator_id)

    @when(facts.Ended)
    def ended(self, _position: int, fact: facts.Ended) -> None:
        if self._open.pop(self._whose[fact.originator_id], None) != fact.originator_id:
            raise Broken("it has ended before")

    def _open_for(self, whose: tuple[UUID, UUID], registration_id: UUID) -> None:
        other = self._open.setdefault(whose, registration_id)
        if other != registration_id:
            raise Broken(f"its person has registration {other} for the same gathering")


class TicketsAreUsedOnce(Invariant):
    """A ticket is good for one way in."""

    name = "tickets"
    sentence = "A registration has at most one ticket at a time and one check-in, and nobody comes in without a ticket."

    def __init__(self) -> None:
        super().__init__()
        self._ticketed: dict[UUID, int] = {}
        self._checked_in: set[UUID] = set()

    @when(facts.TicketIssued)
    def ticket_issued(self, _position: int, fact: facts.TicketIssued) -> None:
        if fact.originator_id in self._ticketed:
            raise Broken(f"it has ticket {self._ticketed[fact.originator_id]}, and got {fact.serial}")
        self._ticketed[fact.originator_id] = fact.serial

    @when(facts.Ended)
    def ended(self, _position: int, fact: facts.Ended) -> None:
        self._ticketed.pop(fact.originator_id, None)

    @when(facts.CheckedIn)
    def checked_in(self, _position: int, fact: facts.CheckedIn) -> None:
        if fact.originator_id not in self._ticketed:
            raise Broken("somebody came in without a ticket")
        if fact.originator_id in self._checked_in:
            raise Broken("it was checked in twice")
        self._checked_in.add(fact.originator_id)
