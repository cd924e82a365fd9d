"""Sold or not, who bought: one row a line of an order, with what was paid for it and who has how much of it.

What was paid (``gross_minor``, freight included) never changes; refunds and a cancellation after payment
stand beside it, and the shares are what every party still has. So gross - refunded - cancelled = the shares.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import order_facts as facts
from services.mall.domain.shares import PARTIES

metadata = MetaData()
sales = Table(
    "sales_v2",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("listing_id", Text, nullable=False),
    Column("group_id", Text),
    Column("link_id", Text),
    Column("member_id", Text),
    Column("post_id", Text),
    Column("gathering_id", Text),
    Column("buyer_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("cancelled_minor", BigInteger, nullable=False),
    Column("seller_minor", BigInteger, nullable=False),
    Column("community_minor", BigInteger, nullable=False),
    Column("member_minor", BigInteger, nullable=False),
    Column("platform_minor", BigInteger, nullable=False),
    Column("placed_at", Text, nullable=False),
    Column("paid_at", Text),
    Index("sales_v2_of_listing", "listing_id", "place", "line_id"),
    Index("sales_v2_of_group", "group_id", "listing_id"),
    Index("sales_v2_of_member", "member_id", "listing_id"),
    Index("sales_v2_by_post", "post_id"),
    Index("sales_v2_by_gathering", "gathering_id"),
    sqlite_with_rowid=False,
)
WAYS = ("link_id", "member_id", "post_id", "gathering_id")
KEPT = ("paid", "delivered", "released")
"""The states of a line that was paid for and not cancelled."""
_BEGIN = insert(sales)
_CHANGE = sales.update().where(sales.c.order_id == bindparam("mine"))
_REFUND = _CHANGE.where(sales.c.line_id == bindparam("line")).values(
    returned=sales.c.returned + bindparam("quantity_back"),
    refunded_minor=sales.c.refunded_minor + bindparam("amount"),
    seller_minor=sales.c.seller_minor - bindparam("seller"),
    community_minor=sales.c.community_minor - bindparam("community"),
    member_minor=sales.c.member_minor - bindparam("member"),
    platform_minor=sales.c.platform_minor - bindparam("platform"),
)
_CANCEL_PAID = _CHANGE.values(
    state="cancelled", seller_minor=0, community_minor=0, member_minor=0, platform_minor=0,
    cancelled=sales.c.quantity - sales.c.returned,
    cancelled_minor=sales.c.gross_minor - sales.c.refunded_minor,
)  # fmt: skip


class SalesView(PagedProjection):
    """One row a line. It counts as sold once ``paid_at`` is there."""

    name, hears, metadata = "sales", frozenset({"mall"}), metadata

    @when(facts.Placed)
    def placed(self, writes: Writes, fact: facts.Placed, place: Place) -> None:
        order: dict[str, Any] = {
            "order_id": str(fact.order_id), "place": place.position, "buyer_id": str(fact.buyer_id), "state": "placed",
            "currency": fact.currency, "returned": 0, "cancelled": 0, "refunded_minor": 0, "cancelled_minor": 0,
            "placed_at": place.effective_at.isoformat(),
        }  # fmt: skip
        for line in fact.lines:
            row = {
                **order, "line_id": line["line_id"], "listing_id": line["listing_id"], "group_id": line["group_id"],
                "quantity": line["quantity"], "gross_minor": line["price_minor"] + line["freight_minor"],
                **{name: line.get(name) for name in WAYS},
                **{f"{party}_minor": line["shares"].get(party, 0) for party in PARTIES},
            }  # fmt: skip
            writes.put(order["order_id"], _BEGIN, row)

    @when(facts.Paid)
    def paid(self, writes: Writes, fact: facts.Paid, place: Place) -> None:
        paid_at = place.effective_at.isoformat()
        writes.put(
            str(fact.originator_id), _CHANGE, {"mine": str(fact.originator_id), "state": "paid", "paid_at": paid_at}
        )

    @when(facts.Delivered)
    def delivered(self, writes: Writes, fact: facts.Delivered, place: Place) -> None:
        _become(writes, fact, "delivered")

    @when(facts.Released)
    def released(self, writes: Writes, fact: facts.Released, place: Place) -> None:
        _become(writes, fact, "released")

    @when(facts.Cancelled)
    def cancelled(self, writes: Writes, fact: facts.Cancelled, place: Place) -> None:
        _become(writes, fact, "cancelled")

    @when(facts.LineRefunded)
    def line_refunded(self, writes: Writes, fact: facts.LineRefunded, place: Place) -> None:
        shares = {party: fact.shares.get(party, 0) for party in PARTIES}
        back = {"quantity_back": fact.quantity, "amount": fact.amount_minor, **shares}
        writes.put(str(fact.originator_id), _REFUND, {"mine": str(fact.originator_id), "line": fact.line_id, **back})

    @when(facts.CancelledPaid)
    def cancelled_paid(self, writes: Writes, fact: facts.CancelledPaid, place: Place) -> None:
        writes.put(str(fact.originator_id), _CANCEL_PAID, {"mine": str(fact.originator_id)})


def _become(writes: Writes, fact: Fact, state: str) -> None:
    writes.put(str(fact.originator_id), _CHANGE, {"mine": str(fact.originator_id), "state": state})
