"""Who is owed what for an order: booked once, taken back at most once, released when the window has closed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import order_facts as orders
from services.mall.domain.ledger import Account
from services.mall.domain.lines import earners_of
from services.mall.domain.postings import AVAILABLE, HELD, WITHHELD
from services.mall.domain.terms import bearing

from .books import entries_of

_OF_PARTIES = frozenset([*HELD.values(), *AVAILABLE.values(), *WITHHELD.values()])
Booked = dict[tuple[str, str | None], int]
"""By account and party: a debit is positive, as in the ledger."""


@dataclass(slots=True)
class _Line:
    parties: dict[str, str | None]
    left: dict[str, int]


@dataclass(slots=True)
class _Placed:
    keeps_fee: bool
    lines: dict[str, _Line] = field(default_factory=dict)
    is_paid: bool = False
    is_released: bool = False
    withheld: list[tuple[str, str | None]] = field(default_factory=list)

    def account(self, accounts: Mapping[str, Account], party: str, party_id: str | None) -> Account:
        """Where a share is, unless it is withheld."""
        return WITHHELD[party] if (party, party_id) in self.withheld else accounts[party]


class SharesAccrueOnce(Invariant):
    """Invariant I-07, of the community's commission and of the seller's and the platform's part as well."""

    name = "I-07 commission"
    sentence = "A commission accrues once for each order line, and no more of it is taken back than had accrued."

    def __init__(self) -> None:
        super().__init__()
        self._orders: dict[UUID, _Placed] = {}

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        order = self._orders[fact.originator_id] = _Placed(
            bearing(fact.terms, "platform_fee_on_refund") == "kept"
        )
        for line in fact.lines:
            shares = line["shares"]
            if line["line_id"] in order.lines or sum(shares.values()) != line["price_minor"] + line["freight_minor"]:
                raise Broken(f"line {line['line_id']} is there twice, or its shares are not its price and freight")
            earners = earners_of(line)
            parties = {"seller": str(fact.seller_id), "platform": None, **earners}
            is_borne = not any(shares.get(party) and one is None for party, one in earners.items())
            if min(shares.values()) < 0 or not is_borne or not shares.keys() <= parties.keys():
                raise Broken(f"line {line['line_id']} has a share below zero, or a commission for nobody")
            order.lines[line["line_id"]] = _Line(parties, dict(shares))

    @when(orders.Paid)
    def paid(self, _position: int, fact: orders.Paid) -> None:
        order = self._orders[fact.originator_id]
        if order.is_paid:
            raise Broken("the shares of the order accrue a second time")
        order.is_paid = True
        self._compare(fact, _left(order, HELD, -1))

    @when(orders.LineRefunded, orders.LineChargedBack)
    def taken_back(self, _position: int, fact: Any) -> None:
        order = self._orders[fact.originator_id]
        line = order.lines[fact.line_id]
        for party, share in fact.shares.items():
            if not order.is_paid or not 0 <= share <= line.left[party]:
                raise Broken(f"{share} are taken back of the {line.left[party]} that the {party} has left of the line")
            line.left[party] -= share
        accounts = AVAILABLE if order.is_released else HELD
        if fact.fee_kept_minor != (fact.shares["platform"] if order.keeps_fee else 0):
            raise Broken("the fee is kept or given back otherwise than the order's terms say")
        expected: Booked = defaultdict(int)
        for party, share in fact.shares.items():
            party_id = line.parties[party]
            expected[order.account(accounts, party, party_id), party_id] += share
        expected[AVAILABLE["seller"], line.parties["seller"]] += fact.fee_kept_minor
        expected[AVAILABLE["platform"], None] -= fact.fee_kept_minor
        self._compare(fact, expected)

    @when(orders.Released)
    def released(self, _position: int, fact: orders.Released) -> None:
        order = self._orders[fact.originator_id]
        if not order.is_paid or order.is_released:
            raise Broken("shares are released that are not held")
        order.is_released = True
        self._compare(fact, _sum(_left(order, HELD, 1), _left(order, AVAILABLE, -1)))

    @when(orders.ShareWithheld)
    def withheld(self, _position: int, fact: orders.ShareWithheld) -> None:
        order, share = self._orders[fact.originator_id], (fact.role, str(fact.party_id))
        if not order.is_paid or order.is_released or share in order.withheld:
            raise Broken("a share is withheld that is not held")
        held = _left(order, HELD, 1, share)
        order.withheld.append(share)
        self._compare(fact, _sum(held, _left(order, HELD, -1, share)))

    @when(orders.ShareLetGo, orders.ShareForfeited)
    def goes_on(self, _position: int, fact: Any) -> None:
        order, share = self._orders[fact.originator_id], (fact.role, str(fact.party_id))
        if share not in order.withheld:
            raise Broken("a share is let go or forfeited that is not withheld")
        withheld = _left(order, AVAILABLE, 1, share)
        order.withheld.remove(share)
        if isinstance(fact, orders.ShareForfeited):
            _forfeit(order, fact.lines, share)
            self._compare(fact, _sum(withheld, {(AVAILABLE["seller"], str(fact.seller_id)): -fact.amount_minor}))
        else:
            self._compare(fact, _sum(withheld, _left(order, AVAILABLE, -1, share)))

    @when(orders.CancelledPaid)
    def cancelled(self, _position: int, fact: orders.CancelledPaid) -> None:
        order = self._orders[fact.originator_id]
        if not order.is_paid or order.is_released:
            raise Broken("shares are taken back that are not held")
        self._compare(fact, _left(order, HELD, 1))
        for line in order.lines.values():
            line.left = dict.fromkeys(line.left, 0)

    @staticmethod
    def _compare(fact: Fact, expected: Mapping[tuple[str, str | None], int]) -> None:
        booked: Booked = defaultdict(int)
        for entry in entries_of(fact):
            if entry["account"] in _OF_PARTIES:
                booked[entry["account"], entry["party_id"]] += entry["amount_minor"]
        if booked == expected:
            return
        for account, party_id in sorted(expected.keys() | booked.keys(), key=str):
            due, found = expected.get((account, party_id), 0), booked.get((account, party_id), 0)
            if due != found:
                named = f"{found} on {account} of {party_id or 'nobody'}, where {due} is due"
                raise Broken(f"what it books is not what the lines say that the parties are owed: {named}")


