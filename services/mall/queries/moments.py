"""Figures as of a moment: what had happened before it, whenever that was recorded.

The lines of then are what their moves until then come to; the accounts of then, what their entries do. Both are cut by
the time at which something happened, and the moment itself is not in it: so a statement until a moment closes with what
the books have as of it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, select, true

from services.known.people import text_of
from services.mall.projections.ledger import entries
from services.mall.projections.sales_tables import MOVED, moves, sales

_STATIC = (
    "order_id", "line_id", "place", "listing_id", "group_id", "link_id", "member_id", "post_id", "gathering_id",
    "buyer_id", "currency", "placed_at", "paid_at",
)  # fmt: skip
_KEPT_AS = {"units": "quantity"}


@dataclass(frozen=True, slots=True)
class Then:
    """The lines of all orders, and which entries and which moves count: of now, or of a moment."""

    lines: FromClause
    booked: ColumnElement[bool]
    moved: ColumnElement[bool]

    def lines_of(self, name: str, value: str) -> ColumnElement[bool]:
        """Those with this value in a column."""
        return self.lines.c[name] == value

    def others_than(self, name: str, value: str) -> ColumnElement[bool]:
        """All others, also those without any."""
        return self.lines.c[name].is_distinct_from(value)


NOW = Then(sales, true(), true())


def then(as_of: datetime | None, name: str | None = None, value: str | None = None) -> Then:
    """All until now, where no moment is named. As of one, the lines of the orders that have this value in a column of
    the sales are made of their moves, and no others."""
    if as_of is None:
        return NOW
    is_wanted = true() if name is None else _in_orders_with(name, value)
    moment = text_of(as_of)
    return Then(_lines_before(moment, is_wanted), entries.c.effective_at < moment, moves.c.effective_at < moment)


def _in_orders_with(name: str, value: str | None) -> ColumnElement[bool]:
    """Whole orders: entries are booked for an order, so that its other lines are needed too."""
    one = sales.alias("sales_wanted")
    return sales.c.order_id.in_(select(one.c.order_id).where(one.c[name] == value))


def _lines_before(moment: str, is_wanted: ColumnElement[bool]) -> FromClause:
    """With the columns of the sales, those of lines that were paid for by then. What is wanted comes first: a database
    does not look for it behind the sums."""
    moved = [func.sum(moves.c[name]).label(_KEPT_AS.get(name, name)) for name in MOVED]
    return (
        select(*(sales.c[name] for name in _STATIC), _state_before(moment).label("state"), *moved)
        .join(moves, and_(moves.c.order_id == sales.c.order_id, moves.c.line_id == sales.c.line_id))
        .where(is_wanted, moves.c.effective_at < moment)
        .group_by(sales.c.order_id, sales.c.line_id)
        .subquery("lines_then")
    )


def _state_before(moment: str) -> ColumnElement[str]:
    """The last of the states that it had come to by then."""
    states = ("cancelled", "released", "delivered")
    return case(*((sales.c[f"{state}_at"] < moment, literal(state)) for state in states), else_=literal("paid"))
