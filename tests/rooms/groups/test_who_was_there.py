"""Who was there as of a moment: what the facts before it come to when they are played again, and no more than that."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select

from services.groups.domain.refusals import NotLeader
from services.groups.projections.audience import AudienceView, batches
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.refusals import Malformed

from .rooms import MEMBER, NOON, OPERATOR, OWNER, Rooms
from .test_audience import come, person

A_MOMENT = timedelta(microseconds=1)


def of_members(rooms: Rooms, group_id: UUID) -> list[Fact]:
    """The facts of a group, as they are stored."""
    return [one.fact for one in rooms.service.store.facts(0, 10_000) if one.fact.originator_id == group_id]


def played_again(facts: list[Fact], group_id: UUID, moment: datetime) -> int:
    """How many are told of by a view that knows nothing but what had happened before a moment."""
    engine, view = create_engine("sqlite://"), AudienceView()
    view.metadata.create_all(engine)
    before = sorted((fact for fact in facts if fact.effective_at < moment), key=lambda fact: fact.effective_at)
    with engine.begin() as connection:
        for position, fact in enumerate(before, 1):
            view.project(connection, fact, Place("groups", position, fact.recorded_at, fact.effective_at))
        told = batches.told_of(str(group_id)).subquery()
        return int(connection.execute(select(func.count()).select_from(told)).scalar_one())


def told_then(rooms: Rooms, group_id: UUID, moment: datetime) -> int | None:
    seen = rooms.ask("audience", OWNER, group_id=group_id, as_of=moment.isoformat())
    assert (seen["by"], seen["as_of"]) == ([], moment.isoformat())
    assert seen["withheld"] == ("too_few" if seen["count"] is None else "of_then")
    return None if seen["count"] is None else int(seen["count"])


def a_life(rooms: Rooms) -> UUID:
    """Twelve come, one by one; some go, one of them comes back; three are recorded who had come before all of them."""
    group_id = rooms.found()
    for number in range(12):
        rooms.pass_time(minutes=1)
        rooms.do("record_member", OPERATOR, group_id=group_id, person_id=person(number), happened_at=rooms.clock.at)
    for number in (1, 2, 3, 7):
        rooms.pass_time(minutes=1)
        rooms.do("leave", person(number), group_id=group_id)
    rooms.pass_time(minutes=1)
    rooms.do("record_member", OPERATOR, group_id=group_id, person_id=person(2), happened_at=rooms.clock.at)
    for number in range(20, 23):
        rooms.do("record_member", OPERATOR, group_id=group_id, person_id=person(number), happened_at=NOON + A_MOMENT)
    return group_id


def test_at_every_moment_it_is_what_the_facts_before_it_come_to(rooms: Rooms) -> None:
    group_id = a_life(rooms)
    facts = of_members(rooms, group_id)
    seen = set()
    for at in sorted({fact.effective_at for fact in facts}):
        for moment in (at, at + A_MOMENT):
            count = told_then(rooms, group_id, moment)
            again = played_again(facts, group_id, moment)
            assert count == (again if again >= 5 else None), moment
            seen.add(count)
    assert len(seen) > 3, seen


def test_what_happened_later_changes_nothing_of_then(rooms: Rooms) -> None:
    group_id = rooms.found()
    come(rooms, group_id, *map(person, range(9)))
    then = rooms.clock.at + A_MOMENT
    assert told_then(rooms, group_id, then) == rooms.ask("audience", OWNER, group_id=group_id)["count"] == 10
    rooms.pass_time(days=1)
    for number in range(9):
        rooms.do("leave", person(number), group_id=group_id)
    assert told_then(rooms, group_id, then) == 10
    assert told_then(rooms, group_id, NOON) is None, "nobody was there before it was founded"


def test_of_a_moment_too_who_leads_asks_and_nobody_else(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    refused = rooms.refusal("audience", MEMBER, group_id=group_id, as_of=NOON.isoformat())
    assert isinstance(refused, NotLeader)
    with pytest.raises(Malformed):
        rooms.ask("audience", OWNER, group_id=group_id, as_of="2018-01-01")
