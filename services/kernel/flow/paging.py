"""Pages of a list: so many rows in a fixed order, and the cursor after which the next page begins."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, UnaryExpression, and_, or_
from sqlalchemy.sql.operators import desc_op

Row = dict[str, Any]


class Page(NamedTuple):
    """Rows, and the cursor of the next page; None on the last."""

    rows: list[Row]
    next: list[str] | None


def page_of(
    connection: Connection, found: Select[Any], order: Sequence[ColumnElement[Any]], limit: int,
    cursor: Sequence[str] | None,
) -> Page:  # fmt: skip
    """The rows of ``found`` in this order, ``limit`` at most, after the cursor.

    ``order`` are columns that are in every row under their names, each with ``.desc()`` for the highest first;
    together they tell any two rows apart. A cursor is what they hold in the last row of a page, as text.
    """
    if cursor is not None:
        found = found.where(_after(order, cursor))
    rows = [dict(row) for row in connection.execute(found.order_by(*order).limit(limit + 1)).mappings()]
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], [str(rows[limit - 1][_column(one).name]) for one in order])


def _after(order: Sequence[ColumnElement[Any]], cursor: Sequence[str]) -> ColumnElement[bool]:
    """The first column stands by itself in the condition, so that its index is used."""
    column, value = _column(order[0]), _value(order[0], cursor[0])
    beyond, reached = (column < value, column <= value) if _descends(order[0]) else (column > value, column >= value)
    return beyond if len(order) == 1 else and_(reached, or_(beyond, _after(order[1:], cursor[1:])))


def _descends(one: ColumnElement[Any]) -> bool:
    return isinstance(one, UnaryExpression) and one.modifier is desc_op


def _column(one: ColumnElement[Any]) -> Any:
    return one.element if isinstance(one, UnaryExpression) else one


def _value(one: ColumnElement[Any], text: str) -> str | int:
    """What a cursor says of a column; a number that somebody made up begins nowhere, and no text goes on after a null
    character, which not every store can be asked for."""
    if not isinstance(_column(one).type, Integer):
        return text.partition("\0")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
