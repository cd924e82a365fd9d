"""What was sold: a row a line of an order, what moved its money and when, and what the lines of a listing, those of a
community, and all that moved in a month come to."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

metadata = MetaData()
sales = Table(
    "sales_v6",
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
    Column("delivered_at", Text),
    Column("released_at", Text),
    Column("cancelled_at", Text),
    Index("sales_v6_of_listing", "listing_id", "place", "line_id"),
    Index("sales_v6_of_group", "group_id", "listing_id"),
    Index("sales_v6_of_member", "member_id", "listing_id"),
    Index("sales_v6_by_post", "post_id"),
    Index("sales_v6_by_gathering", "gathering_id"),
    sqlite_with_rowid=False,
)
FIGURES = (
    "gross_minor", "refunded_minor", "cancelled_minor", "seller_minor", "community_minor", "member_minor",
    "platform_minor", "orders", "units", "returned", "cancelled",
)  # fmt: skip
"""What the lines that were paid for come to, in answers and in totals."""
MOVED = tuple(name for name in FIGURES if name != "orders")
"""What one fact changes of a line."""
moves = Table(
    "sales_moves_v2",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("effective_at", Text, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in MOVED),
    sqlite_with_rowid=False,
)
"""A row whenever a line was paid for, refunded, charged back or cancelled after payment: by how much each figure
changed. Those until a moment come to what the line was then."""
KEPT_UNITS = "kept"
"""In the totals of listings alone: units of lines that were paid for and not cancelled, whatever came back of them."""


def _totals(of: str, *more: str) -> Table:
    """The highest gross sums first, as they are asked for."""
    name = f"sold_by_{of}_v4"
    gross = Column("gross_minor", BigInteger, nullable=False)
    return Table(
        name,
        metadata,
        Column(f"{of}_id", Text, primary_key=True),
        Column("currency", Text, primary_key=True),
        gross,
        *(Column(figure, BigInteger, nullable=False) for figure in (*FIGURES, *more) if figure != "gross_minor"),
        Index(f"{name}_by_gross", gross.desc(), f"{of}_id", "currency"),
        sqlite_with_rowid=False,
    )


sold_by_listing, sold_by_group = _totals("listing", KEPT_UNITS), _totals("group")
sold_in_month = Table(
    "sold_in_month_v1",
    metadata,
    Column("month", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    *(Column(figure, BigInteger, nullable=False) for figure in FIGURES),
    sqlite_with_rowid=False,
)
"""By how much each figure changed in a month, such as "2026-01"; an order counts in the month in which it was paid."""
