"""Views rebuilt beside the running ones, in files and on a server, whatever was parked, dropped or taken in late."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import Connection, select

from services.kernel.dispatch import when
from services.kernel.flow import intake
from services.kernel.flow.feeding import Feeding, LeftOut
from services.kernel.flow.projection import DROPPED, Place
from services.kernel.flow.rebuild import rebuild
from services.kernel.flow.views import Views
from services.kernel.service import Service
from tests.support import neighbours
from tests.support.neighbours import HeardView, PersonCounted, heard
from tests.support.services import opened
from tests.support.spoken import SpokenLog, listen, parked, retrying


class FussyView(HeardView):
    """Takes everything but what is refused."""

    refused: ClassVar[set[int]] = set()

    @when(PersonCounted)
    def told(self, connection: Connection, message: PersonCounted, place: Place) -> None:
        if place.position in self.refused:
            raise ValueError("a bug")
        super().told(connection, message, place)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody waits between tries; nothing is refused afterwards."""
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)
    yield
    FussyView.refused.clear()


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Service]:
    """It heard ann, bo, ann, cem, ann, and its view could not take the first: two more wait behind it."""
    log = SpokenLog()
    log.say("ann", "bo", "ann", "cem", "ann")
    with opened(tmp_path, replace(neighbours.echo, projections=[FussyView, neighbours.EchoesView])) as service:
        service.hear([log])
        FussyView.refused.add(1)
        listen(service)
        while service.pump.step():
            pass
        yield service


def times(views: Views) -> dict[str, int]:
    with views.reading() as connection:
        return {row.tally_id: row.times for row in connection.execute(select(heard))}


def test_what_is_parked_is_left_out(echo: Service) -> None:
    assert parked(echo) == [("tally:1", "views"), ("tally:3", "behind"), ("tally:5", "behind")]
    assert rebuild(echo).is_equal
    assert rebuild(echo, take_over=True).is_equal
    assert times(echo.views) == {"bo": 1, "cem": 1}


def test_without_leaving_it_out_the_rebuild_would_fail_as_the_view_did(
    echo: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LeftOut, "_has", lambda *_given: True)
    with pytest.raises(ValueError, match="a bug"):
        rebuild(echo)


def test_what_was_taken_in_later_is_in_its_place(echo: Service) -> None:
    FussyView.refused.clear()
    retrying(echo).retry("tally:1")
    assert (parked(echo), times(echo.views)) == ([], {"bo": 1, "cem": 1, "ann": 3})
    assert rebuild(echo, take_over=True).is_equal
    assert times(echo.views) == {"bo": 1, "cem": 1, "ann": 3}


def test_what_was_dropped_never_comes_back(echo: Service) -> None:
    retrying(echo).drop("tally:1")
    assert times(echo.views) == {"bo": 1, "cem": 1, "ann": 2}
    FussyView.refused.clear()
    for _ in range(2):
        assert rebuild(echo, take_over=True).is_equal
    assert times(echo.views) == {"bo": 1, "cem": 1, "ann": 2}
    with echo.views.reading() as connection:
        assert echo.views.all_tracked_in(connection)["heard.v1|tally:1", "tally"] == DROPPED


def test_what_is_taken_in_while_views_are_rebuilt_comes_after_all(echo: Service) -> None:
    with echo.views.beside() as fresh:
        feeding = Feeding(echo, [one.source for one in echo.intakes], fresh, 2, lambda *_told: None)
        feeding.catch_up()
        assert times(fresh) == {"bo": 1, "cem": 1}
        FussyView.refused.clear()
        retrying(echo).retry("tally:1")
        assert feeding.catch_up() == 0
        assert fresh.digests() == echo.views.digests()
        assert feeding.catch_up() == 0
        assert times(fresh) == {"bo": 1, "cem": 1, "ann": 3}


def test_what_is_retried_after_a_take_over_is_taken_in_once(echo: Service) -> None:
    rebuild(echo, take_over=True)
    FussyView.refused.clear()
    retrying(echo).retry("tally:1")
    assert times(echo.views) == {"bo": 1, "cem": 1, "ann": 3}
    assert rebuild(echo).is_equal
