"""Every checkout with its payment, and the refunds that were demanded of it."""

import json
from typing import TypeAlias

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam, case

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import checkout_facts as facts

metadata = MetaData()
checkouts = Table(
    "checkouts_v1",
    metadata,
    Column("checkout_id", Text, primary_key=True),
    Column("buyer_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("payment_id", Text),
    Column("payment_method", Text),
    Column("payment_state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("captured_minor", BigInteger, nullable=False),
    Column("order_ids", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
refunds = Table(
    "refunds_v1",
    metadata,
    Column("refund_id", Text, primary_key=True),
    Column("checkout_id", Text, nullable=False),
    Column("order_id", Text),
    Column("place", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Index("refunds_v1_of_checkout", "checkout_id", "place"),
    Index("refunds_v1_of_order", "order_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(checkouts)
_CHANGE = checkouts.update().where(checkouts.c.checkout_id == bindparam("mine"))
_CAPTURE = _CHANGE.values(
    captured_minor=checkouts.c.captured_minor + bindparam("amount"),
    # Money that comes after a checkout has ended is real all the same.
    state=case((checkouts.c.state == "open", "paid"), (checkouts.c.state == "paid", "paid"), else_="paid_late"),
    payment_state=case(
        (checkouts.c.payment_id == bindparam("payment"), "captured"), else_=checkouts.c.payment_state
    ),
)  # fmt: skip
_DECLINE = _CHANGE.values(
    payment_state="declined", state=case((checkouts.c.state == "open", "declined"), else_=checkouts.c.state)
)
_DEMAND = insert(refunds)
_OUTCOME = refunds.update().where(refunds.c.refund_id == bindparam("refund"))
OfRefund: TypeAlias = facts.PaymentRefunded | facts.RefundFailed | facts.RefundReturned | facts.RefundPaidElsewhere
_STATES = {
    facts.PaymentRefunded.TOPIC: "refunded", facts.RefundFailed.TOPIC: "failed", facts.RefundReturned.TOPIC: "returned",
    facts.RefundPaidElsewhere.TOPIC: "paid_elsewhere",
}  # fmt: skip


class CheckoutsView(PagedProjection):
    """One row a checkout, one a refund; their states as ``Checkout`` has them."""

    name, hears, metadata = "checkouts", frozenset({"mall"}), metadata

    @when(facts.Opened)
    def opened(self, writes: Writes, fact: facts.Opened, place: Place) -> None:
        row = {
            "checkout_id": str(fact.checkout_id), "buyer_id": str(fact.buyer_id), "state": "open",
            "payment_id": fact.payment_id and str(fact.payment_id), "payment_method": fact.payment_method,
            "payment_state": "awaited" if fact.payment_id else "none", "currency": fact.currency,
            "total_minor": fact.total_minor, "captured_minor": 0,
            "order_ids": json.dumps([order["order_id"] for order in fact.orders], default=str),
            "opened_at": place.effective_at.isoformat(), "version": 1,
            "expires_at": fact.expires_at and fact.expires_at.isoformat(),
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)

    @when(facts.PaymentCaptured)
    def captured(self, writes: Writes, fact: facts.PaymentCaptured, place: Place) -> None:
        paid = {"amount": fact.amount_minor, "payment": str(fact.payment_id), "payment_method": fact.method}
        writes.put(str(fact.originator_id), _CAPTURE, {**_mine(fact), **paid})

    @when(facts.PaymentUncertain)
    def uncertain(self, writes: Writes, fact: facts.PaymentUncertain, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "payment_state": "uncertain"})

    @when(facts.PaymentDeclined)
    def declined(self, writes: Writes, fact: facts.PaymentDeclined, place: Place) -> None:
        writes.put(str(fact.originator_id), _DECLINE, _mine(fact))

    @when(facts.Expired, facts.Cancelled)
    def ended(self, writes: Writes, fact: Fact, place: Place) -> None:
        state = "expired" if isinstance(fact, facts.Expired) else "cancelled"
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": state})

    @when(
        facts.StockKept, facts.Settled, facts.PaymentDisputed, facts.DisputeEnded, facts.RefundSettlementProposed,
    )  # fmt: skip
    def settled(self, writes: Writes, fact: Fact, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))

    @when(facts.RefundDemanded)
    def refund_demanded(self, writes: Writes, fact: facts.RefundDemanded, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))
        row = {
            "refund_id": str(fact.refund_id), "checkout_id": str(fact.originator_id), "place": place.position,
            "order_id": fact.order_id and str(fact.order_id), "amount_minor": fact.amount_minor, "state": "demanded",
        }  # fmt: skip
        writes.put(str(fact.refund_id), _DEMAND, row)

    @when(facts.PaymentRefunded, facts.RefundFailed, facts.RefundReturned, facts.RefundPaidElsewhere)
    def refund_ended(self, writes: Writes, fact: OfRefund, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))
        state = _STATES[fact.TOPIC]
        writes.put(str(fact.refund_id), _OUTCOME, {"refund": str(fact.refund_id), "state": state})

    @when(facts.RefundSetOff)
    def refund_set_off(self, writes: Writes, fact: facts.RefundSetOff, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))
        row = {"refund": str(fact.refund_id), "state": fact.status, "amount_minor": fact.left_minor}
        writes.put(str(fact.refund_id), _OUTCOME, row)


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
