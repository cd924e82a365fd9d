"""What was paid for, summed up over everything or by one thing. An order has one currency."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from services.partners.projections.trade import lines

COUNTED = ("orders", "units", "returned", "cancelled")
MONEY = ("gross_minor", "refunded_minor", "cancelled_minor")
IDS_AT_ONCE = 500
Sums = dict[str, Any]


def sold(connection: Connection) -> Sums:
    """Everything that was paid for."""
    return _together([dict(row) for row in connection.execute(_summed()).mappings()])


def sold_by(connection: Connection, key: ColumnElement[Any], ids: Sequence[str]) -> dict[str, Sums]:
    """What was paid for, for each of these ids of a column; zeros where nothing was."""
    rows: dict[str, list[Sums]] = {one: [] for one in ids}
    for start in range(0, len(ids), IDS_AT_ONCE):
        found = _summed(key).where(key.in_(ids[start : start + IDS_AT_ONCE]))
        for row in connection.execute(found).mappings():
            rows[row[key.name]].append(dict(row))
    return {one: _together(found) for one, found in rows.items()}


def _summed(*keys: ColumnElement[Any]) -> Select[Any]:
    """Rows by currency, and by these columns."""
    group = (*keys, lines.c.currency)
    return select(*group, *_figures()).group_by(*group).order_by(lines.c.currency)


def _figures() -> list[ColumnElement[Any]]:
    left_units = lines.c.units - lines.c.returned
    left_minor = lines.c.gross_minor - lines.c.refunded_minor
    return [
        func.count(lines.c.order_id.distinct()).label("orders"),
        _sum("units", lines.c.units),
        _sum("returned", lines.c.returned),
        _sum("cancelled", case((lines.c.is_cancelled, left_units), else_=0)),
        _sum("gross_minor", lines.c.gross_minor),
        _sum("refunded_minor", lines.c.refunded_minor),
        _sum("cancelled_minor", case((lines.c.is_cancelled, left_minor), else_=0)),
    ]


def _sum(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.sum(column).label(name)


def _together(rows: Sequence[Sums]) -> Sums:
    """Rows of one thing by currency, as answers carry them."""
    counted = {name: sum(int(row[name]) for row in rows) for name in COUNTED}
    return {**counted, "amounts": [_amounts(row) for row in rows]}


def _amounts(row: Sums) -> Sums:
    money = {name: int(row[name]) for name in MONEY}
    left = money["gross_minor"] - money["refunded_minor"] - money["cancelled_minor"]
    return {"currency": row["currency"], **money, "net_minor": left}
