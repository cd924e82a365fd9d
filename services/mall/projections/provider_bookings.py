"""What we booked on the account of the provider, each with what it was about: our side of a reconciliation.

What was paid elsewhere never lay at this provider: its checkouts are noted, and their bookings left out when it is
asked what to match; so what was paid out elsewhere is not here at all. What a reconciliation itself books is no
movement of the provider's, and is not here.
"""

from typing import TypeAlias
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, func, select

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import dispute_facts as disputes
from services.mall.domain import payout_facts as payouts
from services.mall.domain.checkout_facts import Opened, PaymentCaptured, PaymentRefunded, RefundReturned
from services.mall.domain.ledger import Account
from services.mall.domain.reconciling import Booking
from services.mall.domain.statement import LineKind

metadata = MetaData()
bookings = Table(
    "provider_bookings_v1",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("checkout_id", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("booked_at", Text, nullable=False),
    Index("provider_bookings_v1_at", "booked_at"),
    Index("provider_bookings_v1_of_subject", "subject_id"),
    sqlite_with_rowid=False,
)
elsewhere = Table(
    "paid_elsewhere_v1", metadata, Column("checkout_id", Text, primary_key=True), sqlite_with_rowid=False
)  # fmt: skip
_BOOK, _NOTE = insert(bookings), insert(elsewhere)

OfCheckout: TypeAlias = PaymentCaptured | PaymentRefunded | RefundReturned
OfDispute: TypeAlias = disputes.Opened | disputes.Won | disputes.Lost
OfPayout: TypeAlias = payouts.Paid | payouts.Returned | payouts.PulledBack
NO_CHECKOUT = ""
"""Of a payout: a null would be left out with what was paid elsewhere."""


class ProviderBookings(PagedProjection):
    """One row a booking with the provider."""

    name, hears, metadata = "provider_bookings", frozenset({"mall"}), metadata

    @when(Opened)
    def opened(self, writes: Writes, fact: Opened, place: Place) -> None:
        if fact.payment_id is None:
            writes.begin(_NOTE, {"checkout_id": str(fact.originator_id)})

    @when(PaymentCaptured)
    def captured(self, writes: Writes, fact: PaymentCaptured, place: Place) -> None:
        _book(writes, fact, "payment", str(fact.payment_id), fact.originator_id, place)

    @when(PaymentRefunded, RefundReturned)
    def refunded(self, writes: Writes, fact: PaymentRefunded | RefundReturned, place: Place) -> None:
        _book(writes, fact, "refund", str(fact.refund_id), fact.originator_id, place)

    @when(disputes.Opened, disputes.Won, disputes.Lost)
    def disputed(self, writes: Writes, fact: OfDispute, place: Place) -> None:
        _book(writes, fact, "dispute", str(fact.originator_id), fact.checkout_id, place)

    @when(payouts.Paid, payouts.Returned)
    def paid_out(self, writes: Writes, fact: OfPayout, place: Place) -> None:
        _book(writes, fact, "transfer", str(fact.originator_id), NO_CHECKOUT, place)

    @when(payouts.PulledBack)
    def pulled_back(self, writes: Writes, fact: payouts.PulledBack, place: Place) -> None:
        """Under a number of its own, as the provider states it."""
        _book(writes, fact, "transfer", str(fact.pull_back_id), NO_CHECKOUT, place)


def _book(
    writes: Writes, fact: OfCheckout | OfDispute | OfPayout, kind: LineKind, subject_id: str, checkout_id: UUID | str,
    place: Place,
) -> None:  # fmt: skip
    for entry in fact.entries:
        if entry["account"] == Account.PROVIDER:
            row = {
                "position": place.position, "kind": kind, "subject_id": subject_id,
                "checkout_id": str(checkout_id), "amount_minor": entry["amount_minor"],
                "currency": entry["currency"], "booked_at": place.recorded_at.isoformat(),
            }  # fmt: skip
            writes.begin(_BOOK, row)


def bookings_until(connection: Connection, after: int, before: str) -> list[Booking]:
    """Those behind a position that were recorded before a time, and any that lie between them in the log: so each is
    taken once, also where the clocks of two processes disagree."""
    last = select(func.max(bookings.c.position)).where(bookings.c.booked_at < before).scalar_subquery()
    ours = bookings.c.checkout_id.not_in(select(elsewhere.c.checkout_id))
    found = select(bookings).where(bookings.c.position > after, bookings.c.position <= last, ours)
    return [
        Booking(row.position, row.kind, row.subject_id, row.amount_minor, row.currency, row.booked_at[:10])
        for row in connection.execute(found.order_by(bookings.c.position))
    ]
