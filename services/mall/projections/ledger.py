"""The books: every entry of every fact, what the entries of each account come to, in all and in each month, and what
all of them do: nothing.

All are written in one transaction, so a balance is at every position the sum of the entries up to there. Sellers,
groups and members have balances of their own; what is booked of single checkouts comes to one balance an account.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, text

from services.amounts import money
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import dispute_facts as disputes
from services.mall.domain.checkout_facts import (
    PaymentCaptured,
    PaymentRefunded,
    RefundDemanded,
    RefundPaidElsewhere,
    RefundReturned,
    RefundSetOff,
    Settled,
)
from services.mall.domain.ledger import Unbalanced, imbalance
from services.mall.domain.order_facts import (
    CancelledPaid,
    LineChargedBack,
    LineRefunded,
    Paid,
    Released,
    ShareForfeited,
    ShareLetGo,
    ShareWithheld,
)
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.payout_facts import Cancelled, Failed, PulledBack, Rejected, Requested, Returned
from services.mall.domain.payout_facts import Paid as PayoutPaid
from services.mall.domain.postings import AVAILABLE, HELD, WITHHELD
from services.mall.domain.reconciliation_facts import DiscrepancyResolved, FeesAccepted

from .month import month_of

NOBODY = ""
"""The party of accounts that are nobody's: a key has no null."""

OF_PARTIES = frozenset(account.value for accounts in (HELD, AVAILABLE, WITHHELD) for account in accounts.values())
"""The accounts of which every party has one."""
_IS_OPEN = text("balance_minor <> 0")
_OPEN: dict[str, Any] = {"postgresql_where": _IS_OPEN, "sqlite_where": _IS_OPEN}

