"""Which accounts every kind of fact books: the only place where accounts meet."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from .ledger import OF_NOBODY, Account, Entries, Entry, credit, debit

Stored = list[dict[str, Any]]
"""Entries in the form in which facts carry them."""
SettlementCause = Literal["paid_without_lines", "overpaid", "cancelled_paid"]
"""Why captured money belongs to no order."""
Part = tuple[Mapping[str, str | None], Mapping[str, int]]
"""Who earns by a line, as ``{"community", "member"}``, and the shares of all parties."""
Fee = tuple[UUID | None, int]
"""The seller who bears so much of what the provider takes for a dispute; None is the platform."""

HELD = {
    "seller": Account.SELLER_HELD, "community": Account.COMMUNITY_HELD, "member": Account.MEMBER_HELD,
    "platform": Account.PLATFORM_HELD,
}  # fmt: skip
AVAILABLE = {
    "seller": Account.SELLER_AVAILABLE, "community": Account.COMMUNITY_AVAILABLE, "member": Account.MEMBER_AVAILABLE,
    "platform": Account.PLATFORM_FEES,
}  # fmt: skip
WITHHELD = {"community": Account.COMMUNITY_WITHHELD, "member": Account.MEMBER_WITHHELD}
"""Of what would be available to whom, if it were not suspected."""
PAYABLE_ROLES = {account: role for role, account in AVAILABLE.items() if role != "platform"}
"""Of what is available to whom: it may be paid out."""
_SUSPENSE = {
    "paid_without_lines": Account.SUSPENSE_PAID_WITHOUT_LINES,
    "overpaid": Account.SUSPENSE_OVERPAID,
    "cancelled_paid": Account.SUSPENSE_CANCELLED_PAID,
}


class CheckoutPostings:
    """What the facts of one checkout book."""

    def __init__(self, checkout_id: UUID, currency: str) -> None:
        self.checkout_id = checkout_id
        self.currency = currency

    def captured(self, amount_minor: int) -> Stored:
        """The provider has it, and nobody is owed it yet."""
        return self._move(amount_minor, Account.PROVIDER, Account.UNALLOCATED)

    def demanded(self, amount_minor: int) -> Stored:
        """Nobody will be owed it but the buyer."""
        return self._move(amount_minor, Account.UNALLOCATED, Account.REFUNDS_DUE)

    def refunded(self, amount_minor: int) -> Stored:
        """The provider has given it back."""
        return self._move(amount_minor, Account.REFUNDS_DUE, Account.PROVIDER)

    def returned(self, amount_minor: int) -> Stored:
        """The bank of the buyer has sent it back to the provider: it is due again."""
        return self._move(amount_minor, Account.PROVIDER, Account.REFUNDS_DUE)

    def paid_elsewhere(self, amount_minor: int) -> Stored:
        """The platform has paid it out of its own bank account."""
        return self._move(amount_minor, Account.REFUNDS_DUE, Account.PLATFORM_BANK)

    def set_off(self, amount_minor: int) -> Stored:
        """The buyer has got it from his bank: it is not due any more, and so no loss of the platform."""
        return self._move(amount_minor, Account.REFUNDS_DUE, Account.DISPUTE_LOSSES)

    def settled(self, cause: SettlementCause, amount_minor: int) -> Stored:
        """It belongs to no order: booked where an accountant looks for it."""
        return self._move(amount_minor, Account.UNALLOCATED, _SUSPENSE[cause])

    def _move(self, amount_minor: int, to_debit: Account, to_credit: Account) -> Stored:
        return Entries(
            debit(to_debit, self._party(to_debit), amount_minor, self.currency),
            credit(to_credit, self._party(to_credit), amount_minor, self.currency),
        ).stored

    def _party(self, account: Account) -> UUID | None:
        return None if account in OF_NOBODY else self.checkout_id


class OrderPostings:
    """What the facts of one order book."""

    def __init__(self, checkout_id: UUID, seller_id: UUID, currency: str, withheld: Collection[str] = ()) -> None:
        """``withheld`` are the shares, as ``share_key`` has them, that lie on the accounts of ``WITHHELD``."""
        self.checkout_id = checkout_id
        self.seller_id = seller_id
        self.currency = currency
        self.withheld = withheld

    def paid(self, parts: Iterable[Part], taken_minor: int, short_minor: int) -> Stored:
        """What was captured is now held for the parties; what was not captured is a debit in suspense."""
        return Entries(
            debit(Account.UNALLOCATED, self.checkout_id, taken_minor, self.currency),
            debit(Account.SUSPENSE_UNDERPAID, self.checkout_id, short_minor, self.currency),
            *self._owed(parts, HELD, 1),
        ).stored

    def released(self, parts: Iterable[Part]) -> Stored:
        """What was held is available."""
        parts = list(parts)
        return Entries(*self._owed(parts, HELD, -1), *self._owed(parts, AVAILABLE, 1)).stored

    def refunded(self, part: Part, amount_minor: int, is_released: bool, fee_kept_minor: int) -> Stored:
        """The shares are taken back from where they are and owed to the buyer."""
        return self._taken_back(part, amount_minor, is_released, fee_kept_minor, Account.REFUNDS_DUE)

    def charged_back(self, part: Part, amount_minor: int, is_released: bool, fee_kept_minor: int) -> Stored:
        """The shares are taken back from where they are, for what the provider gave to the bank of the buyer."""
        return self._taken_back(part, amount_minor, is_released, fee_kept_minor, Account.DISPUTED)

    def _taken_back(
        self, part: Part, amount_minor: int, is_released: bool, fee_kept_minor: int, account: Account
    ) -> Stored:
        """Every share; what the platform keeps of its fee all the same, the seller owes it from then on."""
        return Entries(
            *self._owed([part], AVAILABLE if is_released else HELD, -1),
            credit(account, self.checkout_id, amount_minor, self.currency),
            debit(Account.SELLER_AVAILABLE, self.seller_id, fee_kept_minor, self.currency),
            credit(Account.PLATFORM_FEES, None, fee_kept_minor, self.currency),
        ).stored

    def cancelled(self, parts: Iterable[Part], amount_minor: int, short_minor: int, is_refunded: bool) -> Stored:
        """Nothing is held any more: the buyer is owed it, or it waits in suspense. What was short is undone."""
        account = Account.REFUNDS_DUE if is_refunded else Account.SUSPENSE_CANCELLED_PAID
        return Entries(
            *self._owed(parts, HELD, -1),
            credit(Account.SUSPENSE_UNDERPAID, self.checkout_id, short_minor, self.currency),
            credit(account, self.checkout_id, amount_minor, self.currency),
        ).stored

    def withhold(self, role: str, party_id: UUID, amount_minor: int) -> Stored:
        """What was held is suspected: it does not become available with the rest."""
        return self._move(amount_minor, (HELD[role], party_id), (WITHHELD[role], party_id))

    def let_go(self, role: str, party_id: UUID, amount_minor: int) -> Stored:
        """What was suspected is available."""
        return self._move(amount_minor, (WITHHELD[role], party_id), (AVAILABLE[role], party_id))

    def forfeited(self, role: str, party_id: UUID, amount_minor: int) -> Stored:
        """It was no commission: it falls to the seller, as every part of a pool that nobody may earn."""
        return self._move(amount_minor, (WITHHELD[role], party_id), (AVAILABLE["seller"], self.seller_id))

    def _move(self, amount_minor: int, to_debit: tuple[Account, UUID], to_credit: tuple[Account, UUID]) -> Stored:
        return Entries(
            debit(*to_debit, amount_minor, self.currency), credit(*to_credit, amount_minor, self.currency)
        ).stored

    def _owed(self, parts: Iterable[Part], accounts: Mapping[str, Account], sign: Literal[1, -1]) -> Iterable[Entry]:
        """A share that is withheld stays where it is, whatever accounts the others are on."""
        for earners, shares in parts:
            parties = {"seller": str(self.seller_id), "platform": None, **earners}
            for party, amount_minor in shares.items():
                is_withheld = share_key(party, parties[party]) in self.withheld
                account = WITHHELD[party] if is_withheld else accounts[party]
                if amount_minor:
                    yield credit(account, parties[party], sign * amount_minor, self.currency)


class DisputePostings:
    """What the facts of one dispute book."""

    def __init__(self, checkout_id: UUID, currency: str) -> None:
        self.checkout_id = checkout_id
        self.currency = currency

    def opened(self, amount_minor: int) -> Stored:
        """The provider has taken it, and who bears it is not known yet."""
        return Entries(*self._withheld(amount_minor)).stored

    def won(self, amount_minor: int) -> Stored:
        """The provider has it again."""
        return Entries(*self._withheld(-amount_minor)).stored

    def lost(self, unborne_minor: int, fees: Iterable[Fee]) -> Stored:
        """What no order bore is a loss of the platform; what the provider takes for it, of whoever bears that."""
        fees = list(fees)
        return Entries(
            debit(Account.DISPUTE_LOSSES, None, unborne_minor, self.currency),
            credit(Account.DISPUTED, self.checkout_id, unborne_minor, self.currency),
            credit(Account.PROVIDER, None, sum(fee_minor for _, fee_minor in fees), self.currency),
            *(self._borne(seller_id, fee_minor) for seller_id, fee_minor in fees),
        ).stored

    def _withheld(self, amount_minor: int) -> Iterable[Entry]:
        yield debit(Account.DISPUTED, self.checkout_id, amount_minor, self.currency)
        yield credit(Account.PROVIDER, None, amount_minor, self.currency)

    def _borne(self, seller_id: UUID | None, fee_minor: int) -> Entry:
        account = Account.PROCESSING_FEES if seller_id is None else Account.SELLER_AVAILABLE
        return debit(account, seller_id, fee_minor, self.currency)


class PayoutPostings:
    """What the facts of one payout book: from what is available to a party, to the provider, and perhaps back."""

    def __init__(self, payout_id: UUID, role: str, party_id: UUID, amount_minor: int, currency: str) -> None:
        self.payout = (Account.PAYOUTS_DUE, payout_id)
        self.party = (AVAILABLE[role], party_id)
        self.amount_minor = amount_minor
        self.currency = currency

    def drawn(self) -> Stored:
        """It is no longer available, and due under the payout."""
        return self._move(self.party, self.payout)

    def given_back(self) -> Stored:
        """It will not be paid: it is available again."""
        return self._move(self.payout, self.party)

    def paid(self) -> Stored:
        """It has left the provider."""
        return self._move(self.payout, (Account.PROVIDER, None))

    def returned(self) -> Stored:
        """The bank has sent it back to the provider, and it is available again."""
        return self._move((Account.PROVIDER, None), self.party)

    def paid_elsewhere(self) -> Stored:
        """It has left the provider of elsewhere, at no request of ours."""
        return self._move(self.party, (Account.PROVIDER, None))

    def _move(self, to_debit: tuple[Account, UUID | None], to_credit: tuple[Account, UUID | None]) -> Stored:
        return Entries(
            debit(*to_debit, self.amount_minor, self.currency), credit(*to_credit, self.amount_minor, self.currency)
        ).stored


def share_key(role: str, party_id: UUID | str | None) -> str:
    """A party's shares of an order, as one."""
    return f"{role}/{party_id}"


def of_resolution(account: Account, difference_minor: int, currency: str) -> Stored:
    """The provider has so much more than we had booked, or less: booked there, and on the account that explains it."""
    return Entries(
        debit(Account.PROVIDER, None, difference_minor, currency), credit(account, None, difference_minor, currency)
    ).stored


def of_fees(amounts: Mapping[str, int]) -> Stored:
    """What the provider kept, by currency, as it changed what lies there."""
    return Entries(
        *(debit(Account.PROVIDER, None, amount_minor, currency) for currency, amount_minor in amounts.items()),
        *(credit(Account.PROCESSING_FEES, None, amount_minor, currency) for currency, amount_minor in amounts.items()),
    ).stored
