"""A page of writes, gathered, on files and on a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.flow.projection import Projection
from services.kernel.flow.views import Views
from tests.support.gathered import CHANGES, counts, rows_of_gathered, rows_of_single
from tests.support.stored import stores_at


class Counts(Projection):
    """The table of the changes."""

    name, hears, metadata = "counts", frozenset({"tally"}), counts.metadata


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    views = stores_at(tmp_path).views("tally", [Counts()])
    yield views
    views.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=30))
def test_gathered_writes_leave_the_rows_that_single_ones_leave(views: Views, changes) -> None:
    with views.writing() as connection:
        gathered = rows_of_gathered(changes, connection)
        connection.execute(counts.delete())
        assert gathered == rows_of_single(changes, connection)
        connection.execute(counts.delete())