metadata = MetaData()
entries = Table(
    "entries_v4",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("order_id", Text),
    Column("checkout_id", Text),
    Column("line_id", Text),
    Column("refund_id", Text),
    Column("payout_id", Text),
    Column("account", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("effective_at", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Index("entries_v4_of_order", "order_id"),
    Index("entries_v4_of_party", "party_id", "effective_at"),
    sqlite_with_rowid=False,
)
balances = Table(
    "balances_v4",
    metadata,
    Column("account", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("balance_minor", BigInteger, nullable=False),
    Index("balances_v4_of_party", "party_id"),
    Index("balances_v4_open", "account", "party_id", "currency", **_OPEN),
    sqlite_with_rowid=False,
)
sums = Table(
    "sums_v4",
    metadata,
    Column("currency", Text, primary_key=True),
    Column("total_minor", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
booked_in_month = Table(
    "booked_in_month_v1",
    metadata,
    Column("month", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What the facts of a kind have booked on an account in a month, such as "2026-01"."""
_BOOK = insert(entries)
_opening = insert(balances)
_ADD = _opening.on_conflict_do_update(
    index_elements=["account", "party_id", "currency"],
    set_={"balance_minor": balances.c.balance_minor + _opening.excluded.balance_minor},
)

_adding = insert(sums)
_SUM = _adding.on_conflict_do_update(
    index_elements=["currency"], set_={"total_minor": sums.c.total_minor + _adding.excluded.total_minor}
)

_noting = insert(booked_in_month)
_NOTE = _noting.on_conflict_do_update(
    index_elements=["month", "currency", "account", "topic"],
    set_={"amount_minor": booked_in_month.c.amount_minor + _noting.excluded.amount_minor},
)

OfOrder: TypeAlias = Paid | LineRefunded | LineChargedBack | Released | CancelledPaid
OfShare: TypeAlias = ShareWithheld | ShareLetGo | ShareForfeited
OfRefund: TypeAlias = RefundDemanded | PaymentRefunded | RefundSetOff | RefundReturned | RefundPaidElsewhere
OfCheckout: TypeAlias = PaymentCaptured | OfRefund | Settled
OfDispute: TypeAlias = disputes.Opened | disputes.Won | disputes.Lost
OfPayout: TypeAlias = (
    Requested | Rejected | Cancelled | PayoutPaid | Failed | Returned | PulledBack | PayoutElsewhere.Recorded
)
OfReconciliation: TypeAlias = DiscrepancyResolved | FeesAccepted
_OF_ORDERS = (Paid, LineRefunded, LineChargedBack, Released, CancelledPaid, ShareWithheld, ShareLetGo, ShareForfeited)
OF_ORDERS = tuple(kind.TOPIC for kind in _OF_ORDERS)
"""The facts that book what is of an order."""
Booking: TypeAlias = OfOrder | OfShare | OfCheckout | OfDispute | OfPayout | OfReconciliation


class FactUnbalanced(Unbalanced):
    """A stored fact does not sum to zero. Nothing of it is booked, and the views stand still before it until the store
    is what it was: a balance that lacks one amount is worse than one that is late."""

    def __init__(self, fact: Booking, place: Place, off: Mapping[str, int]) -> None:
        amounts = ", ".join(money(amount_minor, currency) for currency, amount_minor in sorted(off.items()))
        super().__init__(
            f"The entries of {fact.TOPIC} of {fact.originator_id} at position {place.position} are off by {amounts}. "
            "None of them was booked; 'agora audit' says which are wrong, and a backup has what they were."
        )


class LedgerView(PagedProjection):
    """One row an entry, one an account of a party in a currency, one a month of what facts of a kind have booked on an
    account, one a currency. Raises FactUnbalanced."""

    name, version, hears, metadata = "ledger", 4, frozenset({"mall"}), metadata

    @when(Paid, LineRefunded, LineChargedBack, Released, CancelledPaid)
    def of_order(self, writes: Writes, fact: OfOrder, place: Place) -> None:
        _book(writes, fact, place, order_id=str(fact.originator_id))

    @when(ShareWithheld, ShareLetGo, ShareForfeited)
    def of_share(self, writes: Writes, fact: OfShare, place: Place) -> None:
        _book(writes, fact, place, order_id=str(fact.originator_id))

    @when(PaymentCaptured, RefundDemanded, PaymentRefunded, RefundSetOff, RefundReturned, RefundPaidElsewhere, Settled)
    def of_checkout(self, writes: Writes, fact: OfCheckout, place: Place) -> None:
        _book(writes, fact, place, checkout_id=str(fact.originator_id))

    @when(disputes.Opened, disputes.Won, disputes.Lost)
    def of_dispute(self, writes: Writes, fact: OfDispute, place: Place) -> None:
        _book(writes, fact, place, checkout_id=str(fact.checkout_id))

    @when(Requested, Rejected, Cancelled, PayoutPaid, Failed, Returned, PulledBack, PayoutElsewhere.Recorded)
    def of_payout(self, writes: Writes, fact: OfPayout, place: Place) -> None:
        _book(writes, fact, place, payout_id=str(fact.originator_id))

    @when(DiscrepancyResolved, FeesAccepted)
    def of_reconciliation(self, writes: Writes, fact: OfReconciliation, place: Place) -> None:
        _book(writes, fact, place, order_id=None, checkout_id=None)


def _book(
    writes: Writes, fact: Booking, place: Place, order_id: str | None = None, checkout_id: str | None = None,
    payout_id: str | None = None,
) -> None:  # fmt: skip
    _ensure_balanced(fact, place)
    refund_id, month = getattr(fact, "refund_id", None), month_of(place.effective_at.isoformat())
    of_fact = {
        "position": place.position, "topic": fact.TOPIC, "order_id": order_id, "checkout_id": checkout_id,
        "payout_id": payout_id, "line_id": getattr(fact, "line_id", None), "refund_id": refund_id and str(refund_id),
        "effective_at": place.effective_at.isoformat(), "recorded_at": place.recorded_at.isoformat(),
    }  # fmt: skip
    for number, entry in enumerate(fact.entries):
        account, party_id, currency = entry["account"], entry["party_id"] or NOBODY, entry["currency"]
        amount_minor = entry["amount_minor"]
        booked_on = {"account": account, "party_id": party_id, "currency": currency}
        writes.begin(_BOOK, {**of_fact, **booked_on, "number": number, "amount_minor": amount_minor})
        owner = party_id if account in OF_PARTIES else NOBODY
        balance = {"account": account, "party_id": owner, "currency": currency, "balance_minor": amount_minor}
        writes.put(f"{account} {owner} {currency}", _ADD, balance, ["balance_minor"])
        writes.put(currency, _SUM, {"currency": currency, "total_minor": amount_minor}, ["total_minor"])
        noted = {"month": month, "currency": currency, "account": account, "topic": fact.TOPIC}
        writes.put(" ".join(noted.values()), _NOTE, {**noted, "amount_minor": amount_minor}, ["amount_minor"])


def _ensure_balanced(fact: Booking, place: Place) -> None:
    if off := imbalance(fact.entries):
        raise FactUnbalanced(fact, place, off)
