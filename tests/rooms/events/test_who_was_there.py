"""Who had registered and come as of a moment: what the facts before it come to when they are played again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine

from services.contracts.floor import told
from services.events.domain import registration_facts
from services.events.domain.refusals import NoSuchGathering
from services.events.projections.registrations import RegistrationsView
from services.events.queries.attendance import _counted
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place

from .hall import ANNA, BORIS, GROUP, Hall, crowd

A_MOMENT = timedelta(microseconds=1)
SCANS = (registration_facts.CheckedIn, registration_facts.ScanKept)


def happened_at(fact: Fact) -> datetime:
    """A scan at the time of its device, whenever that told of it."""
    return fact.at if isinstance(fact, SCANS) else fact.effective_at


def of_registrations(hall: Hall) -> list[Fact]:
    return [fact for fact in hall.facts if type(fact).__qualname__.startswith("Registration.")]


def played_again(facts: list[Fact], gathering_id: str, moment: datetime) -> tuple[int, int]:
    """How many registered and came, to a view that knows nothing but what had happened before a moment."""
    engine, view = create_engine("sqlite://"), RegistrationsView()
    view.metadata.create_all(engine)
    before = sorted((fact for fact in facts if happened_at(fact) < moment), key=happened_at)
    with engine.begin() as connection:
        for position, fact in enumerate(before, 1):
            view.project(connection, fact, Place("events", position, fact.recorded_at, fact.effective_at))
        return _counted(connection, [gathering_id]).get(gathering_id, (0, 0))


def an_evening(hall: Hall) -> str:
    """Twelve register one by one, two of them give it back, one of these comes anew; then they arrive, and devices that
    were offline tell of some of them the day after."""
    gathering_id = hall.announced(capacity=20)
    held = {}
    for person_id in crowd(12):
        hall.pass_time(minutes=1)
        held[person_id] = hall.comes(gathering_id, person_id)
    for person_id in crowd(2):
        hall.pass_time(minutes=1)
        hall.do("give_back", person_id, registration_id=held[person_id])
    hall.pass_time(minutes=1)
    held[crowd(1)[0]] = hall.comes(gathering_id, crowd(1)[0])
    hall.pass_time(days=1)
    late = []
    for number, person_id in enumerate(crowd(12)):
        if person_id == crowd(2)[1]:
            continue
        hall.pass_time(minutes=1)
        scan = {"code": hall.code(held[person_id]), "at": hall.clock.at}
        if number % 2:
            late.append(scan)
        else:
            hall.do("check_in", ANNA, gathering_id=gathering_id, device_id="door-1", code=scan["code"])
    hall.pass_time(days=1)
    hall.do("merge_check_ins", ANNA, gathering_id=gathering_id, device_id="door-2", scans=late)
    return gathering_id


def test_at_every_moment_it_is_what_the_facts_before_it_come_to(hall: Hall) -> None:
    gathering_id = an_evening(hall)
    facts, seen = of_registrations(hall), set()
    for at in sorted({happened_at(fact) for fact in facts}):
        for moment in (at, at + A_MOMENT):
            one = hall.ask("attendance", BORIS, gathering_id=gathering_id, as_of=moment.isoformat())
            registered, came = played_again(facts, gathering_id, moment)
            expected = told(registered), told(came, *([registered] if told(registered) else []))
            assert (one["registered"], one["came"]) == expected, moment
            page = hall.ask("attendance_of_group", BORIS, group_id=GROUP, as_of=moment.isoformat())
            assert page["items"] == [one]
            seen.add(expected)
    assert {(None, None), (12, None), (11, 5), (11, 11)} <= seen
    now = hall.ask("attendance", BORIS, gathering_id=gathering_id)
    then = hall.ask("attendance", BORIS, gathering_id=gathering_id, as_of=(hall.clock.at + A_MOMENT).isoformat())
    assert then | {"as_of": None} == now


def test_a_gathering_is_told_of_as_it_stood(hall: Hall) -> None:
    before = hall.clock.at
    gathering_id = hall.announced()
    announced = hall.ask("attendance", BORIS, gathering_id=gathering_id)
    hall.pass_time(hours=1)
    hall.do("cancel_gathering", ANNA, gathering_id=gathering_id, reason="Storm")
    assert hall.ask("attendance", BORIS, gathering_id=gathering_id)["state"] == "cancelled"
    then = hall.ask("attendance", BORIS, gathering_id=gathering_id, as_of=hall.clock.at.isoformat())
    assert then | {"as_of": None} == announced
    with pytest.raises(NoSuchGathering):
        hall.ask("attendance", BORIS, gathering_id=gathering_id, as_of=before.isoformat())
    assert hall.ask("attendance_of_group", BORIS, group_id=GROUP, as_of=before.isoformat())["items"] == []
