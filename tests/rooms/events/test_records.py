"""What an operator records of elsewhere: the same again changes nothing, answers change with their times."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.events.domain.refusals import NoSeatsLeft, RecordedOtherwise

from .hall import ANNA, BORIS, DORA, GROUP, NOON, OPERATOR, Hall

GATHERING = UUID(int=0x6A)
THEN = NOON - timedelta(days=900)


def recorded(hall: Hall, **changes: Any) -> str:
    """A gathering of elsewhere, of which hardly anything is known."""
    fields = {
        "gathering_id": GATHERING, "group_id": GROUP, "organiser_id": ANNA, "title": "Low light photography",
        "starts_at": THEN, "time_zone": "UTC", "happened_at": THEN - timedelta(days=9),
    }  # fmt: skip
    return str(hall.do("record_gathering", OPERATOR, **(fields | changes))["gathering_id"])


def answered(hall: Hall, answer: str, at: datetime, guests: int = 0, person_id: UUID = BORIS) -> dict[str, Any]:
    """Somebody's answer."""
    fields = {"gathering_id": GATHERING, "person_id": person_id, "answer": answer, "guests": guests}
    return hall.do("record_registration", OPERATOR, **fields, happened_at=at)


def test_a_gathering_of_elsewhere_needs_neither_venue_nor_end_nor_number_of_seats(hall: Hall) -> None:
    recorded(hall)
    before = len(hall.facts)
    recorded(hall)
    assert len(hall.facts) == before
    seen = hall.ask("gathering", BORIS, gathering_id=GATHERING)
    assert (seen["capacity"], seen["seats_left"], seen["venue_name"]) == (None, None, None)
    assert (seen["ends_at"], seen["announced_at"]) == (seen["starts_at"], (THEN - timedelta(days=9)).isoformat())
    for other in ({"title": "Star trails"}, {"starts_at": NOON}, {"organiser_id": DORA}):
        with pytest.raises(RecordedOtherwise):
            recorded(hall, **other)


def test_a_changed_answer_takes_the_place_of_the_one_before(hall: Hall) -> None:
    recorded(hall)
    answered(hall, "yes", THEN, guests=2)
    assert hall.seats(str(GATHERING)).taken == 3
    answered(hall, "yes", THEN + timedelta(hours=1), guests=4)
    assert hall.seats(str(GATHERING)).taken == 5
    answered(hall, "no", THEN + timedelta(hours=2))
    assert hall.seats(str(GATHERING)).taken == 0
    last = answered(hall, "yes", THEN + timedelta(hours=3))
    assert (last["state"], hall.seats(str(GATHERING)).taken) == ("ticketed", 1)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_repeated_answer_changes_nothing_but_how_late_it_was_said(hall: Hall, answer: str) -> None:
    recorded(hall)
    first = answered(hall, answer, THEN)
    before = len(hall.facts)
    assert answered(hall, answer, THEN) | {"position": 0} == first | {"position": 0}
    assert len(hall.facts) == before
    assert answered(hall, answer, THEN + timedelta(hours=1))["registration_id"] == first["registration_id"]
    assert answered(hall, "no", THEN + timedelta(minutes=30))["state"] == first["state"]
    assert [type(fact).__name__ for fact in hall.facts[before:]] == ["AnswerRepeated"]


def test_who_only_said_no_is_kept_and_told_to_nobody(hall: Hall) -> None:
    recorded(hall)
    told = answered(hall, "no", THEN)
    assert hall.states(told["registration_id"]) == ["declined"]
    assert hall.said("registration_ended", "ticket_issued") == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_answer_counts_in_whatever_order_they_are_recorded(hall: Hall, order: tuple[int, ...]) -> None:
    recorded(hall)
    for number in order:
        answered(hall, ("yes", "no", "yes")[number], THEN + timedelta(hours=number), guests=3)
    assert hall.seats(str(GATHERING)).taken == 4


def test_seats_that_were_counted_are_never_exceeded_by_what_is_recorded(hall: Hall) -> None:
    recorded(hall, capacity=2)
    answered(hall, "yes", THEN, guests=1)
    with pytest.raises(NoSeatsLeft):
        answered(hall, "yes", THEN, person_id=DORA)
