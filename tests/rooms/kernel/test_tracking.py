"""How far views have come: kept for all of them in one statement, however many there are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from services.kernel.flow.projection import Projection
from services.kernel.flow.views import Views
from tests.support.statements import statements_of
from tests.support.stored import stores_at

MANY = 12


class Hearing(Projection):
    """One of many views of one source."""

    hears, metadata = frozenset({"tally"}), MetaData()

    def __init__(self, number: int) -> None:
        self.name = f"hearing_{number}"  # type: ignore[misc]


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    views = stores_at(tmp_path).views("tally", [Hearing(number) for number in range(MANY)])
    yield views
    views.close()


def move(views: Views, *positions: int) -> list[str]:
    """Each view comes as far as is said; the statements that were sent for it."""
    named = {one.tracking_name: position for one, position in zip(views.projections, positions, strict=False)}
    with views.writing() as connection, statements_of(connection) as sent:
        views.track_all(connection, "tally", named)
    return sent


def kept(views: Views, source: str = "tally") -> list[int]:
    with views.reading() as connection:
        return list(views.positions_in(connection, source).values())


def test_many_views_move_with_one_statement_each_as_far_as_it_has_come(views: Views) -> None:
    for first in (1, 100):  # the second time there are rows already
        wanted = list(range(first, first + MANY))
        assert len(move(views, *wanted)) == 1
        assert kept(views) == wanted


def test_who_has_not_moved_stays_and_nobody_moves_with_nothing(views: Views) -> None:
    assert len(move(views, 7)) == 1
    assert move(views) == []
    assert kept(views) == [7, *[0] * (MANY - 1)]
    assert views.tracked("hearing_0.v1", "tally") == 7


def test_of_a_source_that_no_view_hears_nothing_is_asked(views: Views) -> None:
    with views.reading() as connection, statements_of(connection) as sent:
        assert views.all_positions_in(connection, ["mall"]) == {"mall": {}}
    assert sent == []
