"""What may be paid out to one party in one currency: never more than is there, and no debt is ever dropped."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import payable_facts as facts
from .refusals import AmountNotUsable, BalanceTooLow

__all__ = ["Debts", "Payable"]

Debts = list[dict[str, Any]]
"""What is owed for which order, the oldest first: ``{"order_id", "amount_minor"}``."""


class Payable(AggregateRoot):
    """The balance of a seller, a community or a member; it is what the ledger has as available to it.

    ``balance_minor`` below zero is what the party owes: the sum of ``debts``, which later credits pay, oldest first.
    ``drawn`` maps payout ids to what they took and what has not come back. ``reserved`` maps "DISPUTE/ORDER" to what
    an open dispute may take: it stays in the balance, and nobody draws it. ``passed_as`` is why the last payday paid
    nothing, or not all; None when it did. A payday is due whenever there is a balance: see ``due``.
    """

    TOPIC = "mall:Payable"
    snapshot_version = 2
    Opened = facts.Opened
    Credited = facts.Credited
    Charged = facts.Charged
    Drawn = facts.Drawn
    Restored = facts.Restored
    PulledBack = facts.PulledBack
    Passed = facts.Passed
    Reserved = facts.Reserved
    Freed = facts.Freed

    @staticmethod
    def create_id(role: str, party_id: UUID | str, currency: str) -> UUID:
        return derived_id("payable", role, party_id, currency)

    @event(Opened)
    def __init__(self, role: str, party_id: UUID, currency: str) -> None:
        self.role = role
        self.party_id = party_id
        self.currency = currency
        self.balance_minor = 0
        self.debts: Debts = []
        self.drawn: dict[str, int] = {}
        self.reserved: dict[str, int] = {}
        self.day = ""
        self.day_minor = 0
        self.passed_as: str | None = None

    @property
    def free_minor(self) -> int:
        """What may be drawn; below zero what is reserved, or owed, and is not there."""
        return self.balance_minor - sum(self.reserved.values())

    def credit(self, order_id: UUID, amount_minor: int, payday_at: datetime) -> None:
        """An order's shares were released; debts are paid first. Raises ``AmountNotUsable``."""
        _check_positive(amount_minor)
        netted, balance_minor = self._net(amount_minor), self.balance_minor + amount_minor
        self._credited(order_id, amount_minor, netted, balance_minor, self._new_payday(balance_minor, payday_at))

    @event(Credited)
    def _credited(
        self, order_id: UUID, amount_minor: int, netted: Debts, balance_minor: int, payday_at: datetime | None
    ) -> None:
        self._take_in(netted, balance_minor)

    def charge(self, order_id: UUID, amount_minor: int) -> None:
        """A refund takes back what was released: what is not there is owed. Raises ``AmountNotUsable``."""
        _check_positive(amount_minor)
        owed_minor = amount_minor - min(amount_minor, max(0, self.balance_minor))
        self._charged(order_id, amount_minor, owed_minor, self.balance_minor - amount_minor)

    @event(Charged)
    def _charged(self, order_id: UUID, amount_minor: int, owed_minor: int, balance_minor: int) -> None:
        self.balance_minor = balance_minor
        if owed_minor:
            self.debts.append({"order_id": str(order_id), "amount_minor": owed_minor})

    def draw(self, payout_id: UUID, amount_minor: int, now: datetime) -> None:
        """It is to be paid out, and nobody else can have it. Raises ``AmountNotUsable``, ``BalanceTooLow``."""
        _check_positive(amount_minor)
        if not self._has(amount_minor):
            raise BalanceTooLow(
                available_minor=max(0, self.free_minor), wanted_minor=amount_minor, currency=self.currency
            )
        day = now.date().isoformat()
        day_minor = amount_minor + (self.day_minor if day == self.day else 0)
        self._drawn(payout_id, amount_minor, day, day_minor, self.balance_minor - amount_minor)

    @event(Drawn)
    def _drawn(self, payout_id: UUID, amount_minor: int, day: str, day_minor: int, balance_minor: int) -> None:
        self.drawn[str(payout_id)] = amount_minor
        self.day, self.day_minor = day, day_minor
        self.balance_minor = balance_minor
        self.passed_as = None

    def restore(self, payout_id: UUID, payday_at: datetime) -> None:
        """A payout did not arrive: what it drew is there again, and pays debts first; again records nothing."""
        amount_minor = self.drawn.get(str(payout_id), 0)
        if not amount_minor:
            return
        netted, balance_minor = self._net(amount_minor), self.balance_minor + amount_minor
        self._restored(payout_id, amount_minor, netted, balance_minor, self._new_payday(balance_minor, payday_at))

    @event(Restored)
    def _restored(
        self, payout_id: UUID, amount_minor: int, netted: Debts, balance_minor: int, payday_at: datetime | None
    ) -> None:
        del self.drawn[str(payout_id)]
        self._take_in(netted, balance_minor)

    def pull_back(self, payout_id: UUID, pull_back_id: UUID, amount_minor: int, payday_at: datetime) -> None:
        """Some of what a split had brought has come back: it pays debts first. Raises ``AmountNotUsable``."""
        _check_positive(amount_minor)
        netted, balance_minor = self._net(amount_minor), self.balance_minor + amount_minor
        new_payday = self._new_payday(balance_minor, payday_at)
        self._pulled_back(payout_id, pull_back_id, amount_minor, netted, balance_minor, new_payday)

    @event(PulledBack)
    def _pulled_back(
        self, payout_id: UUID, pull_back_id: UUID, amount_minor: int, netted: Debts, balance_minor: int,
        payday_at: datetime | None,
    ) -> None:  # fmt: skip
        self._take_in(netted, balance_minor)

    def owed_for(self, order_id: UUID | str) -> int:
        """What of its debts is of this order."""
        return sum(debt["amount_minor"] for debt in self.debts if debt["order_id"] == str(order_id))

    def reserve(self, dispute_id: UUID, order_id: UUID, amount_minor: int) -> None:
        """A dispute may take so much of what was released: until it has ended nobody draws it, and of what is not there
        any more, nobody draws what comes next. Again records nothing. Raises ``AmountNotUsable``."""
        _check_positive(amount_minor)
        if _kept_for(dispute_id, order_id) not in self.reserved:
            self._reserved(dispute_id, order_id, amount_minor)

    @event(Reserved)
    def _reserved(self, dispute_id: UUID, order_id: UUID, amount_minor: int) -> None:
        self.reserved[_kept_for(dispute_id, order_id)] = amount_minor

    def free(self, dispute_id: UUID, order_id: UUID) -> None:
        """The dispute has ended: what it took is charged beside this. Nothing is recorded of one that keeps nothing."""
        amount_minor = self.reserved.get(_kept_for(dispute_id, order_id), 0)
        if amount_minor:
            self._freed(dispute_id, order_id, amount_minor)

    @event(Freed)
    def _freed(self, dispute_id: UUID, order_id: UUID, amount_minor: int) -> None:
        del self.reserved[_kept_for(dispute_id, order_id)]

    def pass_payday(self, reason: str, payday_at: datetime) -> None:
        """A payday has come, and nothing can be paid: it is looked at again at the next one."""
        self._passed(reason, payday_at)

    @event(Passed)
    def _passed(self, reason: str, payday_at: datetime) -> None:
        self.passed_as = reason

    def _take_in(self, netted: Debts, balance_minor: int) -> None:
        self.balance_minor = balance_minor
        for paid, debt in zip(netted, list(self.debts), strict=False):
            debt["amount_minor"] -= paid["amount_minor"]
        self.debts = [debt for debt in self.debts if debt["amount_minor"]]

    def _net(self, amount_minor: int) -> Debts:
        """Which debts an amount pays: the oldest first, each as far as it goes."""
        netted: Debts = []
        for debt in self.debts:
            paid_minor = min(amount_minor, debt["amount_minor"])
            if paid_minor:
                netted.append({"order_id": debt["order_id"], "amount_minor": paid_minor})
            amount_minor -= paid_minor
        return netted

    def _new_payday(self, balance_minor: int, payday_at: datetime) -> datetime | None:
        """A payday is set by what makes a balance; one that is set stays."""
        return payday_at if self.balance_minor <= 0 < balance_minor else None

    def _has(self, amount_minor: int) -> bool:
        """The guard against drawing twice; tests switch it off to see that they need it."""
        return amount_minor <= self.free_minor


def _kept_for(dispute_id: UUID, order_id: UUID) -> str:
    return f"{dispute_id}/{order_id}"


def _check_positive(amount_minor: int) -> None:
    if amount_minor <= 0:
        raise AmountNotUsable(amount_minor=amount_minor)
