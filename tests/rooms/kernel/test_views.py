"""Views on files and on a server: the same rows, the same order, the same numbers, whoever moves them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, func, select

from services.kernel.dispatch import when
from services.kernel.domain import FORGOTTEN
from services.kernel.flow import pump
from services.kernel.flow.progress import Progress
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.pump import Pump
from services.kernel.flow.upserts import insert
from services.kernel.flow.views import Views
from services.kernel.service import Service
from tests.support.scenario import ANNA
from tests.support.services import closing, command, counting, opened, opening, settle
from tests.support.stored import stores_at
from tests.support.tally import TalliesView, Tally, tallies

AWKWARD = ["b", "a", "B", "A", "ä", "z", "Z", "é", "e", "_", "-", "a-b", "ab", "a b", "", "10", "9", "😀", "\uffee"]


class Shelf(Projection):
    """A table that tests fill by hand."""

    name, hears, metadata = "shelf", frozenset({"tally"}), MetaData()
    table = Table(
        "shelf_v1", metadata, Column("name", Text, primary_key=True), Column("number", BigInteger),
        Column("note", Text, index=True),
    )  # fmt: skip


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path) as service:
        yield service


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Views]:
    views = views_at(tmp_path / "shelf", Shelf())
    yield views
    views.close()


def views_at(directory: Path, *projections: Projection) -> Views:
    """Views as another process opens them; whoever opens them closes them."""
    return stores_at(directory).views("tally", projections or [TalliesView()])


def counted_some(service: Service) -> UUID:
    """Three tallies, eleven facts; the id of the first."""
    opened_ids = [UUID(str(service.executor.execute_now(opening(name)).body["tally_id"])) for name in "abc"]
    for number in range(7):
        service.executor.execute_now(counting(opened_ids[number % 3]))
    service.executor.execute_now(closing(opened_ids[2]))
    return opened_ids[0]


def rebuilt(service: Service, directory: Path) -> dict[str, str]:
    """The digests of views pumped from 0 into a new place."""
    views = views_at(directory)
    pumping = Pump(service.name, service.store, views, Progress())
    while pumping.step():
        pass
    found = views.digests()
    views.close()
    return found


def counts(views: Views) -> list[int]:
    with views.reading() as connection:
        return list(connection.execute(select(tallies.c.count).order_by(tallies.c.name)).scalars())


@pytest.mark.parametrize("size", [1, 7, 500])
def test_rebuilt_in_pages_of_any_size_a_view_is_the_same(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    counted_some(service)
    settle(service)
    monkeypatch.setattr(pump, "BATCH", size)
    assert rebuilt(service, tmp_path / "beside") == service.views.digests()


def test_a_view_goes_on_where_it_was(service: Service, tmp_path: Path) -> None:
    counted_some(service)
    settle(service)
    with opened(tmp_path) as again:
        assert (again.progress.reached("tally"), again.pump.step()) == (11, 0)
        again.executor.execute_now(opening("d"))
        assert again.pump.step() == 1
        assert counts(again.views) == [3, 2, 2, 0]


class BrokenView(TalliesView):
    """Fails at every close."""

    @when(Tally.Closed)
    def closed(self, connection: Connection, fact: Tally.Closed, place: Place) -> None:
        raise ValueError("a bug")


def test_a_projection_that_fails_leaves_neither_rows_nor_position(service: Service, tmp_path: Path) -> None:
    counted_some(service)
    views = views_at(tmp_path / "broken", BrokenView())
    pumping = Pump("tally", service.store, views, progress := Progress())
    for _ in range(2):
        with pytest.raises(ValueError, match="a bug"):
            pumping.step()
    assert (counts(views), views.tracked("tallies.v1", "tally"), progress.reached("tally")) == ([], 0, 0)
    views.close()


def test_a_reader_sees_one_state_however_often_it_looks(service: Service) -> None:
    how_many = select(func.count()).select_from(tallies)
    with service.views.reading() as connection:
        assert connection.execute(how_many).scalar() == 0
        counted_some(service)
        settle(service)
        assert connection.execute(how_many).scalar() == 0
        connection.rollback()
        assert connection.execute(how_many).scalar() == 3, "without a transaction the second look sees another state"


def test_a_fact_is_projected_once_whoever_of_two_pumps_it(service: Service, tmp_path: Path) -> None:
    beside = views_at(tmp_path)
    other = Pump("tally", service.store, beside, Progress())
    first = counted_some(service)
    assert (service.pump.step(), other.step()) == (11, 11)
    service.executor.execute_now(counting(first))
    assert (other.step(), service.pump.step()) == (1, 1)
    assert counts(beside) == [4, 2, 2]
    beside.close()


def test_without_a_look_at_what_is_stored_it_would_be_projected_twice(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = views_at(tmp_path)
    monkeypatch.setattr(beside, "positions_in", lambda connection, source: {"tallies.v1": 3})
    other = Pump("tally", service.store, beside, Progress())
    counted_some(service)
    service.pump.step()
    other.step()
    assert counts(beside) == [6, 4, 4]
    beside.close()


def test_who_stood_by_goes_on_where_the_other_one_was(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pump, "BATCH", 2)
    beside = views_at(tmp_path)
    other = Pump("tally", service.store, beside, progress := Progress())
    first = counted_some(service)
    while service.pump.step():
        pass
    service.executor.execute_now(counting(first))
    assert (other.step(), progress.reached("tally")) == (2, 11), "the page is seen, and how far the views are"
    assert (other.step(), counts(beside)) == (1, [4, 2, 2])
    beside.close()


def test_views_that_were_set_back_are_fed_again_without_a_gap(service: Service) -> None:
    first = counted_some(service)
    settle(service)
    with service.views.writing() as connection:
        connection.execute(tallies.delete())
        service.views.track(connection, "tallies.v1", "tally", 0)
    service.executor.execute_now(counting(first))
    settle(service)
    assert counts(service.views) == [4, 2, 2]


def test_two_at_once_leave_what_one_leaves(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump, "BATCH", 1)
    views = [views_at(tmp_path), views_at(tmp_path)]
    counted_some(service)
    failures: list[Exception] = []

    def work(pumping: Pump) -> None:
        try:
            while pumping.step():
                pass
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=work, args=[Pump("tally", service.store, one, Progress())]) for one in views]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, counts(service.views)) == ([], [3, 2, 2])
    for one in views:
        one.close()


def test_a_view_is_rebuilt_after_somebody_was_forgotten(service: Service, tmp_path: Path) -> None:
    tally_id = counted_some(service)
    service.executor.execute_now(command(lambda app: app.count(tally_id, "by the lighthouse")))
    service.keys.forget(str(ANNA))
    assert service.store.facts(11, 1)[0].fact.__dict__["note"] is FORGOTTEN
    views = views_at(tmp_path / "notes", NotesView())
    Pump("tally", service.store, views, Progress()).step()
    with views.reading() as connection:
        notes = connection.execute(select(NotesView.table.c.note)).scalars().all()
    assert set(notes) == {None, ""}
    views.close()


class NotesView(Projection):
    """The note of every count: something personal in a service's own view."""

    name, hears, metadata = "notes", frozenset({"tally"}), MetaData()
    table = Table("notes_v1", metadata, Column("position", BigInteger, primary_key=True), Column("note", Text))

    @when(Tally.Counted)
    def counted(self, connection: Connection, fact: Tally.Counted, place: Place) -> None:
        connection.execute(insert(self.table).values(position=place.position, note=fact.note))


