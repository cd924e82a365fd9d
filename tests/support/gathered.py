"""A table of numbers by name, changes of it, and what they leave: gathered, and one by one."""

from typing import Any

from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Connection, MetaData, Row, Table, Text, bindparam, select

from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import Writes

metadata = MetaData()
counts = Table("counts", metadata, Column("name", Text, primary_key=True), Column("number", BigInteger))
BEGIN = insert(counts)
BEGIN = BEGIN.on_conflict_do_update(index_elements=["name"], set_={"number": BEGIN.excluded.number})
MINE = counts.c.name == bindparam("mine")
CHANGE = counts.update().where(MINE)
ADD = CHANGE.values(number=counts.c.number + bindparam("more"))
DOUBLE = CHANGE.values(number=counts.c.number * bindparam("times"))
CLEAR = CHANGE.values(number=0)
DROP = counts.delete().where(MINE)

NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(1, 9)
CHANGES: st.SearchStrategy[Any] = st.one_of(
    st.tuples(NAMES, st.just(BEGIN), NUMBERS.map(lambda number: {"number": number})),
    st.tuples(NAMES, st.just(CHANGE), NUMBERS.map(lambda number: {"number": number})),
    st.tuples(NAMES, st.just(ADD), NUMBERS.map(lambda number: {"more": number})),
    st.tuples(NAMES, st.just(DOUBLE), NUMBERS.map(lambda number: {"times": number})),
    st.tuples(NAMES, st.sampled_from([CLEAR, DROP]), st.just({})),
)
Changes = list[tuple[str, Any, dict[str, int]]]


def rows(connection: Connection) -> list[Row[Any]]:
    """All rows."""
    return list(connection.execute(select(counts).order_by(counts.c.name)))


def rows_of_gathered(changes: Changes, connection: Connection) -> list[Row[Any]]:
    """The rows that a page of changes leaves, gathered."""
    writes = Writes()
    for name, statement, values in changes:
        writes.put(name, statement, _named(name, statement, values), ["more"] if statement is ADD else ())
    writes.run(connection)
    return rows(connection)


def rows_of_single(changes: Changes, connection: Connection) -> list[Row[Any]]:
    """The rows that they leave one by one."""
    for name, statement, values in changes:
        connection.execute(statement, _named(name, statement, values))
    return rows(connection)


def _named(name: str, statement: object, values: dict[str, int]) -> dict[str, Any]:
    return {"name" if statement is BEGIN else "mine": name, **values}
