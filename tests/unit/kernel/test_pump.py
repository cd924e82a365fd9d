"""Views hold nothing that the facts do not: rebuilt in pages of any size they are the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, Text, func, select

from services.kernel.dispatch import when
from services.kernel.domain import FORGOTTEN
from services.kernel.flow import pump
from services.kernel.flow.progress import Progress
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.pump import Pump
from services.kernel.flow.views import Views
from services.kernel.service import Service
from tests.support.scenario import ANNA
from tests.support.services import closing, command, counting, opened, opening, settle
from tests.support.tally import TalliesView, Tally, tallies

AWKWARD = ["with space", "ünïcödé-東京", "sharp#sign", "what?mode=memory", "per%20cent", "a&b=c;d", "quote'\""]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path) as service:
        yield service


def counted_some(service: Service) -> UUID:
    """Three tallies, eleven facts; the id of the first."""
    opened_ids = [UUID(str(service.executor.execute_now(opening(name)).body["tally_id"])) for name in "abc"]
    for number in range(7):
        service.executor.execute_now(counting(opened_ids[number % 3]))
    service.executor.execute_now(closing(opened_ids[2]))
    return opened_ids[0]


def rebuilt(service: Service, path: Path, projections: list[Projection] | None = None) -> dict[str, str]:
    """The digests of views pumped from 0 into a new place."""
    views = Views.in_file(path, projections or [TalliesView()])
    pumping = Pump(service.name, service.store, views, Progress())
    while pumping.step():
        pass
    found = views.digests()
    views.close()
    return found


@pytest.mark.parametrize("size", [1, 7, 500])
def test_rebuilt_in_pages_of_any_size_a_view_is_the_same(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    counted_some(service)
    settle(service)
    monkeypatch.setattr(pump, "BATCH", size)
    assert rebuilt(service, tmp_path / "beside.db") == service.views.digests()


def test_a_digest_tells_a_changed_row(service: Service) -> None:
    tally_id = counted_some(service)
    settle(service)
    before = service.views.digests()
    with service.views.writing() as connection:
        connection.execute(tallies.update().where(tallies.c.tally_id == str(tally_id)).values(count=9))
    assert service.views.digests() != before


def test_a_view_goes_on_where_it_was(service: Service, tmp_path: Path) -> None:
    counted_some(service)
    settle(service)
    service.stop()
    with opened(tmp_path) as again:
        assert (again.progress.reached("tally"), again.pump.step()) == (11, 0)
        again.executor.execute_now(opening("d"))
        assert again.pump.step() == 1
        assert rebuilt(again, tmp_path / "beside.db") == again.views.digests()


def test_a_view_that_came_later_is_fed_from_the_first_fact_and_no_other_twice(service: Service, tmp_path: Path) -> None:
    counted_some(service)
    settle(service)
    before = service.views.digests()
    views = Views.in_file(tmp_path / "tally" / "views.db", [TalliesView(), NotesView()])
    pumping = Pump("tally", service.store, views, progress := Progress())
    assert progress.reached("tally") == 0
    service.executor.execute_now(opening("d"))
    assert pumping.step() == 12
    with views.reading() as connection:
        assert count_rows(connection) == 4
        assert connection.execute(select(func.count()).select_from(NotesView.table)).scalar() == 7
    assert views.digests()["tallies_v1"] != before["tallies_v1"]
    views.close()


class BrokenView(TalliesView):
    """Fails at every close."""

    @when(Tally.Closed)
    def closed(self, connection: Connection, fact: Tally.Closed, place: Place) -> None:
        raise ValueError("a bug")


def test_a_projection_that_fails_leaves_neither_rows_nor_position(service: Service, tmp_path: Path) -> None:
    counted_some(service)
    views = Views.in_file(tmp_path / "broken.db", [BrokenView()])
    pumping = Pump("tally", service.store, views, progress := Progress())
    for _ in range(2):
        with pytest.raises(ValueError, match="a bug"):
            pumping.step()
    with views.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tallies)).scalar() == 0
    assert (views.tracked("tallies.v1", "tally"), progress.reached("tally")) == (0, 0)
    views.close()


def test_pumped_up_to_a_position_and_no_further(service: Service, tmp_path: Path) -> None:
    counted_some(service)
    views = Views.in_file(tmp_path / "past.db", [TalliesView()])
    pumping = Pump("tally", service.store, views, Progress())
    assert (pumping.step(upto=5), pumping.step(upto=5)) == (5, 0)
    assert views.tracked("tallies.v1", "tally") == 5
    views.close()


class NotesView(Projection):
    """The latest note of every tally: something personal in a service's own view."""

    name, hears, metadata = "notes", frozenset({"tally"}), MetaData()
    table = Table("notes_v1", metadata, Column("position", Text, primary_key=True), Column("note", Text))

    @when(Tally.Counted)
    def counted(self, connection: Connection, fact: Tally.Counted, place: Place) -> None:
        connection.execute(self.table.insert().values(position=place.text, note=fact.note))


def test_a_view_is_rebuilt_after_somebody_was_forgotten(service: Service, tmp_path: Path) -> None:
    tally_id = counted_some(service)
    service.executor.execute_now(command(lambda app: app.count(tally_id, "by the lighthouse")))
    service.keys.forget(str(ANNA))
    assert service.store.facts(11, 1)[0].fact.__dict__["note"] is FORGOTTEN
    views = Views.in_file(tmp_path / "notes.db", [NotesView()])
    Pump("tally", service.store, views, Progress()).step()
    with views.reading() as connection:
        notes = connection.execute(select(NotesView.table.c.note)).scalars().all()
    assert set(notes) == {None, ""}
    views.close()


def count_rows(connection: Connection) -> Any:
    return connection.execute(select(func.count()).select_from(tallies)).scalar()


def test_a_reader_sees_one_state_however_often_it_looks(service: Service) -> None:
    with service.views.reading() as connection:
        assert count_rows(connection) == 0
        counted_some(service)
        settle(service)
        assert count_rows(connection) == 0
        connection.exec_driver_sql("COMMIT")
        assert count_rows(connection) == 3, "without a transaction the second look sees another state"


@pytest.mark.parametrize("name", AWKWARD)
def test_a_service_lies_where_it_was_put(tmp_path: Path, name: str) -> None:
    with opened(tmp_path / name) as service:
        counted_some(service)
        settle(service)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert {path.name for path in (tmp_path / name / "tally").glob("*.db")} == {"facts.db", "keys.db", "views.db"}
    with opened(tmp_path / name) as again:
        assert (again.recorder.position(), again.progress.reached("tally")) == (11, 11)
