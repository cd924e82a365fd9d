"""The books: every entry of every fact, and what the entries of each account come to.

Both are written in one transaction, so a balance is at every position the sum of the entries up to there.
"""

from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.checkout_facts import PaymentCaptured, PaymentRefunded, RefundDemanded, Settled
from services.mall.domain.order_facts import CancelledPaid, LineRefunded, Paid, Released

NOBODY = ""
"""The party of accounts that are nobody's: a key has no null."""

metadata = MetaData()
entries = Table(
    "entries_v1",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("order_id", Text),
    Column("checkout_id", Text),
    Column("account", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("effective_at", Text, nullable=False),
    Index("entries_v1_of_order", "order_id"),
    sqlite_with_rowid=False,
)
balances = Table(
    "balances_v1",
    metadata,
    Column("account", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("balance_minor", BigInteger, nullable=False),
    Index("balances_v1_of_party", "party_id"),
    sqlite_with_rowid=False,
)
_BOOK = insert(entries)
_opening = insert(balances)
_ADD = _opening.on_conflict_do_update(
    index_elements=["account", "party_id", "currency"],
    set_={"balance_minor": balances.c.balance_minor + _opening.excluded.balance_minor},
)

OfOrder: TypeAlias = Paid | LineRefunded | Released | CancelledPaid
OfCheckout: TypeAlias = PaymentCaptured | RefundDemanded | PaymentRefunded | Settled


class LedgerView(PagedProjection):
    """One row an entry, one an account of a party in a currency."""

    name, hears, metadata = "ledger", frozenset({"mall"}), metadata

    @when(Paid, LineRefunded, Released, CancelledPaid)
    def of_order(self, writes: Writes, fact: OfOrder, place: Place) -> None:
        _book(writes, fact.TOPIC, fact.entries, place, order_id=str(fact.originator_id), checkout_id=None)

    @when(PaymentCaptured, RefundDemanded, PaymentRefunded, Settled)
    def of_checkout(self, writes: Writes, fact: OfCheckout, place: Place) -> None:
        _book(writes, fact.TOPIC, fact.entries, place, order_id=None, checkout_id=str(fact.originator_id))


def _book(
    writes: Writes, topic: str, booked: list[dict[str, Any]], place: Place,
    order_id: str | None, checkout_id: str | None,
) -> None:  # fmt: skip
    of_fact = {
        "position": place.position, "topic": topic, "order_id": order_id, "checkout_id": checkout_id,
        "effective_at": place.effective_at.isoformat(),
    }  # fmt: skip
    for number, entry in enumerate(booked):
        kept = {
            "account": entry["account"], "party_id": entry["party_id"] or NOBODY, "currency": entry["currency"],
        }  # fmt: skip
        row = {**of_fact, **kept, "number": number, "amount_minor": entry["amount_minor"]}
        writes.begin(_BOOK, row)
        writes.put(" ".join(kept.values()), _ADD, {**kept, "balance_minor": entry["amount_minor"]}, ["balance_minor"])
