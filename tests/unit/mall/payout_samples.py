"""What the tests of payouts begin with: a balance, an account, a payout, and all that follows from what is booked."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import Fact
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import PayoutTerms
from services.mall.domain.postings import PAYABLE_ROLES
from tests.support.scenario import ANNA, BORIS, DORA, NOON

from .samples import ORDER, SELLER

PAYOUT, OTHER_PAYOUT, OTHER_ORDER = UUID(int=0xE1), UUID(int=0xE2), UUID(int=0x0E)
PAYDAY = NOON + timedelta(days=7)
DESTINATION = "acct_anna"
LIMIT_MINOR = 100


def a_payable() -> Payable:
    """What may be paid out to Anna, who sells: nothing yet."""
    return Payable("seller", SELLER, "EUR")


def credit(amount_minor: int, order_id: UUID = ORDER) -> Any:
    """An order's shares are released."""
    return lambda payable: payable.credit(order_id, amount_minor, PAYDAY)


def charge(amount_minor: int, order_id: UUID = ORDER) -> Any:
    """A refund takes back what was released."""
    return lambda payable: payable.charge(order_id, amount_minor)


def draw(amount_minor: int, payout_id: UUID = PAYOUT) -> Any:
    """A payout takes it."""
    return lambda payable: payable.draw(payout_id, amount_minor, NOON)


def restore(payable: Payable) -> None:
    """The payout has come back."""
    payable.restore(PAYOUT, PAYDAY)


def a_payout(**changes: Any) -> Payout:
    """Anna, who sells, asks for 90.00."""
    fields: dict[str, Any] = {
        "payout_id": PAYOUT, "role": "seller", "party_id": SELLER, "person_id": ANNA, "requested_by": ANNA,
        "holder_id": ANNA, "destination": DESTINATION, "amount_minor": 9_000, "currency": "EUR",
        "needs_approval": False,
    }  # fmt: skip
    return Payout.request(**(fields | changes))


def a_large_payout() -> Payout:
    """The same, and it is above the limit."""
    return a_payout(needs_approval=True)


def settle(payout: Payout) -> None:
    """The provider has paid it."""
    payout.settle(payout.amount_minor, payout.currency)


def give_back(payout: Payout) -> None:
    """The bank has sent it back."""
    payout.give_back(payout.amount_minor, payout.currency, "account_closed")


def an_account(rest_hours: int = 72) -> PayoutAccount:
    """Where Anna is paid."""
    return PayoutAccount.name("seller", SELLER, ANNA, DESTINATION, rest_hours, NOON, ANNA)


def payout_terms(**changes: Any) -> PayoutTerms:
    """Weekly, from 1.00 on, and two look at what is above it."""
    values = {"schedule": "weekly", "least_minor": 100, "approval_above_minor": LIMIT_MINOR, "account_rest_hours": 72}
    return PayoutTerms.open(**(values | changes))


def payables_of(facts: Iterable[Fact]) -> list[Payable]:
    """What may be paid out after these facts of orders."""
    found: dict[tuple[str, str], Payable] = {}
    for fact in facts:
        for entry in getattr(fact, "entries", ()):
            role = next((role for account, role in PAYABLE_ROLES.items() if account == entry["account"]), None)
            if role is None:
                continue
            payable = found.setdefault(
                (role, entry["party_id"]), Payable(role, UUID(entry["party_id"]), entry["currency"])
            )  # fmt: skip
            if entry["amount_minor"] < 0:
                payable.credit(ORDER, -entry["amount_minor"], PAYDAY)
            else:
                payable.charge(ORDER, entry["amount_minor"])
    return list(found.values())


def paid_out(payables: list[Payable]) -> list[Any]:
    """All of it is paid to everybody, to the first after the bank had sent it back once; and nobody has anything."""
    terms, payouts = payout_terms(), []
    for number, payable in enumerate(payables):
        for time in range(1 if number else 2):
            payout_id = UUID(int=0xE00 + 0x10 * number + time)
            amount_minor = payable.balance_minor
            payable.draw(payout_id, amount_minor, NOON)
            payout = a_payout(
                payout_id=payout_id, role=payable.role, party_id=payable.party_id, amount_minor=amount_minor,
                needs_approval=payable.day_minor > LIMIT_MINOR,
            )  # fmt: skip
            if payout.status == "awaiting_approval":
                payout.approve(BORIS)
                payout.approve(DORA)
            payout.send()
            settle(payout)
            if not number and not time:
                give_back(payout)
                payable.restore(payout_id, PAYDAY)
            payouts.append(payout)
    return [fact for root in (terms, *payables, *payouts) for fact in root.collect_events()]
