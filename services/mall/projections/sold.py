"""What is added to the totals of a listing, a community and a month when something is paid, refunded, or cancelled; and
what is kept of it beside them, with its time.

The lines say to which: each statement reads those of an order as they stand before it, and adds what changes. So a
total is at every position the sum over its lines that were paid for.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, Text, bindparam, func, literal, select

from services.kernel.flow.upserts import Insert, insert
from services.mall.domain.shares import PARTIES

from .sales_tables import KEPT_UNITS, MOVED, moves, sales, sold_by_group, sold_by_listing, sold_in_month

Added = Mapping[str, ColumnElement[Any]]
_NOTHING = literal(0)
_OF_ORDER = sales.c.order_id == bindparam("mine")
_OF_LINE = sales.c.line_id == bindparam("line")
_PAID = {
    **{name: func.sum(sales.c[name]) for name in ("gross_minor", *(f"{party}_minor" for party in PARTIES))},
    "orders": func.count(sales.c.order_id.distinct()),
    **dict.fromkeys(("units", KEPT_UNITS), func.sum(sales.c.quantity)),
}  # fmt: skip
_REFUND = {
    "refunded_minor": func.sum(bindparam("amount", type_=sales.c.refunded_minor.type)),
    "returned": func.sum(bindparam("quantity_back", type_=sales.c.returned.type)),
    **{f"{party}_minor": -func.sum(bindparam(party, type_=sales.c.seller_minor.type)) for party in PARTIES},
}
_CANCEL = {
    "cancelled_minor": func.sum(sales.c.gross_minor - sales.c.refunded_minor),
    "cancelled": func.sum(sales.c.quantity - sales.c.returned),
    KEPT_UNITS: -func.sum(sales.c.quantity),
    **{f"{party}_minor": -func.sum(sales.c[f"{party}_minor"]) for party in PARTIES},
}


def _to_all(added: Added, *where: ColumnElement[bool]) -> tuple[Insert, Insert, Insert]:
    by_listing = _to(sold_by_listing, "listing_id", added, *where)
    by_group = _to(sold_by_group, "group_id", added, *where, sales.c.group_id.is_not(None))
    return by_listing, by_group, _to(sold_in_month, "month", added, *where)


def _to(totals: Table, of: str, added: Added, *where: ColumnElement[bool]) -> Insert:
    key = (bindparam("month", type_=Text) if totals is sold_in_month else sales.c[of], sales.c.currency)
    names = [column.name for column in totals.c if not column.primary_key]
    changes = select(*key, *(added.get(name, _NOTHING).label(name) for name in names))
    begin = insert(totals).from_select([of, "currency", *names], changes.where(*where).group_by(*key))
    more = {name: totals.c[name] + begin.excluded[name] for name in names if name in added}
    return begin.on_conflict_do_update(index_elements=[of, "currency"], set_=more)


def _move(changed: Added, *where: ColumnElement[bool]) -> Insert:
    """A row a line, with the time at which it happened."""
    when = (bindparam("at_position", type_=BigInteger), bindparam("happened_at", type_=Text))
    row = select(sales.c.order_id, sales.c.line_id, *when, *(changed.get(name, _NOTHING) for name in MOVED))
    return insert(moves).from_select(["order_id", "line_id", "position", "effective_at", *MOVED], row.where(*where))


_WAS_PAID = {
    **{name: sales.c[name] for name in ("gross_minor", *(f"{party}_minor" for party in PARTIES))},
    "units": sales.c.quantity,
}  # fmt: skip
_WENT_BACK = {
    "refunded_minor": bindparam("amount", type_=BigInteger),
    "returned": bindparam("quantity_back", type_=BigInteger),
    **{f"{party}_minor": -bindparam(party, type_=BigInteger) for party in PARTIES},
}
_WAS_CANCELLED = {
    "cancelled_minor": sales.c.gross_minor - sales.c.refunded_minor,
    "cancelled": sales.c.quantity - sales.c.returned,
    **{f"{party}_minor": -sales.c[f"{party}_minor"] for party in PARTIES},
}
SOLD = (*_to_all(_PAID, _OF_ORDER), _move(_WAS_PAID, _OF_ORDER))
REFUNDED = (*_to_all(_REFUND, _OF_ORDER, _OF_LINE), _move(_WENT_BACK, _OF_ORDER, _OF_LINE))
CANCELLED = (*_to_all(_CANCEL, _OF_ORDER), _move(_WAS_CANCELLED, _OF_ORDER))
