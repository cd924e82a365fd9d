"""A page of writes, gathered: the same rows as one by one, in fewer statements."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, bindparam, create_engine, event, select

from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import Writes

metadata = MetaData()
counts = Table("counts", metadata, Column("name", Text, primary_key=True), Column("number", BigInteger))
BEGIN = insert(counts)
BEGIN = BEGIN.on_conflict_do_update(index_elements=["name"], set_={"number": BEGIN.excluded.number})
MINE = counts.c.name == bindparam("mine")
ADD = counts.update().where(MINE).values(number=counts.c.number + bindparam("more"))
DOUBLE = counts.update().where(MINE).values(number=counts.c.number * bindparam("times"))
DROP = counts.delete().where(MINE)

NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(1, 9)
CHANGES: st.SearchStrategy[Any] = st.one_of(
    st.tuples(NAMES, st.just(BEGIN), NUMBERS.map(lambda number: {"number": number})),
    st.tuples(NAMES, st.just(ADD), NUMBERS.map(lambda number: {"more": number})),
    st.tuples(NAMES, st.just(DOUBLE), NUMBERS.map(lambda number: {"times": number})),
    st.tuples(NAMES, st.just(DROP), st.just({})),
)


def connected() -> Connection:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return engine.connect()


def named(name, statement, values):
    return {"name" if statement is BEGIN else "mine": name, **values}


def rows(connection):
    return list(connection.execute(select(counts).order_by(counts.c.name)))


def rows_of_gathered(changes, connection):
    """The rows that a page of changes leaves, gathered."""
    writes = Writes()
    for name, statement, values in changes:
        writes.put(name, statement, named(name, statement, values))
    writes.run(connection)
    return rows(connection)


def rows_of_single(changes, connection):
    """The rows that they leave one by one."""
    for name, statement, values in changes:
        connection.execute(statement, named(name, statement, values))
    return rows(connection)


@settings(max_examples=60, deadline=None)
@given(st.lists(CHANGES, max_size=30))
def test_gathered_writes_leave_the_rows_that_single_ones_leave(changes) -> None:
    with connected() as gathered, connected() as single:
        assert rows_of_gathered(changes, gathered) == rows_of_single(changes, single)


def test_many_rows_take_as_many_statements_as_there_are_kinds_of_changes() -> None:
    writes, seen = Writes(), []
    for number in range(50):
        writes.put(str(number), BEGIN, {"name": str(number), "number": 1})
        writes.put(str(number), ADD, {"mine": str(number), "more": number})
    with connected() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        writes.run(connection)
    assert len(seen) == 2


def test_values_of_other_columns_are_another_statement() -> None:
    writes, change = Writes(), counts.update().where(MINE)
    with connected() as connection:
        connection.execute(BEGIN, {"name": "a", "number": 1})
        writes.put("a", change, {"mine": "a", "number": 2})
        writes.put("a", change, {"mine": "a", "name": "b"})
        writes.run(connection)
        assert rows(connection) == [("b", 2)]