class HoldsMature(Invariant):
    """What is held is the buyer's security until she can no longer send the goods back."""

    name = "holds"
    sentence = "What is held is released once, after delivery and after the return window has closed."

    def __init__(self) -> None:
        super().__init__()
        self._days: dict[UUID, int] = {}
        self._ends_at: dict[UUID, datetime] = {}

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        self._days[fact.originator_id] = fact.terms["return_window_days"]

    @when(orders.Delivered)
    def delivered(self, _position: int, fact: orders.Delivered) -> None:
        days = self._days[fact.originator_id]
        if fact.return_window_ends_at < fact.delivered_at + timedelta(days=days):
            raise Broken(f"the return window is shorter than the {days} days of the order's terms")
        self._ends_at[fact.originator_id] = fact.return_window_ends_at

    @when(orders.Cancelled, orders.CancelledPaid)
    def cancelled(self, _position: int, fact: Any) -> None:
        self._ends_at.pop(fact.originator_id, None)

    @when(orders.Released)
    def released(self, _position: int, fact: orders.Released) -> None:
        ends_at = self._ends_at.pop(fact.originator_id, None)
        if ends_at is None:
            raise Broken("released a second time, or without a delivery")
        if min(fact.effective_at, fact.recorded_at) < ends_at:
            raise Broken(f"released before the return window closed at {ends_at.isoformat()}")


def _left(
    order: _Placed, accounts: Mapping[str, Account], sign: int, of: tuple[str, str] | None = None
) -> Booked:  # fmt: skip
    """What is left of all lines, for everybody or ``of`` one party, as it is booked when it goes to these accounts (-1)
    or from them (1). What is withheld is on accounts of its own."""
    booked: Booked = defaultdict(int)
    for line in order.lines.values():
        for party, share in line.left.items():
            if share and (of is None or of == (party, line.parties[party])):
                booked[order.account(accounts, party, line.parties[party]), line.parties[party]] += sign * share
    return booked


def _forfeit(order: _Placed, lines: Mapping[str, int], share: tuple[str, str]) -> None:
    """What a party had of each line is the seller's from now on."""
    role, party_id = share
    own = {line_id: line.left[role] for line_id, line in order.lines.items() if line.parties.get(role) == party_id}
    if lines != own:
        raise Broken("another part of the lines is forfeited than was withheld")
    for line_id, amount_minor in lines.items():
        order.lines[line_id].left[role] -= amount_minor
        order.lines[line_id].left["seller"] += amount_minor


def _sum(*parts: Booked) -> Booked:
    booked: Booked = defaultdict(int)
    for part in parts:
        for key, amount_minor in part.items():
            booked[key] += amount_minor
    return booked
