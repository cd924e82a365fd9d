"""Our books against what the provider states, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import reconciliation_facts as facts
from . import refusals
from .form import check_reason
from .ledger import Account
from .postings import Stored, of_fees, of_resolution
from .reconciling import FEES, OPEN, RESOLVED, Booking, Discrepancy, Matching, difference_of
from .statement import day_of, end_of

__all__ = ["ACCOUNTS", "RECONCILIATION_ID", "Reconciliation", "day_after"]

RECONCILIATION_ID = derived_id("mall", "reconciliation")
ACCOUNTS = (Account.PROCESSING_FEES, Account.SUSPENSE_RECONCILIATION, Account.PLATFORM_BANK)
"""Where a discrepancy may be booked."""
WITHDRAWAL = "withdrawal"
A_FACT = 200
"""So many discrepancies at most stand in one fact."""


class Reconciliation(AggregateRoot):
    """The one comparison of the mall with its provider, under ``RECONCILIATION_ID``.

    Days follow one another without a gap; ``last_day`` is None before the first. ``discrepancies`` are all that ever
    were, by id, with their ``state``: open, settled (the other side came), joined (it came with another amount),
    withdrawn (the provider states it no more) or resolved. In every currency what is open adds up to ``stated`` less
    ``booked``. Nothing is booked but by ``resolve`` and ``accept_fees``.
    """

    TOPIC = "mall:Reconciliation"
    Opened = facts.Opened
    StatementDemanded = facts.StatementDemanded
    DiscrepanciesFound = facts.DiscrepanciesFound
    DiscrepanciesClosed = facts.DiscrepanciesClosed
    DayCompared = facts.DayCompared
    DiscrepancyResolved = facts.DiscrepancyResolved
    FeesAccepted = facts.FeesAccepted

    @staticmethod
    def create_id(*_: object, **__: object) -> UUID:
        return RECONCILIATION_ID

    @classmethod
    def open(cls, first_day: str, now: datetime) -> "Reconciliation":
        """Days are compared from this one on. Raises ``DayNotADate``, ``DayNotOver``."""
        _check_over(first_day, now)
        return cls(first_day)

    @event(Opened)
    def __init__(self, first_day: str) -> None:
        self.first_day = first_day
        self.last_day: str | None = None
        self.taken_to = 0
        self.stated: dict[str, int] = {}
        self.booked: dict[str, int] = {}
        self.discrepancies: dict[str, Discrepancy] = {}

    @property
    def next_day(self) -> str:
        """Which day is compared next."""
        return self.first_day if self.last_day is None else day_after(self.last_day)

    def demand(self, day: str, now: datetime) -> None:
        """The statement of a day is wanted now. Raises what ``check_turn`` raises."""
        self.check_turn(day, now)
        self._statement_demanded(day)

    @event(StatementDemanded)
    def _statement_demanded(self, day: str) -> None:
        """The due row is what follows from it."""

    def check_turn(self, day: str, now: datetime) -> None:
        """Raises ``DayNotADate``, ``DayNotOver``, ``DayBeforeFirst``, ``DaysBetweenMissing``."""
        _check_over(day, now)
        if day < self.first_day:
            raise refusals.DayBeforeFirst(first_day=self.first_day, day=day)
        if day > self.next_day:
            raise refusals.DaysBetweenMissing(next_day=self.next_day, day=day)

    def compare(
        self, day: str, version: int, matching: Matching, bookings: Sequence[Booking], told: Mapping[str, int],
        count: int,
    ) -> None:  # fmt: skip
        """A statement of this day was matched with new bookings, which are taken once, whatever day they are of."""
        for begin in range(0, len(matching.closed), A_FACT):
            self._discrepancies_closed(day, version, matching.closed[begin : begin + A_FACT])
        for begin in range(0, len(matching.found), A_FACT):
            self._discrepancies_found(day, version, matching.found[begin : begin + A_FACT])
        taken_to = max([self.taken_to, *(booking.position for booking in bookings)])
        booked = _sum(self.booked, ((booking.currency, booking.amount_minor) for booking in bookings))
        stated = _sum(self.stated, matching.stated.items())
        self._day_compared(day, version, taken_to, dict(told), stated, booked, count, matching.matched)

    @event(DiscrepanciesFound)
    def _discrepancies_found(self, day: str, statement_version: int, discrepancies: list[dict[str, Any]]) -> None:
        for one in discrepancies:
            kept = {**one, "state": OPEN, "settled_by": None, "into": None, "account": None}
            self.discrepancies[one["discrepancy_id"]] = kept

    @event(DiscrepanciesClosed)
    def _discrepancies_closed(self, day: str, statement_version: int, closed: list[dict[str, Any]]) -> None:
        for one in closed:
            self.discrepancies[one["discrepancy_id"]].update(one)

    @event(DayCompared)
    def _day_compared(
        self, day: str, statement_version: int, taken_to: int, told: dict[str, int], stated: dict[str, int],
        booked: dict[str, int], count: int, matched: int,
    ) -> None:  # fmt: skip
        self.last_day = day if self.last_day is None else max(day, self.last_day)
        self.taken_to = taken_to
        self.stated = stated
        self.booked = booked

    def resolve(self, discrepancy_id: UUID, reason: str, account: str | None) -> None:
        """Books the whole difference to an account, or, without one, strikes it from what the provider states.

        Raises ``NoSuchDiscrepancy``, ``DiscrepancyNotOpen``, ``AccountDoesNotFit``, ``ReasonNotCode``; ValueError for
        an account that is none of ``ACCOUNTS``.
        """
        check_reason(reason)
        one = self.discrepancies.get(str(discrepancy_id))
        if one is None:
            raise refusals.NoSuchDiscrepancy()
        if not self._is_open(one):
            raise refusals.DiscrepancyNotOpen(discrepancy_id=discrepancy_id, state=one["state"])
        if account is not None and account not in ACCOUNTS:
            raise ValueError(f"nothing is resolved by {account}")
        if account == Account.PLATFORM_BANK and one["subject_kind"] != WITHDRAWAL:
            raise refusals.AccountDoesNotFit(account=account, kind=one["subject_kind"])
        difference_minor, currency = difference_of(one), one["currency"]
        entries = [] if account is None else of_resolution(Account(account), difference_minor, currency)
        self._discrepancy_resolved(discrepancy_id, reason, account, difference_minor, currency, entries)

    @event(DiscrepancyResolved)
    def _discrepancy_resolved(
        self, discrepancy_id: UUID, reason: str, account: str | None, difference_minor: int, currency: str,
        entries: Stored,
    ) -> None:  # fmt: skip
        self.discrepancies[str(discrepancy_id)].update(state=RESOLVED, account=account)
        if account is None:
            self.stated = _sum(self.stated, [(currency, -difference_minor)])
        else:
            self.booked = _sum(self.booked, [(currency, difference_minor)])

    def accept_fees(self, day: str) -> None:
        """Books what the provider kept on a day; again records nothing. Raises ``DayNotADate``, ``NoFeesStated``."""
        day_of(day)
        fees = [one for one in self.discrepancies.values() if one["kind"] == FEES and one["day"] == day]
        if not fees:
            raise refusals.NoFeesStated(day=day)
        open_fees = [one for one in fees if self._is_open(one)]
        if not open_fees:
            return
        amounts = _sum({}, ((one["currency"], difference_of(one)) for one in open_fees))
        self._fees_accepted(day, [one["discrepancy_id"] for one in open_fees], amounts, of_fees(amounts))

    @event(FeesAccepted)
    def _fees_accepted(self, day: str, discrepancy_ids: list[str], amounts: dict[str, int], entries: Stored) -> None:
        for one in discrepancy_ids:
            self.discrepancies[one].update(state=RESOLVED, account=Account.PROCESSING_FEES.value)
        self.booked = _sum(self.booked, amounts.items())

    @staticmethod
    def _is_open(one: Discrepancy) -> bool:
        """The guard that a resolution books once; tests switch it off to see that they need it."""
        return bool(one["state"] == OPEN)


def day_after(day: str) -> str:
    """The next one."""
    return (day_of(day) + timedelta(days=1)).isoformat()


def _check_over(day: str, now: datetime) -> None:
    if now < (ends_at := end_of(day)):
        raise refusals.DayNotOver(day=day, ends_at=ends_at.isoformat())


def _sum(before: Mapping[str, int], changes: Iterable[tuple[str, int]]) -> dict[str, int]:
    totals = dict(before)
    for currency, amount_minor in changes:
        totals[currency] = totals.get(currency, 0) + amount_minor
    return totals