def put(shelf: Views, *rows: dict[str, Any]) -> None:
    statement = insert(Shelf.table)
    changed = {"number": Shelf.table.c.number + statement.excluded.number, "note": statement.excluded.note}
    with shelf.writing() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed), rows)


def of_shelf(shelf: Views, asked: Any) -> list[Any]:
    with shelf.reading() as connection:
        return list(connection.execute(asked).scalars())


def test_a_row_that_is_there_already_is_changed_or_left(shelf: Views) -> None:
    put(shelf, {"name": "a", "number": 1, "note": "x"}, {"name": "a", "number": 2, "note": None})
    with shelf.writing() as connection:
        connection.execute(insert(Shelf.table).values(name="a", number=9).on_conflict_do_nothing())
        connection.execute(insert(Shelf.table).on_conflict_do_nothing(), [{"name": "b", "number": 5, "note": "y"}] * 2)
        rows = [tuple(row) for row in connection.execute(select(Shelf.table).order_by(Shelf.table.c.name))]
    assert rows == [("a", 3, None), ("b", 5, "y")]


def test_texts_are_in_the_order_of_their_bytes(shelf: Views) -> None:
    put(shelf, *[{"name": name, "number": 1, "note": name} for name in AWKWARD])
    in_order = sorted(AWKWARD, key=str.encode)
    table = Shelf.table
    for column in (table.c.name, table.c.note):
        assert of_shelf(shelf, select(column).order_by(column)) == in_order
        assert of_shelf(shelf, select(column).where(column > "Z").order_by(column)) == [
            name for name in in_order if name.encode() > b"Z"
        ]
        assert of_shelf(shelf, select(func.max(column))) == [in_order[-1]]
    assert of_shelf(shelf, select(table.c.name + "").order_by(table.c.name + "")) == in_order


def test_nothing_comes_before_everything(shelf: Views) -> None:
    put(shelf, *[{"name": name, "number": 1, "note": note} for name, note in (("a", "y"), ("b", None), ("c", "x"))])
    table = Shelf.table
    assert of_shelf(shelf, select(table.c.name).order_by(table.c.note.nulls_first())) == ["b", "c", "a"]


def test_amounts_and_their_sums_are_whole_numbers_of_any_size(shelf: Views) -> None:
    most = 2**53 + 1
    put(shelf, {"name": "a", "number": most, "note": ""}, {"name": "b", "number": 2**40, "note": ""})
    number = Shelf.table.c.number
    for asked, expected in (
        (func.sum(number), most + 2**40), (-func.sum(number), -most - 2**40), (func.max(number), most),
        (func.coalesce(func.sum(number), 0), most + 2**40), (func.count(number), 2),
    ):  # fmt: skip
        (found,) = of_shelf(shelf, select(asked))
        assert (found, type(found)) == (expected, int)
    assert of_shelf(shelf, select(func.coalesce(func.sum(number), 0)).where(number < 0)) == [0]
    assert of_shelf(shelf, select(Shelf.table.c.name).where(number == most)) == ["a"]


def test_a_digest_tells_a_changed_row(shelf: Views) -> None:
    put(shelf, {"name": "a", "number": 1, "note": "x"})
    before = shelf.digests()
    put(shelf, {"name": "a", "number": 1, "note": "x"})
    assert shelf.digests() != before
