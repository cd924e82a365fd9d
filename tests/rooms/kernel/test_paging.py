"""Pages on files and on a server: the same tests, over views."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from services.kernel.flow.projection import Projection
from tests.support.stored import stores_at
from tests.unit.kernel.test_paging import (  # noqa: F401  they are tests
    ROWS,
    sightings,
    test_a_number_that_somebody_made_up_begins_nowhere,
    test_a_text_that_somebody_made_up_begins_wherever_it_would_stand,
    test_pages_follow_one_another_whichever_way_the_columns_run,
    test_what_is_asked_for_still_holds_on_the_next_page,
)


class Sightings(Projection):
    """The table of those tests."""

    name, hears, metadata = "sightings", frozenset({"tally"}), sightings.metadata


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    views = stores_at(tmp_path).views("tally", [Sightings()])
    with views.writing() as connection:
        connection.execute(sightings.insert(), [{"place": place, "name": name} for place, name in ROWS])
    with views.reading() as connection:
        yield connection
    views.close()
