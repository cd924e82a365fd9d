"""Many at once: seats and tickets come out exactly, and the guards that see to it were seen to be needed."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from services.events.domain import Registration, Seats

from .hall import ANNA, BORIS, Hall, crowd


def rush(hall: Hall, gathering_id: str, many: int) -> list[Any]:
    """So many people register at the same moment."""

    async def all_of_them() -> list[Any]:
        asked = [hall.doing("register", person, gathering_id=gathering_id, seats=1) for person in crowd(many)]
        return await asyncio.gather(*asked, return_exceptions=True)

    return hall.runner.run(all_of_them())


@pytest.mark.parametrize(("capacity", "state"), [(1, "held"), (50, "held")])
def test_of_200_at_once_exactly_as_many_get_seats_as_there_are_and_the_others_wait(
    hall: Hall, capacity: int, state: str
) -> None:
    gathering_id = hall.paid_gathering(capacity=capacity)
    outcomes = rush(hall, gathering_id, 200)
    assert Counter(one["state"] for one in outcomes) == {state: capacity, "waiting": 200 - capacity}
    places = [one["position_on_waitlist"] for one in outcomes if one["state"] == "waiting"]
    assert sorted(places) == list(range(1, 201 - capacity))
    assert hall.seats(gathering_id).taken == capacity


def test_without_the_guard_of_the_seats_more_come_than_there_are(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = hall.announced(capacity=50)
    monkeypatch.setattr(Seats, "has", lambda self, seats: True)
    rush(hall, gathering_id, 200)
    assert hall.seats(gathering_id).free == -150


def doors(hall: Hall, many: int) -> list[dict[str, Any]]:
    """One code at so many doors at the same moment."""
    gathering_id = hall.announced()
    registration_id = hall.comes(gathering_id, BORIS)
    hall.pass_time(hours=20)
    code = hall.code(registration_id)

    async def all_of_them() -> list[Any]:
        devices = [f"door-{number}" for number in range(many)]
        asked = [
            hall.doing("check_in", ANNA, gathering_id=gathering_id, code=code, device_id=device) for device in devices
        ]
        return await asyncio.gather(*asked)

    return hall.runner.run(all_of_them())


def test_one_code_at_many_doors_at_once_is_checked_in_once(hall: Hall) -> None:
    told = doors(hall, 20)
    assert len(hall.said("checked_in")) == 1
    assert Counter(one["outcome"] for one in told) == {"checked_in": 1, "duplicate": 19}


def test_without_the_guard_one_code_opens_every_door(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registration, "_is_first", lambda _: True)
    doors(hall, 20)
    assert len(hall.said("checked_in")) == 20


def test_all_who_give_back_at_once_let_as_many_in(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=20)
    registered = rush(hall, gathering_id, 60)

    async def all_of_them() -> list[Any]:
        people = crowd(20)
        asked = [
            hall.doing("give_back", person, registration_id=one["registration_id"])
            for person, one in zip(people, registered, strict=False)
        ]
        return await asyncio.gather(*asked)

    hall.runner.run(all_of_them())
    assert hall.seats(gathering_id).taken == 20
    assert hall.states(*(one["registration_id"] for one in registered)) == (
        ["given_back"] * 20 + ["ticketed"] * 20 + ["waiting"] * 20
    )
