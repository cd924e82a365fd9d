"""A page of writes, gathered: the same rows as one by one, in fewer statements."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event

from services.kernel.flow.writes import Writes
from tests.support.gathered import (
    ADD,
    BEGIN,
    CHANGE,
    CHANGES,
    Changes,
    metadata,
    rows,
    rows_of_gathered,
    rows_of_single,
)


def connected() -> Connection:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return engine.connect()


@settings(max_examples=60, deadline=None)
@given(st.lists(CHANGES, max_size=30))
def test_gathered_writes_leave_the_rows_that_single_ones_leave(changes: Changes) -> None:
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
    writes = Writes()
    with connected() as connection:
        connection.execute(BEGIN, {"name": "a", "number": 1})
        writes.put("a", CHANGE, {"mine": "a", "number": 2})
        writes.put("a", CHANGE, {"mine": "a", "name": "b"})
        writes.run(connection)
        assert rows(connection) == [("b", 2)]


def test_what_is_added_up_is_one_write_until_another_one_comes_between() -> None:
    writes, seen = Writes(), []
    for statement, values in [
        (BEGIN, {"name": "a", "number": 1}), (ADD, {"mine": "a", "more": 2}), (ADD, {"mine": "a", "more": 3}),
        (CHANGE, {"mine": "a", "number": 10}), (ADD, {"mine": "a", "more": 4}), (ADD, {"mine": "a", "more": 5}),
    ]:  # fmt: skip
        writes.put("a", statement, values, ["more"])
    with connected() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        writes.run(connection)
        assert rows(connection) == [("a", 19)]
    assert len(seen) == 5  # the last one is the look
