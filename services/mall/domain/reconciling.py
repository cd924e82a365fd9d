"""Matching what the provider states with what we booked: a pure function of lines, bookings and what is open.

A line and a booking belong together when kind, subject and currency are the same. With the same amount they match;
with another they differ. What finds no other side waits: a later day may bring it. Nothing is rounded, dropped or
booked here. At every moment, in each currency, all that is open adds up to what is stated less what is booked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from services.kernel.domain import derived_id

from .statement import FEE, StatementLine, StoredLine, net_of

__all__ = ["Booking", "Discrepancy", "Matching", "difference_of", "match", "open_by_currency"]

OPEN, SETTLED, JOINED, WITHDRAWN, RESOLVED = "open", "settled", "joined", "withdrawn", "resolved"
THEIRS, OURS, DIFFERING, FEES, TAKEN_BACK = "theirs", "ours", "differing", "fees", "taken_back"
MATCHED, UNMATCHED, AS_FEE = "matched", "unmatched", "fee"
Discrepancy = dict[str, Any]
"""``{"discrepancy_id", "kind", "since", "day", "line_id", "position", "subject_kind", "subject_id", "their_minor",
"our_minor", "currency"}``; with ``state``, and ``into`` where it became part of another, once it is kept."""
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Booking:
    """What one fact booked on the account of the provider, and what it was about."""

    position: int
    kind: str
    subject_id: str
    amount_minor: int
    currency: str
    booked_on: str


@dataclass(slots=True)
class Matching:
    """What came of it. ``lines`` are the new ones with their ``state``, and ``position`` of the booking that they
    match; ``found`` are new discrepancies; ``closed`` says of older ones what they became; ``stated`` is by how
    much what they state has changed, by currency."""

    lines: list[StoredLine] = field(default_factory=list)
    found: list[Discrepancy] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    stated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    matched: int = 0


class _Side(NamedTuple):
    """One that waits for its other side: a discrepancy, open before or not; ``line`` when it was stated just now."""

    one: Discrepancy
    was_open: bool
    line: StoredLine | None = None


def difference_of(one: Mapping[str, Any]) -> int:
    """How much more the provider has by it than we."""
    return int(one["their_minor"]) - int(one["our_minor"])


def open_by_currency(all_of_them: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What all open discrepancies come to."""
    totals: dict[str, int] = defaultdict(int)
    for one in all_of_them:
        if one["state"] == OPEN:
            totals[one["currency"]] += difference_of(one)
    return dict(totals)


def match(
    day: str, version: int, told: Iterable[StatementLine], bookings: Iterable[Booking],
    known: Mapping[str, Discrepancy], withdrawn: Iterable[StoredLine] = (),
) -> Matching:  # fmt: skip
    """Match the new lines of a day, less those that it states no more, with new bookings and with what is open."""
    return _Match(day, version, known).run(told, bookings, withdrawn)


