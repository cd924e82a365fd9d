"""What may be paid out to parties: that it is what the ledger has for them, and that nobody draws more."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import dispute_facts as disputes
from services.mall.domain import order_facts as orders
from services.mall.domain import payable_facts as payables
from services.mall.domain.ledger import Account
from services.mall.domain.payable import Debts
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.postings import PAYABLE_ROLES

from .books import OfEntries, entries_of

Key = tuple[str, str, str]
"""Role, party, currency."""


class PayablesFollowTheBooks(OfEntries):
    """They are decided beside the facts that book, in the same append; so they are compared whenever one is over."""

    name = "payables"
    sentence = (
        "After every command, what may be paid out to a party is what the ledger has as available to it, less what was "
        "paid elsewhere."
    )

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[UUID, Key] = {}
        self._balances: dict[Key, int] = defaultdict(int)
        self._available: dict[Key, int] = defaultdict(int)
        self._touched: dict[Key, tuple[int, UUID]] = {}
        self._command: str | None = None
        self._elsewhere: set[UUID] = set()

    @when(checkouts.Opened)
    def checked_out(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._elsewhere.add(fact.originator_id)

    @when(orders.Placed, disputes.Opened)
    def of_checkout(self, _position: int, fact: orders.Placed | disputes.Opened) -> None:
        if fact.checkout_id in self._elsewhere:
            self._elsewhere.add(fact.originator_id)

    def see(self, position: int, fact: Fact) -> None:
        if fact.meta[2] != self._command:
            self._compare()
            self._command = fact.meta[2]
        is_elsewhere = fact.originator_id in self._elsewhere or isinstance(fact, PayoutElsewhere.Recorded)
        for entry in () if is_elsewhere else entries_of(fact):
            role = PAYABLE_ROLES.get(Account(entry["account"])) if entry["account"] in _PAYABLE else None
            if role is not None:
                key = (role, str(entry["party_id"]), entry["currency"])
                self._available[key] -= entry["amount_minor"]
                self._touched[key] = position, fact.originator_id
        super().see(position, fact)

    @when(payables.Opened)
    def opened(self, _position: int, fact: payables.Opened) -> None:
        self._keys[fact.originator_id] = (fact.role, str(fact.party_id), fact.currency)

    @when(payables.Credited, payables.Restored, payables.PulledBack)
    def more(self, position: int, fact: Any) -> None:
        self._move(position, fact, fact.amount_minor)

    @when(payables.Charged, payables.Drawn)
    def less(self, position: int, fact: Any) -> None:
        self._move(position, fact, -fact.amount_minor)

    def finish(self) -> None:
        self._compare()

    def _move(self, position: int, fact: Any, amount_minor: int) -> None:
        key = self._keys[fact.originator_id]
        self._balances[key] += amount_minor
        self._touched[key] = position, fact.originator_id
        if fact.balance_minor != self._balances[key]:
            raise Broken(f"it says that {fact.balance_minor} are left, and {self._balances[key]} are")

    def _compare(self) -> None:
        if not self._keys:  # a log of before there were any: what was released then is paid out by nobody here
            self._available.clear()
            self._touched.clear()
        for key, (position, stream) in self._touched.items():
            if self._balances[key] != self._available[key]:
                what = f"{self._balances[key]} {key[2]} may be paid out to {key[0]} {key[1]}"
                raise Broken(f"{what}, and the ledger has {self._available[key]}", position, str(stream))
        self._touched.clear()


class DebtsAreNetted(Invariant):
    """A debt that is dropped is money given away; one that is paid in another order is somebody's favour."""

    name = "debts"
    sentence = "What is owed after a refund is paid by what is released next, the oldest debt first, and never dropped."

    def __init__(self) -> None:
        super().__init__()
        self._balances: dict[UUID, int] = defaultdict(int)
        self._debts: dict[UUID, Debts] = defaultdict(list)

    @when(payables.Charged)
    def charged(self, _position: int, fact: payables.Charged) -> None:
        owed = fact.amount_minor - min(fact.amount_minor, max(0, self._balances[fact.originator_id]))
        if fact.owed_minor != owed:
            raise Broken(f"{owed} of it were no longer there, and {fact.owed_minor} are said to be owed")
        self._balances[fact.originator_id] -= fact.amount_minor
        if owed:
            self._debts[fact.originator_id].append({"order_id": str(fact.order_id), "amount_minor": owed})

    @when(payables.Drawn)
    def drawn(self, _position: int, fact: payables.Drawn) -> None:
        if fact.amount_minor <= 0 or fact.amount_minor > self._balances[fact.originator_id]:
            raise Broken(f"{fact.amount_minor} are drawn of {self._balances[fact.originator_id]}")
        self._balances[fact.originator_id] -= fact.amount_minor

    @when(payables.Credited, payables.Restored, payables.PulledBack)
    def credited(self, _position: int, fact: Any) -> None:
        debts, left, expected = self._debts[fact.originator_id], fact.amount_minor, []
        while debts and left:
            paid = min(left, debts[0]["amount_minor"])
            expected.append({"order_id": debts[0]["order_id"], "amount_minor": paid})
            debts[0]["amount_minor"] -= paid
            left -= paid
            if not debts[0]["amount_minor"]:
                debts.pop(0)
        self._balances[fact.originator_id] += fact.amount_minor
        if fact.netted != expected:
            raise Broken(f"it pays {fact.netted} of what is owed, and should pay {expected}")


_PAYABLE = frozenset(account.value for account in PAYABLE_ROLES)
