"""The chart of accounts, and ``Entries``: a value that cannot be unbalanced.

Agora records claims on money; the money itself lies at the payment provider. An entry is stored
inside the fact that causes it, as ``{"account", "party_id", "amount_minor", "currency"}``; a debit
is positive, a credit negative, and the entries of a fact sum to zero in every currency. So what
the mall owes to a party is a negative balance, and a positive one is what the party owes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

__all__ = ["OF_NOBODY", "Account", "Entries", "Entry", "Unbalanced", "credit", "debit", "imbalance"]


class Account(StrEnum):
    """Where amounts are booked. The values are stored and never renamed; party in brackets."""

    PROVIDER = "provider"
    """Money that lies at the payment provider (nobody)."""
    UNALLOCATED = "unallocated"
    """Captured, and not yet owed to anybody (checkout)."""
    SELLER_HELD = "seller_held"
    """Owed to a seller once the return window has closed (seller)."""
    SELLER_AVAILABLE = "seller_available"
    """Owed to a seller now; a positive balance is a debt that is carried (seller)."""
    COMMUNITY_HELD = "community_held"
    """A community's commission, held like the seller's part (group)."""
    COMMUNITY_AVAILABLE = "community_available"
    """A community's commission that may be paid out (group)."""
    MEMBER_HELD = "member_held"
    """A member's commission, held like the seller's part (person)."""
    MEMBER_AVAILABLE = "member_available"
    """A member's commission that may be paid out; a positive balance is a debt that is carried (person)."""
    COMMUNITY_WITHHELD = "community_withheld"
    """A community's commission that would be available, and is suspected: under a hold (group)."""
    MEMBER_WITHHELD = "member_withheld"
    """A member's commission that would be available, and is suspected: under a hold (person)."""
    PLATFORM_HELD = "platform_held"
    """The mall's own fee while the order can still be returned (nobody)."""
    PLATFORM_FEES = "platform_fees"
    """The mall's own fee, earned (nobody)."""
    PAYOUTS_DUE = "payouts_due"
    """Drawn by a party, until the provider confirms that it was paid; or back, if it could not be (payout)."""
    REFUNDS_DUE = "refunds_due"
    """Owed back to a buyer until the provider confirms the refund (checkout)."""
    DISPUTED = "disputed"
    """A debit: taken by the provider for the bank of the buyer while a dispute is open (checkout)."""
    PROCESSING_FEES = "processing_fees"
    """A debit: what the provider kept for its services, and took for disputes where the platform bears it (nobody)."""
    DISPUTE_LOSSES = "dispute_losses"
    """A debit: lost in disputes beyond what was left of the orders; the platform bears it (nobody)."""
    SUSPENSE_PAID_WITHOUT_LINES = "suspense_paid_without_lines"
    """Paid, and nothing is known that was bought for it (checkout)."""
    SUSPENSE_OVERPAID = "suspense_overpaid"
    """Captured beyond what the lines cost (checkout)."""
    SUSPENSE_UNDERPAID = "suspense_underpaid"
    """A debit: lines were delivered for more than was captured (checkout)."""
    SUSPENSE_CANCELLED_PAID = "suspense_cancelled_paid"
    """Paid, then cancelled, and no refund is known (checkout)."""
    SUSPENSE_RECONCILIATION = "suspense_reconciliation"
    """What the provider states otherwise than we have booked it, until somebody knows why (nobody)."""
    PLATFORM_BANK = "platform_bank"
    """What the platform withdrew from the provider to its own bank account (nobody)."""


OF_NOBODY = frozenset(
    {
        Account.PROVIDER, Account.PLATFORM_HELD, Account.PLATFORM_FEES, Account.PROCESSING_FEES,
        Account.DISPUTE_LOSSES, Account.SUSPENSE_RECONCILIATION, Account.PLATFORM_BANK,
    }
)  # fmt: skip


class Unbalanced(ValueError):
    """Entries do not sum to zero. A mistake of the program, never of who called it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount on one account of one party. Raises ValueError when the party does not fit the account."""

    account: Account
    party_id: str | None
    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if (self.party_id is None) != (self.account in OF_NOBODY):
            raise ValueError(f"{self.account} cannot have the party {self.party_id!r}")
        if type(self.amount_minor) is not int:
            raise ValueError(f"{self.amount_minor!r} is not a whole number of minor units")


def debit(account: Account, party_id: UUID | str | None, amount_minor: int, currency: str) -> Entry:
    """More is on the account that we have, or less is owed."""
    return Entry(account, None if party_id is None else str(party_id), amount_minor, currency)


def credit(account: Account, party_id: UUID | str | None, amount_minor: int, currency: str) -> Entry:
    """More is owed, or less is on the account that we have."""
    return debit(account, party_id, -amount_minor, currency)


def imbalance(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """By currency, what stored entries fail to sum to zero by; empty when they balance."""
    totals: dict[str, int] = {}
    for entry in entries:
        totals[entry["currency"]] = totals.get(entry["currency"], 0) + entry["amount_minor"]
    return {currency: total for currency, total in totals.items() if total}


class Entries:
    """What one fact books: one entry an account and party, no zeros, zero in every currency.

    Raises ``Unbalanced`` when made of entries that do not sum to zero.
    """

    def __init__(self, *entries: Entry) -> None:
        merged: dict[tuple[str, str | None, str], int] = {}
        for entry in entries:
            key = (entry.account.value, entry.party_id, entry.currency)
            merged[key] = merged.get(key, 0) + entry.amount_minor
        self.stored: list[dict[str, Any]] = [
            {"account": account, "party_id": party_id, "amount_minor": amount_minor, "currency": currency}
            for (account, party_id, currency), amount_minor in merged.items()
            if amount_minor
        ]
        """The form in which facts carry them."""
        if not self._balanced():
            raise Unbalanced(f"entries are off by {imbalance(self.stored)}: {self.stored}")

    def _balanced(self) -> bool:
        """The guard of the books; tests switch it off to see that they need it."""
        return not imbalance(self.stored)
