"""A registration: one person's seats at a gathering, from wanting them to having been there."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import refusals
from . import registration_facts as facts

__all__ = ["Registration", "Scan"]

NEW, HELD, WAITING, TICKETED, ENDED = "new", "held", "waiting", "ticketed", "ended"
GIVEN_BACK, EXPIRED, REFUNDED, CANCELLED, DECLINED = (
    "given_back", "expired", "refunded", "gathering_cancelled", "declined",
)  # fmt: skip
REASONS = (GIVEN_BACK, EXPIRED, REFUNDED, CANCELLED, DECLINED)
SUPERSEDED = "superseded"
MOST_SCANS_KEPT = 20
"""Of a ticket that was good, and as many again of one that was not."""


class Scan(TypedDict):
    """That a device admitted the ticket: when by its own clock, and whether it could ask us then."""

    device_id: str
    at: str
    was_offline: bool


class Registration(AggregateRoot):
    """The ``number``-th of one person for one gathering; at most one of them has not ended.

    ``scans`` is everything that devices told of a ticket they admitted, the earliest first: the first of them is the
    check-in, the others are duplicates. So it is the same in whatever order devices tell of it, as long as these are
    no more than are kept: whoever scans one ticket without end has nothing recorded any more.
    """

    TOPIC = "events:Registration"
    Registered = facts.Registered
    AnswerRepeated = facts.AnswerRepeated
    SeatsHeld = facts.SeatsHeld
    Waited = facts.Waited
    TicketIssued = facts.TicketIssued
    TicketRefused = facts.TicketRefused
    Ended = facts.Ended
    CheckedIn = facts.CheckedIn
    ScanKept = facts.ScanKept
    ScanRefused = facts.ScanRefused

    @staticmethod
    def create_id(gathering_id: UUID, person_id: UUID, number: int, **_: object) -> UUID:
        """Known beforehand, so that the same registration is never made twice."""
        return derived_id("registration", gathering_id, person_id, number)

    @classmethod
    def register(
        cls, gathering_id: UUID, person_id: UUID, number: int, seats: int, relied_on: list[dict[str, Any]],
        now: datetime,
    ) -> "Registration":  # fmt: skip
        """A person wants so many seats; what becomes of it follows at once."""
        return cls(
            registration_id=cls.create_id(gathering_id, person_id, number), gathering_id=gathering_id,
            person_id=person_id, number=number, seats=seats, relied_on=relied_on, answered_at=now,
        )  # fmt: skip

    @event(Registered)
    def __init__(
        self, registration_id: UUID, gathering_id: UUID, person_id: UUID, number: int, seats: int,
        relied_on: list[dict[str, Any]], answered_at: datetime,
    ) -> None:  # fmt: skip
        self.gathering_id = gathering_id
        self.person_id = person_id
        self.number = number
        self.seats = seats
        self.status = NEW
        self.answered_at = answered_at
        self.expires_at: datetime | None = None
        self.reason: str | None = None
        self.serial = 0
        self.order_id: UUID | None = None
        self.line_id: str | None = None
        self.scans: list[Scan] = []
        self.refused_scans: list[Scan] = []
        self.refused_lines: list[str] = []

    @property
    def is_open(self) -> bool:
        """It has seats, or waits for some."""
        return self.status != ENDED

    @property
    def has_seats(self) -> bool:
        """Seats are kept for it, or are its own."""
        return self.status in (HELD, TICKETED)

    @property
    def has_ticket(self) -> bool:
        """The guard against a second ticket; tests switch it off to see that they need it."""
        return self.status == TICKETED

    @property
    def check_in(self) -> Scan | None:
        """The earliest scan, by the clock of its device."""
        return self.scans[0] if self.scans else None

    def repeat_answer(self, now: datetime) -> None:
        """The same was answered once more; what was known before changes nothing."""
        if now > self.answered_at:
            self._answer_repeated(answered_at=now)

    def hold(self, price_minor: int, currency: str, expires_at: datetime) -> None:
        """The seats are kept until they are paid for."""
        self._seats_held(self.gathering_id, self.person_id, self.seats, price_minor, currency, expires_at)

    def wait(self) -> None:
        """No seats were left."""
        self._waited(self.gathering_id, self.person_id, self.seats)

    def issue_ticket(self, order_id: UUID | None = None, line_id: str | None = None) -> None:
        """The seats are the person's: free of charge, or paid for. One that had expired is alive again.

        A registration has one ticket: with one, this does nothing.
        """
        if not self.has_ticket:
            self._ticket_issued(self.gathering_id, self.person_id, self.seats, self.serial + 1, order_id, line_id)

    def refuse_ticket(self, order_id: UUID, line_id: str, reason: str) -> None:
        """There is nothing to give for this payment; told of it again, nothing is recorded."""
        if line_id not in self.refused_lines:
            self._ticket_refused(self.gathering_id, self.person_id, order_id, line_id, reason)

    def end(self, reason: str, now: datetime) -> None:
        """It ends once. Raises ``RegistrationOver``."""
        if not self.is_open:
            raise refusals.RegistrationOver(registration_id=self.id, reason=self.reason)
        self._ended(self.gathering_id, self.person_id, reason, now)

    def require_unused(self) -> None:
        """Raises ``CheckedInAlready``."""
        if self.scans:
            raise refusals.CheckedInAlready(registration_id=self.id)

    def scan(
        self, device_id: str, at: datetime, serial: int, *, was_offline: bool, why_refused: str | None = None
    ) -> str | None:
        """What a device tells of a ticket; the reason why it is not good, or None. ``why_refused`` is of the door.

        Told again, or when as many are kept as can be, nothing is recorded.
        """
        reason = self.why_not_good(serial) or why_refused
        told: Scan = {"device_id": device_id, "at": at.isoformat(), "was_offline": was_offline}
        known = self.scans if reason is None else self.refused_scans
        if self._is_full(known) or any(one["device_id"] == device_id and one["at"] == told["at"] for one in known):
            return reason
        if reason is not None:
            self._scan_refused(device_id, at, was_offline, reason)
        elif self._is_first():
            self._checked_in(self.gathering_id, self.person_id, self.seats, device_id, at, was_offline)
        else:
            self._scan_kept(device_id, at, was_offline)
        return reason

    def why_not_good(self, serial: int) -> str | None:
        """Why a ticket with this serial is not good now; None when it is."""
        if self.status != TICKETED:
            return self.reason or self.status
        return None if serial == self.serial else SUPERSEDED

    def _is_first(self) -> bool:
        """The guard against a second check-in; tests switch it off to see that they need it."""
        return not self.scans

    def _is_full(self, known: list[Scan]) -> bool:
        """The guard against scans without end; tests switch it off to see that they need it."""
        return len(known) >= MOST_SCANS_KEPT

    @event(AnswerRepeated)
    def _answer_repeated(self, answered_at: datetime) -> None:
        self.answered_at = answered_at

    @event(SeatsHeld)
    def _seats_held(
        self, gathering_id: UUID, person_id: UUID, seats: int, price_minor: int, currency: str, expires_at: datetime
    ) -> None:
        self.status = HELD
        self.expires_at = expires_at

    @event(Waited)
    def _waited(self, gathering_id: UUID, person_id: UUID, seats: int) -> None:
        self.status = WAITING

    @event(TicketIssued)
    def _ticket_issued(
        self, gathering_id: UUID, person_id: UUID, seats: int, serial: int, order_id: UUID | None, line_id: str | None
    ) -> None:
        self.status = TICKETED
        self.serial = serial
        self.order_id = order_id
        self.line_id = line_id
        self.expires_at = None
        self.reason = None

    @event(TicketRefused)
    def _ticket_refused(self, gathering_id: UUID, person_id: UUID, order_id: UUID, line_id: str, reason: str) -> None:
        self.refused_lines.append(line_id)

    @event(Ended)
    def _ended(self, gathering_id: UUID, person_id: UUID, reason: str, ended_at: datetime) -> None:
        self.status = ENDED
        self.reason = reason
        self.expires_at = None
        self.answered_at = ended_at

    @event(CheckedIn)
    def _checked_in(
        self, gathering_id: UUID, person_id: UUID, seats: int, device_id: str, at: datetime, was_offline: bool
    ) -> None:
        _keep(self.scans, device_id, at, was_offline)

    @event(ScanKept)
    def _scan_kept(self, device_id: str, at: datetime, was_offline: bool) -> None:
        _keep(self.scans, device_id, at, was_offline)

    @event(ScanRefused)
    def _scan_refused(self, device_id: str, at: datetime, was_offline: bool, reason: str) -> None:
        _keep(self.refused_scans, device_id, at, was_offline)


def _keep(scans: list[Scan], device_id: str, at: datetime, was_offline: bool) -> None:
    """Times are UTC, so that their texts are in the order of the times; of equal ones the device's name decides."""
    scans.append({"device_id": device_id, "at": at.isoformat(), "was_offline": was_offline})
    scans.sort(key=lambda one: (one["at"], one["device_id"]))
