"""Refusals of events that are met nowhere else, straight from the decision that says them."""

from pathlib import Path
from uuid import UUID

import pytest

from services.events.application import registering
from services.events.domain import form, refusals
from services.kernel.domain import acting
from tests.rooms.events.hall import ANNA, BORIS, ELSE, Hall
from tests.support.scenario import context
from tests.unit.events.samples import a_gathering, some_seats

NOBODY, FIRST = UUID(int=0xF0), UUID(int=0xA1)


def test_a_gathering_that_nobody_announced_is_not_there(tmp_path: Path) -> None:
    with Hall(tmp_path) as hall:
        with pytest.raises(refusals.NoSuchGathering):
            hall.do("register", ANNA, gathering_id=NOBODY, seats=1)
        with pytest.raises(refusals.NoSuchGathering):
            hall.do("cancel_gathering", ANNA, gathering_id=NOBODY, reason="Storm")
        with pytest.raises(refusals.NoSuchGathering):
            hall.ask("gathering", ANNA, gathering_id=NOBODY)


def test_a_group_that_events_have_not_heard_of_is_not_there(tmp_path: Path) -> None:
    with Hall(tmp_path) as hall, pytest.raises(refusals.NoSuchGroup):
        hall.ask("attendance_of_group", ANNA, group_id=ELSE)


def test_only_somebody_known_stands_at_the_door(tmp_path: Path) -> None:
    with Hall(tmp_path) as hall:
        gathering_id = hall.announced()
        with pytest.raises(refusals.NoSuchPerson):
            hall.do("name_door_staff", ANNA, gathering_id=gathering_id, person_id=NOBODY)


def test_nobody_comes_and_goes_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "MOST_REGISTRATIONS", 2)
    with Hall(tmp_path) as hall:
        gathering_id = hall.announced()
        for _ in range(2):
            hall.do("give_back", BORIS, registration_id=hall.comes(gathering_id, BORIS))
        with pytest.raises(refusals.RegisteredTooOften):
            hall.comes(gathering_id, BORIS)


@pytest.mark.parametrize("capacity", [0, form.CAPACITY[1] + 1])
def test_a_gathering_has_a_number_of_seats_that_can_be_counted(capacity: int) -> None:
    with acting(context()):
        with pytest.raises(refusals.CapacityNotUsable):
            form.check_capacity(capacity)
        with pytest.raises(refusals.CapacityNotUsable):
            some_seats().change_capacity(capacity)


@pytest.mark.parametrize("minutes", [form.HOLD_MINUTES[0] - 1, form.HOLD_MINUTES[1] + 1])
def test_seats_are_kept_for_a_time_that_suffices_and_ends(minutes: int) -> None:
    with acting(context()), pytest.raises(refusals.HoldNotUsable):
        a_gathering(hold_minutes=minutes)


def test_seats_without_number_get_none_afterwards() -> None:
    with acting(context()), pytest.raises(refusals.CapacityUnlimited):
        some_seats(None).change_capacity(5)


def test_a_registration_waits_once() -> None:
    with acting(context()):
        seats = some_seats(1)
        seats.join_waitlist(FIRST, 1)
        with pytest.raises(refusals.AlreadyWaiting):
            seats.join_waitlist(FIRST, 1)
