"""Pages have every row once, in order, whichever way the columns run and wherever a page ends."""

from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Column, ColumnElement, Connection, MetaData, Table, Text, create_engine, select

from services.kernel.flow.paging import page_of

sightings = Table("sightings", MetaData(), Column("place", BigInteger), Column("name", Text, primary_key=True))
ROWS = [(1, "a"), (2, "b"), (2, "c"), (2, "d"), (10, "e"), (10, "f"), (9, "g")]
PLACE, NAME = sightings.c.place, sightings.c.name
BY_LENGTH = range(1, len(ROWS) + 2)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        sightings.create(connection)
        connection.execute(sightings.insert(), [{"place": place, "name": name} for place, name in ROWS])
        yield connection
    engine.dispose()


def names(connection: Connection, order: list[ColumnElement[object]], limit: int) -> str:
    found, cursor = "", None
    while True:
        page = page_of(connection, select(sightings), order, limit, cursor)
        assert 0 < len(page.rows) <= limit
        found += "".join(row["name"] for row in page.rows)
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("limit", BY_LENGTH)
def test_pages_follow_one_another_whichever_way_the_columns_run(connection: Connection, limit: int) -> None:
    assert names(connection, [PLACE, NAME], limit) == "abcdgef"
    assert names(connection, [PLACE.desc(), NAME], limit) == "efgbcda"
    assert names(connection, [PLACE, NAME.desc()], limit) == "adcbgfe"
    assert names(connection, [NAME.desc()], limit) == "gfedcba"


@pytest.mark.parametrize("place", ["-1", "x", "1e3", "9" * 40, "²", ""])
def test_a_number_that_somebody_made_up_begins_nowhere(connection: Connection, place: str) -> None:
    assert page_of(connection, select(sightings), [PLACE.desc(), NAME], 9, [place, "a"]) == ([], None)


def test_a_text_that_somebody_made_up_begins_wherever_it_would_stand(connection: Connection) -> None:
    for made_up in ("e\0", "e\0f", "e~"):
        found = page_of(connection, select(sightings), [NAME], 9, [made_up])
        assert [row["name"] for row in found.rows] == ["f", "g"]


def test_what_is_asked_for_still_holds_on_the_next_page(connection: Connection) -> None:
    found = select(sightings).where(PLACE == 2)
    first = page_of(connection, found, [NAME], 2, None)
    assert page_of(connection, found, [NAME], 2, first.next) == ([{"place": 2, "name": "d"}], None)
