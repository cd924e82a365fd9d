"""The ledger as a whole: entries, accounts, and the money they stand for."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.amounts import money
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import dispute_facts as disputes
from services.mall.domain import payout_facts as payouts
from services.mall.domain import reconciliation_facts as reconciliations
from services.mall.domain.ledger import Account, Entry, imbalance
from services.mall.domain.payout_elsewhere import PayoutElsewhere

_OURS = frozenset({Account.SUSPENSE_UNDERPAID, Account.DISPUTED, Account.DISPUTE_LOSSES})
"""Accounts whose balance is a debit."""
_EITHER = frozenset(
    {
        Account.SELLER_AVAILABLE, Account.COMMUNITY_AVAILABLE, Account.MEMBER_AVAILABLE, Account.PLATFORM_FEES,
        Account.PROVIDER, Account.PROCESSING_FEES, Account.SUSPENSE_RECONCILIATION, Account.PLATFORM_BANK,
    }
)  # fmt: skip
"""Accounts that a refund after release may turn: a party then owes the mall; and after a payout the mall owes the
provider, but never more than parties owe the mall, because all other accounts keep their side and all sum to zero. And
those of a reconciliation."""


def entries_of(fact: Fact) -> Sequence[dict[str, Any]]:
    """What a fact books; nothing for most of them."""
    found: Sequence[dict[str, Any]] = fact.__dict__.get("entries") or ()
    return found


class OfEntries(Invariant):
    """Looks at the facts that book, and at those that it deals with besides."""

    def looks_at(self, kind: type[Fact]) -> Callable[[int, Any], object] | None:
        if "entries" in kind.__dataclass_fields__ or self.method_for(kind) is not None:
            return self.see
        return None


class EntriesBalance(OfEntries):
    """Invariant I-05, for every fact alone, and so for all balances together at every position."""

    name = "I-05 entries"
    sentence = "The entries of every fact are on accounts that exist, of parties that fit, and sum to zero."

    def __init__(self) -> None:
        super().__init__()
        self._sound: set[tuple[str, bool, type, type]] = set()

    def see(self, _position: int, fact: Fact) -> None:
        entries = entries_of(fact)
        for entry in entries:
            self.checked += 1
            try:
                self._check(entry)
            except (ValueError, KeyError, TypeError) as wrong:
                raise Broken(f"an entry is not one: {wrong}") from wrong
        if off := imbalance(entries):
            raise Broken(f"its entries are off by {_amounts(off)}: {', '.join(map(_told, entries))}")

    def _check(self, entry: dict[str, Any]) -> None:
        """Account, whether there is a party, and the types of the rest say all; so they are looked at once."""
        kind = entry["account"], entry["party_id"] is None, type(entry["amount_minor"]), type(entry["currency"])
        if kind not in self._sound:
            Entry(Account(entry["account"]), entry["party_id"], entry["amount_minor"], entry["currency"])
            self._sound.add(kind)


class BooksMatchTheMoney(OfEntries):
    """Invariant I-05, for the whole: the amounts in the facts about payments against the entries beside them."""

    name = "I-05 books"
    sentence = (
        "At every position, captured less paid back, charged back and paid out = what the books account for, as far as "
        "no reconciliation has booked otherwise."
    )

    def __init__(self) -> None:
        super().__init__()
        self._currencies: dict[UUID, str] = {}
        self._money: dict[str, int] = defaultdict(int)
        self._owed: dict[str, int] = defaultdict(int)

    def see(self, position: int, fact: Fact) -> None:
        super().see(position, fact)
        entries = entries_of(fact)
        for entry in entries:
            if entry["account"] != Account.PROVIDER:
                self._owed[entry["currency"]] -= entry["amount_minor"]
        for currency in {entry["currency"] for entry in entries}:
            if self._money[currency] != self._owed[currency]:
                raise Broken(
                    f"{money(self._money[currency], currency)} were captured and not paid back, "
                    f"and the books account for {money(self._owed[currency], currency)}"
                )

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        self._currencies[fact.originator_id] = fact.currency

    @when(checkouts.PaymentCaptured)
    def captured(self, _position: int, fact: checkouts.PaymentCaptured) -> None:
        self._money[self._currencies[fact.originator_id]] += fact.amount_minor

    @when(checkouts.PaymentRefunded)
    def refunded(self, _position: int, fact: checkouts.PaymentRefunded) -> None:
        self._money[self._currencies[fact.originator_id]] -= fact.amount_minor

    @when(checkouts.RefundReturned)
    def came_back(self, _position: int, fact: checkouts.RefundReturned) -> None:
        self._money[self._currencies[fact.originator_id]] += fact.amount_minor

    @when(disputes.Opened)
    def disputed(self, _position: int, fact: disputes.Opened) -> None:
        self._money[fact.currency] -= fact.amount_minor

    @when(disputes.Won)
    def won(self, _position: int, fact: disputes.Won) -> None:
        self._money[fact.currency] += fact.amount_minor

    @when(disputes.Lost)
    def lost(self, _position: int, fact: disputes.Lost) -> None:
        self._money[fact.currency] -= sum(fee["fee_minor"] for fee in fact.fees)

    @when(payouts.Paid)
    def paid_out(self, _position: int, fact: payouts.Paid) -> None:
        self._money[fact.currency] -= fact.amount_minor

    @when(PayoutElsewhere.Recorded)
    def paid_out_elsewhere(self, _position: int, fact: PayoutElsewhere.Recorded) -> None:
        self._money[fact.currency] -= fact.amount_minor

    @when(payouts.Returned, payouts.PulledBack)
    def returned(self, _position: int, fact: payouts.Returned | payouts.PulledBack) -> None:
        self._money[fact.currency] += fact.amount_minor

    @when(reconciliations.DiscrepancyResolved)
    def resolved(self, _position: int, fact: reconciliations.DiscrepancyResolved) -> None:
        self._money[fact.currency] += fact.difference_minor if fact.account is not None else 0

    @when(reconciliations.FeesAccepted)
    def fees_accepted(self, _position: int, fact: reconciliations.FeesAccepted) -> None:
        for currency, amount_minor in fact.amounts.items():
            self._money[currency] += amount_minor

    def finish(self) -> None:
        for currency, held_minor in self._money.items():
            if held_minor != self._owed[currency]:
                held, owed = money(held_minor, currency), money(self._owed[currency], currency)
                raise Broken(f"{held} were captured and not paid back, the books have {owed}")


class AccountsHaveTheirSide(OfEntries):
    """A balance on the wrong side is money that was given twice, or taken from nobody."""

    name = "accounts"
    sentence = "No account is overdrawn: not of a checkout, not what is held for a party, not what is due to a buyer."

    def __init__(self) -> None:
        super().__init__()
        self._balances: dict[tuple[str, str | None, str], int] = defaultdict(int)
        self._latest: dict[tuple[str, str | None, str], tuple[int, UUID]] = {}

    def see(self, position: int, fact: Fact) -> None:
        for entry in entries_of(fact):
            key = (entry["account"], entry["party_id"], entry["currency"])
            self._balances[key] += entry["amount_minor"]
            self._latest[key] = position, fact.originator_id

    def finish(self) -> None:
        for (account, party_id, currency), balance in self._balances.items():
            self.checked += 1
            owed = balance if account in _OURS else -balance
            if owed < 0 and account not in _EITHER:
                what = f"{account} of {party_id or 'nobody'} is overdrawn by {money(-owed, currency)}"
                position, stream = self._latest[account, party_id, currency]
                raise Broken(what, position, str(stream))


def _told(entry: dict[str, Any]) -> str:
    return f"{entry['account']} of {entry['party_id'] or 'nobody'} {money(entry['amount_minor'], entry['currency'])}"


def _amounts(by_currency: dict[str, int]) -> str:
    return ", ".join(money(amount_minor, currency) for currency, amount_minor in by_currency.items())
