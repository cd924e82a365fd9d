"""The model of what may be paid out: for each party and currency a sum, what it owes, and what nobody may touch."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import Fact
from services.mall.domain import payable_facts, payout_facts

PurseKey = tuple[str, str, str]
"""Role, party, currency."""
STATUSES = ("Rejected", "Cancelled", "Sent", "Uncertain", "Paid", "Failed", "Returned")
OF_ROLE = {"seller": "seller_available", "community": "community_available", "member": "member_available"}


@dataclass
class Purse:
    """``money`` below zero is what is owed, which ``debts`` tell order by order, the oldest first. ``kept`` is what a
    bank may still take, by dispute and order. ``payday`` is when it is looked at next, ``day`` what was drawn when."""

    money: int = 0
    debts: list[tuple[UUID, int]] = field(default_factory=list)
    kept: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    payday: datetime | None = None
    day: tuple[str, int] = ("", 0)

    @property
    def free(self) -> int:
        """What may be drawn."""
        return self.money - sum(self.kept.values())

    def put(self, amount: int, payday: datetime) -> None:
        """Debts first; what makes money of none has a payday set."""
        left = amount
        while self.debts and left:
            order_id, owed = self.debts.pop(0)
            paid = min(owed, left)
            left -= paid
            if owed > paid:
                self.debts.insert(0, (order_id, owed - paid))
        if self.money <= 0 < self.money + amount:
            self.payday = payday
        self.money += amount

    def charge(self, order_id: UUID, amount: int) -> None:
        """What is not there is a debt of this order."""
        lacking = max(0, amount - max(0, self.money))
        if lacking:
            self.debts = owing(self.debts, order_id, lacking)
        self._less(amount)

    def draw(self, amount: int, now: datetime) -> int:
        """It is on its way out; answers how much was drawn on this day."""
        today = now.date().isoformat()
        self.day = today, amount + (self.day[1] if self.day[0] == today else 0)
        self._less(amount)
        return self.day[1]

    def _less(self, amount: int) -> None:
        self.money -= amount
        if self.money <= 0:
            self.payday = None

    def told(self) -> Any:
        """What can be compared."""
        return self.money, self.debts, sorted(self.kept.values())


def owing(debts: list[tuple[UUID, int]], order_id: UUID, amount: int) -> list[tuple[UUID, int]]:
    """One more debt; of the same order as the last one it is the same debt."""
    if debts and debts[-1][0] == order_id:
        return [*debts[:-1], (order_id, debts[-1][1] + amount)]
    return [*debts, (order_id, amount)]


def payday_after(schedule: str, moment: datetime) -> datetime:
    """The next midnight, the next first of the month, or the next Monday; by hand it is looked at on Mondays too."""
    day = moment.replace(hour=0, minute=0) + timedelta(days=1)
    while schedule != "daily" and not (day.day == 1 if schedule == "monthly" else day.isoweekday() == 1):
        day += timedelta(days=1)
    return day


class ToldPurses:
    """The same as the facts tell it. Which debt was paid is believed, and compared with the model afterwards."""

    def __init__(self) -> None:
        self.keys: dict[UUID, PurseKey] = {}
        self.purses: dict[PurseKey, Purse] = defaultdict(Purse)
        self.payouts: dict[UUID, str] = {}

    def see(self, fact: Fact) -> None:
        """Whatever is told of balances and payouts; all else is passed over."""
        if (status := _status(fact)) is not None:
            self.payouts[fact.originator_id] = status
        if isinstance(fact, payable_facts.Opened):
            self.keys[fact.originator_id] = (fact.role, str(fact.party_id), fact.currency)
        key = self.keys.get(fact.originator_id)
        if key is None:
            return
        purse = self.purses[key]
        if isinstance(fact, payable_facts.Reserved):
            purse.kept[fact.dispute_id, fact.order_id] = fact.amount_minor
        elif isinstance(fact, payable_facts.Freed):
            del purse.kept[fact.dispute_id, fact.order_id]
        purse.money = getattr(fact, "balance_minor", purse.money)
        for paid in getattr(fact, "netted", ()):
            order_id, owed = purse.debts.pop(0)
            assert str(order_id) == paid["order_id"], "another debt was older"
            if owed > paid["amount_minor"]:
                purse.debts.insert(0, (order_id, owed - paid["amount_minor"]))
        if isinstance(fact, payable_facts.Charged) and fact.owed_minor:
            purse.debts = owing(purse.debts, fact.order_id, fact.owed_minor)


def _status(fact: Fact) -> str | None:
    """How a payout stands after it, in the words of the docs."""
    if isinstance(fact, payout_facts.Requested):
        return "awaiting" if fact.needs_approval else "approved"
    if isinstance(fact, payout_facts.Approved):
        return "approved" if fact.is_last else "awaiting"
    kind, _, name = type(fact).__qualname__.partition(".")
    return name.lower() if kind == "Payout" and name in STATUSES else None
