"""One statement for many rows on PostgreSQL: their values come as one JSON array, of which the server makes a table.

Executed for one row after the other, a statement goes through driver and server as often. So one that was written for
a single row, with its values as parameters, is made into one whose values are the columns of that table.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeGuard

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    Delete,
    Dialect,
    Insert,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.sql.dml import ValuesBase
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import iterate, replacement_traverse
from sqlalchemy.types import TypeEngine

ROWS = "rows"
"""The parameter that takes all rows."""


def run_for_all(connection: Connection, statement: ValuesBase | Delete, values: Sequence[dict[str, Any]]) -> None:
    """Do with each of these sets of values, which have the same names, what the statement does with one.

    On PostgreSQL they are one statement and one round trip; a file is in this process, and has none to save. No two
    sets may mean the same row: see ``for_many``.
    """
    if len(values) > 1 and connection.dialect.name == "postgresql":
        text, constants = for_many(statement, tuple(values[0]), connection.dialect)
        connection.exec_driver_sql(text, {**constants, ROWS: orjson.dumps(values, default=str).decode()})
    elif values:
        connection.execute(statement, values)


@lru_cache(maxsize=1024)
def for_many(statement: ValuesBase | Delete, names: tuple[str, ...], dialect: Dialect) -> tuple[str, dict[str, Any]]:
    """The text of a statement that does with each object in ROWS what ``statement`` does with one set of values.

    And its parameters that are the same for all.

    ``names`` are those of the values. Two objects must not mean the same row of the table: an update would take one of
    them, an insert that updates what is there is refused by the server.
    """
    parameters = parameters_of(statement)
    columns = {one.name: one.type for one in statement.table.columns}
    given = _given({name: parameters[name] if name in parameters else columns[name] for name in names})
    assigned = {name: given.c[name] for name in names if name not in parameters}
    compiled = _taking(statement, given, assigned).compile(dialect=dialect)
    return str(compiled), dict(compiled.params)


def parameters_of(statement: ValuesBase | Delete) -> dict[str, TypeEngine[Any]]:
    """What a value must be given for, with its type. One that stands alone, or before what tells its type, says it."""
    return {one.key: one.type for one in iterate(statement) if _is_open(one)}


def _given(types: dict[str, TypeEngine[Any]]) -> TableValuedAlias:
    rows = func.json_to_recordset(cast(bindparam(ROWS, type_=Text), JSON))
    columns = (column(name, kind) for name, kind in types.items())
    return rows.table_valued(*columns).render_derived(name="given", with_types=True)


def _taking(statement: ValuesBase | Delete, given: TableValuedAlias, assigned: dict[str, Any]) -> Any:
    if isinstance(statement, Insert) and statement.select is None:
        return statement.from_select(list(assigned), select(*assigned.values()))
    if isinstance(statement, ValuesBase) and assigned:
        statement = statement.values(assigned)
    return replacement_traverse(statement, {}, lambda element, **_: given.c[element.key] if _is_open(element) else None)


def _is_open(part: object) -> TypeGuard[BindParameter[Any]]:
    """Whether this is a parameter that a value must be given for."""
    return isinstance(part, BindParameter) and part.required
