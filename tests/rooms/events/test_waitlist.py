"""Seats that become free go to those who wait, in their order, and everybody on the list can see why."""

from typing import Any

import pytest

from services.events.application.seating import Seating
from services.events.domain import Seats
from services.events.domain.refusals import (
    NotOrganiser,
    NotWaiting,
    PositionNotUsable,
    ReasonMissing,
    SeatsTaken,
    WaitlistForThoseWaiting,
    WaitlistFull,
)

from .hall import ANNA, BORIS, CHEN, DORA, ELSE, Hall, crowd


def steps(hall: Hall, gathering_id: str, *names: str) -> list[tuple[Any, ...]]:
    """What the last on the list is told of every step."""
    told = hall.ask("waitlist", ANNA, gathering_id=gathering_id)["steps"]
    return [tuple(step[name] for name in names) for step in told]


def test_who_finds_no_seat_waits_and_gets_the_next_one_that_is_given_back(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=1)
    first, second, third = (hall.comes(gathering_id, person) for person in (BORIS, CHEN, DORA))
    assert hall.states(first, second, third) == ["ticketed", "waiting", "waiting"]
    hall.do("give_back", BORIS, registration_id=first)
    assert hall.states(first, second, third) == ["given_back", "ticketed", "waiting"]
    assert steps(hall, gathering_id, "what", "number", "why") == [
        ("joined", 1, None), ("joined", 2, None), ("moved", 1, "given_back")
    ]  # fmt: skip


def test_a_party_that_does_not_fit_is_passed_over_and_keeps_its_place(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=2, most_seats=2)
    one, other = hall.comes(gathering_id, BORIS), hall.comes(gathering_id, CHEN)
    pair, single = hall.comes(gathering_id, DORA, 2), hall.comes(gathering_id, ELSE)
    hall.do("give_back", BORIS, registration_id=one)
    assert hall.states(pair, single) == ["waiting", "ticketed"]
    moved = steps(hall, gathering_id, "what", "number", "seats", "free", "why", "passed_over")[-1]
    assert moved == ("moved", 2, 1, 1, "given_back", [1])
    hall.do("give_back", CHEN, registration_id=other)
    hall.do("give_back", ELSE, registration_id=single)
    assert hall.states(pair) == ["ticketed"]


def test_a_newcomer_never_overtakes_somebody_whom_the_free_seats_would_have_sufficed(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=2, most_seats=2)
    hall.comes(gathering_id, BORIS)
    pair = hall.comes(gathering_id, CHEN, 2)
    assert hall.states(pair, hall.comes(gathering_id, DORA)) == ["waiting", "ticketed"]
    told = hall.ask("waitlist", CHEN, gathering_id=gathering_id)
    assert [(step["what"], step["number"], step["why"]) for step in told["steps"]][1:] == [
        ("joined", 2, None), ("moved", 2, "free_seats")
    ]  # fmt: skip


def test_more_seats_go_at_once_to_as_many_as_they_suffice(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=1)
    hall.comes(gathering_id, BORIS)
    waiting = [hall.comes(gathering_id, person) for person in crowd(5)]
    hall.do("change_capacity", ANNA, gathering_id=gathering_id, capacity=4)
    assert hall.states(*waiting) == ["ticketed"] * 3 + ["waiting"] * 2
    assert hall.ask("gathering", BORIS, gathering_id=gathering_id)["seats_left"] == 0
    with pytest.raises(SeatsTaken, match="4 seats are taken"):
        hall.do("change_capacity", ANNA, gathering_id=gathering_id, capacity=3)


def test_who_waits_sees_place_number_and_every_step_and_nobodys_name(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=1)
    ids = [hall.comes(gathering_id, person) for person in (BORIS, CHEN, DORA)]
    told = hall.ask("waitlist", DORA, gathering_id=gathering_id)
    assert (told["length"], told["your_position"], told["your_number"], told["waiting"]) == (2, 2, 2, None)
    assert not [one for one in (*ids, BORIS, CHEN, DORA) if str(one) in str(told)]
    assert [one["registration_id"] for one in hall.ask("waitlist", ANNA, gathering_id=gathering_id)["waiting"]] == ids[
        1:
    ]
    with pytest.raises(WaitlistForThoseWaiting):
        hall.ask("waitlist", ELSE, gathering_id=gathering_id)


def test_a_move_by_hand_needs_a_reason_and_everybody_waiting_reads_it(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=1)
    first, second, third = (hall.comes(gathering_id, person) for person in (BORIS, DORA, ELSE))
    move = {"gathering_id": gathering_id, "registration_id": third, "position": 1, "reason": "Brings the boat"}
    with pytest.raises(NotOrganiser):
        hall.do("move_waiting", BORIS, **move)
    with pytest.raises(PositionNotUsable, match="1 to 2"):
        hall.do("move_waiting", ANNA, **(move | {"position": 3}))
    with pytest.raises(NotWaiting):
        hall.do("move_waiting", ANNA, **(move | {"registration_id": first}))
    with pytest.raises(ReasonMissing):
        hall.do("move_waiting", ANNA, **(move | {"position": 2, "reason": " "}))
    hall.do("move_waiting", ANNA, **move)
    step = hall.ask("waitlist", DORA, gathering_id=gathering_id)["steps"][-1]
    assert (step["what"], step["number"], step["position"], step["reason"]) == ("reordered", 2, 1, "Brings the boat")
    hall.do("give_back", BORIS, registration_id=first)
    assert hall.states(second, third) == ["waiting", "ticketed"]


def test_who_leaves_the_waitlist_is_a_step_too(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=1)
    hall.comes(gathering_id, BORIS)
    hall.do("give_back", CHEN, registration_id=hall.comes(gathering_id, CHEN))
    assert steps(hall, gathering_id, "what", "number") == [("joined", 1), ("left", 1)]
    assert hall.seats(gathering_id).waiting == []


def test_nobody_moves_once_it_has_begun(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=1)
    hall.pass_time(hours=23, minutes=50)
    held, waiting = hall.comes(gathering_id, BORIS), hall.comes(gathering_id, CHEN)
    hall.pass_time(minutes=20)
    assert hall.states(held, waiting) == ["expired", "waiting"]


def test_a_waitlist_has_an_end(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.events.domain.seats.MOST_WAITING", 1)
    gathering_id = hall.announced(capacity=1)
    hall.comes(gathering_id, BORIS)
    hall.comes(gathering_id, CHEN)
    with pytest.raises(WaitlistFull):
        hall.comes(gathering_id, DORA)


def seats_free_for_a_moment(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody waits, and a seat is free: as between the two when a move is yet to come."""
    gathering_id = hall.announced(capacity=1)
    first = hall.comes(gathering_id, BORIS)
    waiting = hall.comes(gathering_id, CHEN)
    with monkeypatch.context() as patched:
        patched.setattr(Seating, "fill", lambda *_: None)
        hall.do("give_back", BORIS, registration_id=first)
    assert hall.states(waiting) == ["waiting"]
    return gathering_id


def test_a_newcomer_waits_behind_others_even_while_a_seat_is_free(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = seats_free_for_a_moment(hall, monkeypatch)
    assert hall.states(hall.comes(gathering_id, DORA)) == ["waiting"]


def test_without_the_guard_a_newcomer_overtakes(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = seats_free_for_a_moment(hall, monkeypatch)
    monkeypatch.setattr(Seats, "takes_newcomers", Seats.has)
    assert hall.states(hall.comes(gathering_id, DORA)) == ["ticketed"]
