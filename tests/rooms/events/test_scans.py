"""What devices admitted while offline: both truths are kept, few of them, and none from before the doors opened."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.events.domain import Registration
from services.events.domain.registration import MOST_SCANS_KEPT
from services.events.schemas.commands import MOST_SCANS

from .entrance import enters, merged, opened
from .hall import ANNA, BORIS, DORA, Hall


def test_devices_that_were_offline_agree_in_whatever_order_they_come_back(hall: Hall) -> None:
    """Three devices admitted one ticket; the earliest by their clocks is the check-in, however it is told."""
    told: set[tuple[Any, ...]] = set()
    for order in permutations(range(3)):
        gathering_id = opened(hall)
        registration_id = hall.comes(gathering_id, BORIS)
        code, begin = hall.code(registration_id), hall.clock.at
        for device in order:
            merged(hall, gathering_id, f"door-{device}", (code, begin - timedelta(minutes=device)))
        registration = hall.registration(registration_id)
        first = registration.check_in
        assert first is not None
        row = hall.ask("attendees", ANNA, gathering_id=gathering_id)["items"][0]
        assert (row["checked_in_at"], row["device_id"]) == (first["at"], first["device_id"])
        told.add((first["device_id"], row["duplicates"], *(one["device_id"] for one in registration.scans)))
    assert told == {("door-2", 2, "door-2", "door-1", "door-0")}


def test_what_a_device_admitted_and_what_was_known_here_are_both_kept(hall: Hall) -> None:
    gathering_id = opened(hall)
    ended, used = hall.comes(gathering_id, BORIS), hall.comes(gathering_id, DORA)
    codes = [hall.code(ended), hall.code(used)]
    hall.do("give_back", BORIS, registration_id=ended)
    enters(hall, gathering_id, codes[1])
    told = merged(hall, gathering_id, "door-2", *((code, hall.clock.at + timedelta(minutes=1)) for code in codes))
    assert [(one["outcome"], one["reason"]) for one in told] == [("refused", "given_back"), ("duplicate", None)]
    assert hall.registration(ended).refused_scans == [
        {"device_id": "door-2", "at": (hall.clock.at + timedelta(minutes=1)).isoformat(), "was_offline": True}
    ]
    before = len(hall.facts)
    merged(hall, gathering_id, "door-2", *((code, hall.clock.at + timedelta(minutes=1)) for code in codes))
    assert len(hall.facts) == before, "handed in again, nothing is recorded again"


def test_a_scan_of_a_time_that_has_not_come_is_told_and_not_kept(hall: Hall) -> None:
    gathering_id = opened(hall)
    code = hall.code(hall.comes(gathering_id, BORIS))
    told = merged(hall, gathering_id, "door-1", (code, hall.clock.at + timedelta(hours=1)))
    assert [(one["outcome"], one["reason"]) for one in told] == [("refused", "in_the_future")]


def test_many_scans_of_one_ticket_leave_few_facts_and_the_earliest_decides(hall: Hall) -> None:
    gathering_id = opened(hall)
    registration_id = hall.comes(gathering_id, BORIS)
    code, before = hall.code(registration_id), len(hall.facts)
    scans = [(code, hall.clock.at - timedelta(seconds=number)) for number in range(MOST_SCANS)]
    told = merged(hall, gathering_id, "door-1", *scans)
    assert len(hall.facts) == before + MOST_SCANS_KEPT
    assert [one["outcome"] for one in told] == ["duplicate"] * (MOST_SCANS - 1) + ["checked_in"]
    assert {one["checked_in_at"] for one in told} == {scans[-1][1].isoformat()}
    later = merged(hall, gathering_id, "door-2", *scans)
    assert {one["outcome"] for one in later} == {"duplicate"}
    assert len(hall.facts) == before + MOST_SCANS_KEPT, "and nothing more, however often"


def test_many_scans_of_what_is_no_ticket_leave_few_facts(hall: Hall) -> None:
    gathering_id = opened(hall)
    ended = hall.comes(gathering_id, BORIS)
    code = hall.code(ended)
    hall.do("give_back", BORIS, registration_id=ended)
    before = len(hall.facts)
    told = merged(hall, gathering_id, "door-1", *((code, hall.clock.at - timedelta(seconds=one)) for one in range(50)))
    assert {(one["outcome"], one["reason"]) for one in told} == {("refused", "given_back")}
    assert len(hall.facts) == before + MOST_SCANS_KEPT


def test_without_the_guard_every_scan_is_kept(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = opened(hall)
    code, before = hall.code(hall.comes(gathering_id, BORIS)), len(hall.facts)
    monkeypatch.setattr(Registration, "_is_full", lambda *_: False)
    merged(hall, gathering_id, "door-1", *((code, hall.clock.at - timedelta(seconds=one)) for one in range(50)))
    assert len(hall.facts) == before + 50


def test_nobody_came_before_the_doors_opened_whatever_a_device_tells(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=9)
    opens_at = hall.gathering(gathering_id).starts_at - timedelta(hours=12)
    registration_id = hall.comes(gathering_id, BORIS)
    code, early = hall.code(registration_id), hall.clock.at
    told = merged(hall, gathering_id, "door-1", (code, early))
    assert [(one["outcome"], one["reason"]) for one in told] == [("refused", "doors_closed")]
    assert [one["at"] for one in hall.registration(registration_id).refused_scans] == [early.isoformat()]
    assert hall.said("checked_in") == []
    hall.pass_time(hours=20)
    scans = ((code, opens_at - timedelta(seconds=1)), (code, opens_at))
    told = merged(hall, gathering_id, "door-1", *scans)
    assert [one["outcome"] for one in told] == ["refused", "checked_in"]


def test_without_the_guard_somebody_came_a_day_before(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = hall.announced()
    code = hall.code(hall.comes(gathering_id, BORIS))
    monkeypatch.setattr("services.events.application.doors._is_open", lambda *_: True)
    assert merged(hall, gathering_id, "door-1", (code, hall.clock.at))[0]["outcome"] == "checked_in"
