"""A page of writes on a server, where many rows are one statement: the same rows as one by one."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from services.kernel.flow.postgres_views import ViewsSchema
from services.kernel.flow.writes import Writes
from tests.support.gathered import (
    ADD,
    BEGIN,
    CHANGES,
    Changes,
    counts,
    metadata,
    rows,
    rows_of_gathered,
    rows_of_single,
)
from tests.support.own_databases import OwnDatabases


@pytest.fixture
def connection(databases: OwnDatabases) -> Iterator[Connection]:
    place = ViewsSchema(databases.database_of("tally"))
    place.make([metadata])
    with place.writes.connect() as connection:
        yield connection
    place.empty()
    place.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=30))
def test_gathered_writes_leave_the_rows_that_single_ones_leave(connection: Connection, changes: Changes) -> None:
    gathered = rows_of_gathered(changes, connection)
    connection.rollback()
    single = rows_of_single(changes, connection)
    connection.rollback()
    assert gathered == single


def test_many_rows_go_to_the_server_as_often_as_there_are_kinds_of_changes(connection: Connection) -> None:
    writes, seen, plain = Writes(), list[str](), counts.insert()
    event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
    for number in range(50):
        writes.begin(plain, {"name": f"plain {number:02}", "number": number + 100})
        writes.put(str(number), BEGIN, {"name": f"{number:02} \\ 安娜 'a' %s {{}}", "number": number})
        writes.put(str(number), ADD, {"mine": f"{number:02} \\ 安娜 'a' %s {{}}", "more": 1})
    writes.run(connection)
    assert len(seen) == 3
    assert [row.number for row in rows(connection)] == [*range(1, 51), *range(100, 150)]
