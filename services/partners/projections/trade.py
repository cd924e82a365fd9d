"""What is offered and what was sold, for counting: listings, orders, and the lines of those that were paid."""

from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table, Text, bindparam

from services.contracts import mall as messages
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.writes import PagedProjection, Writes

_metadata = MetaData()
listings = Table(
    "counted_listings_v1",
    _metadata,
    Column("listing_id", Text, primary_key=True),
    Column("is_offered", Boolean, nullable=False),
)
orders = Table(
    "counted_orders_v1",
    _metadata,
    Column("order_id", Text, primary_key=True),
    Column("buyer_id", Text, nullable=False),
    Column("is_paid", Boolean, nullable=False),
    Column("is_delivered", Boolean, nullable=False),
    Column("is_cancelled", Boolean, nullable=False),
)
lines = Table(
    "counted_lines_v1",
    _metadata,
    Column("order_id", Text, primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("listing_id", Text, nullable=False),
    Column("group_id", Text),
    Column("buyer_id", Text, nullable=False),
    Column("is_cancelled", Boolean, nullable=False),
    Column("currency", Text, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Index("counted_lines_v1_of_listing", "listing_id"),
    Index("counted_lines_v1_of_group", "group_id"),
)


_LIST = listings.insert()
_WITHDRAW = listings.update().where(listings.c.listing_id == bindparam("mine")).values(is_offered=False)
_PLACE = orders.insert()
_MOVE = orders.update().where(orders.c.order_id == bindparam("mine"))
_PAID, _DELIVERED, _CANCELLED = (_MOVE.values({name: True}) for name in ("is_paid", "is_delivered", "is_cancelled"))
_SELL = lines.insert()
_TAKE_BACK = lines.update().where(lines.c.order_id == bindparam("mine")).values(is_cancelled=True)
_REFUND = (
    lines.update()
    .where(lines.c.order_id == bindparam("mine"), lines.c.line_id == bindparam("line"))
    .values(returned=lines.c.returned + bindparam("back"), refunded_minor=lines.c.refunded_minor + bindparam("amount"))
)


class TradeView(PagedProjection):
    """One row a listing, an order, a line that was paid for; ``gross_minor`` is its price with freight, as paid."""

    name: ClassVar[str] = "trade"
    hears: ClassVar[frozenset[str]] = frozenset({"mall"})
    metadata: ClassVar[MetaData] = _metadata

    @when(messages.ListingListed)
    def listed(self, writes: Writes, message: messages.ListingListed, place: Place) -> None:
        """It is offered."""
        listing_id = str(message.listing_id)
        writes.put(listing_id, _LIST, {"listing_id": listing_id, "is_offered": True})

    @when(messages.ListingWithdrawn)
    def withdrawn(self, writes: Writes, message: messages.ListingWithdrawn, place: Place) -> None:
        """It is offered no more."""
        writes.put(str(message.listing_id), _WITHDRAW, {"mine": str(message.listing_id)})

    @when(messages.OrderPlaced)
    def placed(self, writes: Writes, message: messages.OrderPlaced, place: Place) -> None:
        """It is there, and not paid."""
        order_id = str(message.order_id)
        row = {
            "order_id": order_id, "buyer_id": str(message.buyer_id), "is_paid": False, "is_delivered": False,
            "is_cancelled": False,
        }  # fmt: skip
        writes.put(order_id, _PLACE, row)

    @when(messages.OrderPaid)
    def paid(self, writes: Writes, message: messages.OrderPaid, place: Place) -> None:
        """Its lines are sold."""
        order_id, buyer_id = str(message.order_id), str(message.buyer_id)
        for line in message.lines:
            row = {
                "order_id": order_id, "line_id": line["line_id"], "listing_id": line["listing_id"],
                "group_id": line["group_id"], "buyer_id": buyer_id, "is_cancelled": False,
                "currency": message.currency, "units": line["quantity"], "returned": 0, "refunded_minor": 0,
                "gross_minor": line["price_minor"] * line["quantity"] + line["freight_minor"],
            }  # fmt: skip
            writes.put(order_id, _SELL, row)
        writes.put(order_id, _PAID, {"mine": order_id})

    @when(messages.OrderDelivered)
    def delivered(self, writes: Writes, message: messages.OrderDelivered, place: Place) -> None:
        """It arrived."""
        writes.put(str(message.order_id), _DELIVERED, {"mine": str(message.order_id)})

    @when(messages.OrderCancelled)
    def cancelled(self, writes: Writes, message: messages.OrderCancelled, place: Place) -> None:
        """It is off; what it was paid with and not refunded goes back."""
        for statement in (_CANCELLED, _TAKE_BACK):
            writes.put(str(message.order_id), statement, {"mine": str(message.order_id)})

    @when(messages.LineRefunded)
    def refunded(self, writes: Writes, message: messages.LineRefunded, place: Place) -> None:
        """So many pieces came back, so much goes back."""
        mine, back = str(message.order_id), {"back": message.quantity, "amount": message.amount_minor}
        writes.put(mine, _REFUND, {"mine": mine, "line": str(message.line_id), **back})
