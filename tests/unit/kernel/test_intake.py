"""What a neighbour says: taken in order, once, and never passed over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, select

from services.contracts.envelope import Envelope
from services.kernel.dispatch import when
from services.kernel.flow import intake
from services.kernel.flow.intake import Intake
from services.kernel.flow.outbox import Page
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.reacting import Reacting
from services.kernel.service import Service
from services.kernel.store import sqlite_append
from tests.support import neighbours
from tests.support.neighbours import ECHO_ID, PersonCounted, heard
from tests.support.services import counting, opened, opening, settle
from tests.support.tally import Tally


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)


@pytest.fixture
def talker(tmp_path: Path) -> Iterator[Service]:
    """One tally, counted five times: positions 2 to 6 have a message."""
    with opened(tmp_path / "talker", neighbours.talking) as service:
        tally_id = UUID(str(service.executor.execute_now(opening()).body["tally_id"]))
        for _ in range(5):
            service.executor.execute_now(counting(tally_id))
        yield service


@pytest.fixture
def echo(tmp_path: Path, talker: Service) -> Iterator[Service]:
    with opened(tmp_path / "echo", neighbours.echo) as service:
        service.hear([talker])
        yield service


def count_of(echo: Service) -> int:
    root = echo.store.load(Tally, ECHO_ID)
    return root.count if root else 0


def times_heard(echo: Service) -> list[Any]:
    with echo.views.reading() as connection:
        return [tuple(row) for row in connection.execute(select(heard.c.times, heard.c.latest))]


def test_tells_what_is_public_and_how_far_it_looked(talker: Service) -> None:
    assert [envelope.position for envelope in talker.messages(0).messages] == [2, 3, 4, 5, 6]
    page = talker.messages(0, 2)
    assert ([envelope.id for envelope in page.messages], page.through) == (["tally:2"], 2)
    assert talker.messages(6) == Page([], 6, head=6)


def test_a_message_carries_the_times_and_the_causes_of_its_fact(talker: Service) -> None:
    envelope, recorded = talker.messages(1, 1).messages[0], talker.store.facts(1, 1)[0]
    fact = recorded.fact
    assert (envelope.recorded_at, envelope.effective_at) == (fact.recorded_at, fact.effective_at)
    assert [envelope.causation_id, envelope.correlation_id] == fact.meta[2:4]
    assert Envelope.from_dict(envelope.to_dict()) == envelope


def test_takes_in_everything_once(echo: Service, talker: Service) -> None:
    settle(echo)
    assert (count_of(echo), times_heard(echo)) == (5, [(5, 6)])
    assert echo.intakes[0].position == echo.recorder.tracked("tally") == talker.recorder.position()
    settle(echo)
    assert (count_of(echo), times_heard(echo)) == (5, [(5, 6)])


def test_a_reaction_says_what_caused_it(echo: Service, talker: Service) -> None:
    settle(echo)
    causes = [recorded.fact.meta[4] for recorded in echo.store.facts(0, 100)]
    assert causes == ["tally:2", *[f"tally:{position}" for position in range(2, 7)]]
    heard_fact = talker.store.facts(1, 1)[0].fact
    assert echo.store.facts(1, 1)[0].fact.meta[3] == heard_fact.meta[3], "one correlation all the way"


def test_a_message_of_an_unknown_type_is_passed_over(echo: Service, talker: Service) -> None:
    class Newer:
        source = "tally"

        def messages(self, after: int, limit: int = 500) -> Page:
            page = talker.messages(after, limit)
            return Page([replace(envelope, type="agora.tally.new.v1") for envelope in page.messages], page.through)

    echo.hear([Newer()])
    settle(echo)
    assert (echo.intakes[0].position, count_of(echo)) == (6, 0)


def test_of_two_readers_of_one_source_one_has_the_effect(echo: Service, talker: Service) -> None:
    """Whoever comes second finds the position stored, and goes on from there."""
    echo.hear([talker, talker])
    first, second = echo.intakes
    for _ in range(5):
        first.step()
        second.step()
    assert (count_of(echo), first.position, second.position) == (5, 6, 6)


@pytest.mark.parametrize("is_off", [False, True])
def test_of_two_readers_whose_pages_overlap_one_has_each_effect(
    echo: Service, talker: Service, monkeypatch: pytest.MonkeyPatch, is_off: bool
) -> None:
    """For a moment two workers may read at once: the one that began earlier would store its page on top."""
    if is_off:
        monkeypatch.setattr(Reacting, "_refuse_moved", lambda *_: None)
    echo.hear([talker, talker])
    first, second = echo.intakes
    page = talker.messages(0, 5)
    second.step()
    monkeypatch.setattr(first.source, "messages", lambda *_: page)
    first.step()
    assert count_of(echo) == (5 if is_off else 4)


def test_without_the_stored_position_both_would_have_it(
    echo: Service, talker: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_append, "_store_tracking", lambda writer, tracking: None)
    echo.hear([talker, talker])
    for reader in echo.intakes:
        reader.step()
    assert count_of(echo) == 2


def test_who_only_reacts_is_as_far_as_its_reactions(tmp_path: Path, talker: Service) -> None:
    deaf = replace(neighbours.echo, projections=[])
    with opened(tmp_path / "deaf", deaf) as service:
        react = {kind: service._reaction(reaction) for kind, reaction in deaf.reactions.items()}
        now, progress = service.clock.now, service.progress
        service.intakes = [Intake(service.name, talker, service.views, service.executor, react, progress, now)]
        settle(service)
        assert service.progress.reached("tally") == 6


class HeardBesideView(Projection):
    """A view that came later: every position it heard of."""

    name, hears, metadata = "heard_beside", frozenset({"tally"}), MetaData()
    table = Table("heard_beside_v1", metadata, Column("position", Integer, primary_key=True))

    @when(PersonCounted)
    def told(self, connection: Connection, message: PersonCounted, place: Place) -> None:
        connection.execute(self.table.insert().values(position=place.position))


def test_a_view_that_came_later_hears_everything_and_nothing_else_happens_again(
    echo: Service, talker: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page then holds what the older view and the reactions have seen and what they have not."""
    for _ in range(2):
        echo.intakes[0].step()
    assert (echo.recorder.tracked("tally"), times_heard(echo)) == (4, [(3, 4)])
    echo.stop()
    monkeypatch.setattr(intake, "BATCH", 500)
    later = replace(neighbours.echo, projections=[neighbours.HeardView, HeardBesideView])
    with opened(tmp_path / "echo", later) as service:
        service.hear([talker])
        assert service.intakes[0].position == 0
        assert service.intakes[0].step() == 6
        assert (count_of(service), times_heard(service)) == (5, [(5, 6)])
        with service.views.reading() as connection:
            positions = connection.execute(select(HeardBesideView.table.c.position)).scalars().all()
        assert positions == [2, 3, 4, 5, 6]


def test_hears_only_those_that_a_view_or_a_reaction_is_about(tmp_path: Path, talker: Service) -> None:
    with opened(tmp_path / "deaf", replace(neighbours.echo, projections=[], reactions={})) as service:
        service.hear([talker])
        assert (service.intakes, service.sources) == ([], ["echo"])