class _Match:
    def __init__(self, day: str, version: int, known: Mapping[str, Discrepancy]) -> None:
        self.day, self.version, self.known = day, version, known
        self.came = Matching()
        self.fees: dict[str, int] = defaultdict(int)
        self.theirs: dict[_Key, list[_Side]] = defaultdict(list)
        self.ours: dict[_Key, list[_Side]] = defaultdict(list)
        self.alone: list[_Side] = []
        self.gone: set[str] = set()

    def run(
        self, told: Iterable[StatementLine], bookings: Iterable[Booking], withdrawn: Iterable[StoredLine]
    ) -> Matching:
        for gone in withdrawn:
            self._withdraw(gone)
        for one in self.known.values():
            if one["state"] == OPEN and one["discrepancy_id"] not in self.gone and one["kind"] in (THEIRS, OURS):
                self._wait(_Side(one, was_open=True))
        for booking in bookings:
            self._wait(_Side(_of_booking(booking), was_open=False))
        for line in told:
            self._state(line.stored | {"version": self.version, "position": None, "discrepancy_id": None})
        self._pair(same_amount=True)
        self._pair(same_amount=False)
        self._keep_what_is_left()
        return self.came

    def _state(self, line: StoredLine) -> None:
        """A line is stated from now on: what is its fee goes to the fees of the day, the rest finds its booking."""
        self.came.lines.append(line)
        self.came.stated[line["currency"]] += net_of(line)
        self.fees[line["currency"]] += _fee_of(line)
        if line["kind"] == FEE:
            line["state"] = AS_FEE
            return
        line["state"] = UNMATCHED
        one = self._of_line(THEIRS, line, line["amount_minor"])
        line["discrepancy_id"] = one["discrepancy_id"]
        self._wait(_Side(one, was_open=False, line=line))

    def _wait(self, side: _Side) -> None:
        one = side.one
        if one["subject_id"] is None:
            self.alone.append(side)
        else:
            waiting = self.theirs if one["kind"] == THEIRS else self.ours
            waiting[one["subject_kind"], one["subject_id"], one["currency"]].append(side)

    def _pair(self, *, same_amount: bool) -> None:
        """The oldest first, on both sides."""
        for key, waiting in self.theirs.items():
            for their in list(waiting):
                amount_minor = their.one["their_minor"]
                found = (our for our in self.ours[key] if not same_amount or our.one["our_minor"] == amount_minor)
                our = next(found, None)
                if our is not None:
                    waiting.remove(their)
                    self.ours[key].remove(our)
                    self._join(their, our)

    def _join(self, their: _Side, our: _Side) -> None:
        into: str | None = None
        if difference := their.one["their_minor"] - our.one["our_minor"]:
            into = self._differ(their, our)
        for side in (their, our):
            if side.was_open:
                self._close(side.one, JOINED if difference else SETTLED, our.one["position"], into)
        if their.line is not None:
            their.line["state"] = DIFFERING if difference else MATCHED
            their.line["position"], their.line["discrepancy_id"] = our.one["position"], into
        self.came.matched += 0 if difference else 1

    def _differ(self, their: _Side, our: _Side) -> str:
        since = min(their.one["since"], our.one["since"])
        both = {"kind": DIFFERING, "since": since, "position": our.one["position"], "our_minor": our.one["our_minor"]}
        made = derived_id("discrepancy", "differing", their.one["discrepancy_id"], our.one["position"])
        one = {**_bare(their.one), **both, "discrepancy_id": str(made)}
        self.came.found.append(one)
        return str(made)

    def _withdraw(self, line: StoredLine) -> None:
        """A line is stated no more: what it had matched is open again; what was resolved by it has to be undone."""
        currency, amount_minor = line["currency"], line["amount_minor"]
        self.came.stated[currency] -= net_of(line)
        self.fees[currency] -= _fee_of(line)
        one = self._latest(line)
        if line["state"] == MATCHED:
            self._reopen(line, line["position"], amount_minor)
        elif one is None:  # a fee
            return
        elif one["state"] == OPEN:
            self._close(one, WITHDRAWN, one["position"], None)
            if one["kind"] == DIFFERING:
                self._reopen(line, one["position"], one["our_minor"])
        elif one["state"] == SETTLED:
            self._reopen(line, one["settled_by"], amount_minor)
        elif one["account"] is not None:
            self.came.found.append(self._of_line(TAKEN_BACK, line, -amount_minor))
        else:  # it had been struck from what they state
            self.came.stated[currency] += difference_of(one)
            if one["kind"] == DIFFERING:
                self._reopen(line, one["position"], one["our_minor"])

    def _latest(self, line: StoredLine) -> Discrepancy | None:
        one = self.known.get(line["discrepancy_id"] or "")
        return self.known[one["into"]] if one is not None and one["state"] == JOINED else one

    def _reopen(self, line: StoredLine, position: int, our_minor: int) -> None:
        booking = Booking(position, line["kind"], line["subject_id"], our_minor, line["currency"], self.day)
        self._wait(_Side(_of_booking(booking), was_open=False))

    def _close(self, one: Discrepancy, state: str, position: int | None, into: str | None) -> None:
        self.gone.add(one["discrepancy_id"])
        closing = {"discrepancy_id": one["discrepancy_id"], "state": state, "settled_by": position, "into": into}
        self.came.closed.append(closing)

    def _of_line(self, kind: str, line: StoredLine, their_minor: int) -> Discrepancy:
        made = derived_id("discrepancy", kind, self.day, line["line_id"], self.version)
        return {
            "discrepancy_id": str(made), "kind": kind, "since": self.day, "day": self.day, "line_id": line["line_id"],
            "position": None, "subject_kind": line["kind"], "subject_id": line["subject_id"],
            "their_minor": their_minor, "our_minor": 0, "currency": line["currency"],
        }  # fmt: skip

    def _keep_what_is_left(self) -> None:
        left = [side for waiting in (*self.theirs.values(), *self.ours.values()) for side in waiting]
        self.came.found += [side.one for side in (*left, *self.alone) if not side.was_open]
        for currency, fee_minor in self.fees.items():
            if fee_minor:
                line = {"line_id": f"fees.{currency}", "kind": FEE, "subject_id": None, "currency": currency}
                self.came.found.append(self._of_line(FEES, line, -fee_minor))


def _fee_of(line: StoredLine) -> int:
    """What the provider kept by it: of its amount, or as the whole line."""
    return int(line["fee_minor"]) - (int(line["amount_minor"]) if line["kind"] == FEE else 0)


def _of_booking(booking: Booking) -> Discrepancy:
    made: UUID = derived_id("discrepancy", OURS, booking.position)
    return {
        "discrepancy_id": str(made), "kind": OURS, "since": booking.booked_on, "day": None, "line_id": None,
        "position": booking.position, "subject_kind": booking.kind, "subject_id": booking.subject_id,
        "their_minor": 0, "our_minor": booking.amount_minor, "currency": booking.currency,
    }  # fmt: skip


def _bare(one: Discrepancy) -> Discrepancy:
    return {name: value for name, value in one.items() if name not in ("state", "settled_by", "into", "account")}
