"""Calendar files that other programs read: RFC 5545, with the time zone, a UID for ever and a SEQUENCE that rises."""

import asyncio
import threading
from datetime import UTC, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from starlette.requests import Request

from services.events.calendars import _zone, calendar_of
from services.kernel.doors.operation import Actor

from .hall import ANNA, DORA, GROUP, NOON, NOWHERE, Hall


def read(hall: Hall, gathering_id: str) -> Any:
    """The one entry, as another program reads it."""
    (entry,) = Calendar.from_ical(calendar_of([hall.gathering(gathering_id)])).events
    return entry


def asked(hall: Hall, name: str, **path: str) -> Any:
    """The answer to who asks for a file, to be waited for."""
    operation = hall.service.by_name[name]
    return operation.does(hall.service, Request({"type": "http", "path_params": path}), Actor())


def subscribed(hall: Hall) -> Any:
    """The calendar of the group, as another program reads it."""
    hall.settle()
    response = hall.runner.run(asked(hall, "group_calendar", group_id=str(GROUP)))
    return Calendar.from_ical(response.body)


def test_an_entry_is_at_the_place_and_time_in_its_own_zone(hall: Hall) -> None:
    gathering_id = hall.announced(
        tags=["fishing"], venue=NOWHERE | {"venue_name": "Lake House", "address": "龙井路1号"}
    )
    entry = read(hall, gathering_id)
    assert entry["UID"] == f"{gathering_id}@agora"
    assert (str(entry["SUMMARY"]), str(entry["LOCATION"])) == ("A morning at the lake", "Lake House, 龙井路1号")
    assert entry["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert entry["DTSTART"].dt.astimezone(UTC) == NOON + timedelta(days=1)
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CONFIRMED", 0)


def test_a_change_raises_the_sequence_and_the_uid_stays(hall: Hall) -> None:
    gathering_id = hall.announced()
    uid, written = read(hall, gathering_id)["UID"], calendar_of([hall.gathering(gathering_id)])
    assert calendar_of([hall.gathering(gathering_id)]) == written, "nothing changed, so nothing is different"
    later = {"starts_at": NOON + timedelta(days=2), "ends_at": NOON + timedelta(days=2, hours=1)}
    hall.do("move_gathering", ANNA, gathering_id=gathering_id, **later)
    hall.do("change_venue", ANNA, gathering_id=gathering_id, venue=NOWHERE | {"venue_name": "Boat House"})
    hall.do("name_door_staff", ANNA, gathering_id=gathering_id, person_id=DORA)
    assert (read(hall, gathering_id)["UID"], read(hall, gathering_id)["SEQUENCE"]) == (uid, 2)
    hall.do("cancel_gathering", ANNA, gathering_id=gathering_id, reason="Storm")
    assert (read(hall, gathering_id)["STATUS"], read(hall, gathering_id)["SEQUENCE"]) == ("CANCELLED", 3)


@pytest.mark.parametrize("ends", ["\r", "\r\n", "\n", "\x0b", "\x85", "\u2028"])
def test_no_words_begin_a_line_of_their_own(hall: Hall, ends: str) -> None:
    """Somebody who writes the end of a line means nothing more than that, also in facts from before it was refused."""
    sly = f"Lake{ends}ATTACH:https://example.org/bad"
    gathering = hall.gathering(hall.announced(tags=["fishing"], venue=NOWHERE | {"venue_name": "Lake House"}))
    gathering.title = gathering.description = gathering.venue["venue_name"] = gathering.tags[0] = sly
    written = calendar_of([gathering])
    (entry,) = Calendar.from_ical(written).events
    assert "ATTACH" not in entry
    assert str(entry["SUMMARY"]) == "Lake\nATTACH:https://example.org/bad"
    assert not [line for line in written.decode().splitlines() if line.startswith("ATTACH")]
    assert written.count(b"\r") == written.count(b"\r\n")


def test_with_words_as_they_came_a_line_is_smuggled_in(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering = hall.gathering(hall.announced())
    gathering.title = "Lake\rATTACH:https://example.org/bad"
    monkeypatch.setattr("services.events.calendars._text", str)
    assert [line for line in calendar_of([gathering]).decode().splitlines() if line.startswith("ATTACH")]


def test_a_feed_has_those_to_come_and_the_latest_that_have_begun(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.events.calendars.MOST_TO_COME", 2)
    monkeypatch.setattr("services.events.calendars.MOST_PAST", 1)
    ids = {}
    for days in (1, 2, 100, 101, 150, 151, 152):
        starts_at = NOON + timedelta(days=days)
        ids[hall.announced(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))] = days
    hall.pass_time(days=120)
    assert sorted(ids[entry["UID"].removesuffix("@agora")] for entry in subscribed(hall).events) == [101, 150, 151]
    hall.pass_time(days=100)
    hall.announced()
    assert sorted(ids.get(entry["UID"].removesuffix("@agora"), 0) for entry in subscribed(hall).events) == [0, 152]
    hall.pass_time(days=200)
    assert subscribed(hall).events == [], "who has not met for so long has an empty one"


def test_a_calendar_is_written_beside_the_event_loop(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is written, others are answered: here the writing waits for the loop."""
    gathering_id, answered = hall.announced(), threading.Event()
    written = calendar_of([hall.gathering(gathering_id)])
    monkeypatch.setattr("services.events.calendars.calendar_of", lambda _: written if answered.wait(5) else b"alone")

    async def both(name: str, **path: str) -> bytes:
        asyncio.get_running_loop().call_later(0.01, answered.set)
        return bytes((await asked(hall, name, **path)).body)

    hall.settle()
    for name, path in (("calendar", {"gathering_id": gathering_id}), ("group_calendar", {"group_id": str(GROUP)})):
        answered.clear()
        assert hall.runner.run(both(name, **path)) == written


def test_the_rules_of_a_zone_are_worked_out_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering = hall.gathering(hall.announced(time_zone="Europe/Tallinn"))
    written = calendar_of([gathering])
    monkeypatch.setattr("services.events.calendars.Timezone.from_tzid", None)
    assert calendar_of([gathering]) == written
    _zone.cache_clear()
    with pytest.raises(TypeError):
        calendar_of([gathering])


def test_where_to_join_it_online_is_not_in_it(hall: Hall) -> None:
    assert b"meet.example.org" not in calendar_of([hall.gathering(hall.announced())])


def test_a_group_is_subscribed_to_as_a_whole(hall: Hall) -> None:
    ids = [hall.announced(time_zone=zone) for zone in ("Asia/Shanghai", "Europe/Berlin")]
    hall.settle()
    feed = subscribed(hall)
    assert {entry["UID"] for entry in feed.events} == {f"{one}@agora" for one in ids}
    assert {str(zone["TZID"]) for zone in feed.timezones} == {"Asia/Shanghai", "Europe/Berlin"}
