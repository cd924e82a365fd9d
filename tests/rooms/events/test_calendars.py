"""Calendar files that other programs read: RFC 5545, with the time zone, a UID for ever and a SEQUENCE that rises."""

from datetime import UTC, timedelta
from typing import Any

from icalendar import Calendar
from starlette.requests import Request

from services.events.calendars import calendar_of
from services.kernel.doors.operation import Actor

from .hall import ANNA, DORA, GROUP, NOON, NOWHERE, Hall


def read(hall: Hall, gathering_id: str) -> Any:
    """The one entry, as another program reads it."""
    (entry,) = Calendar.from_ical(calendar_of([hall.gathering(gathering_id)])).events
    return entry


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


def test_where_to_join_it_online_is_not_in_it(hall: Hall) -> None:
    assert b"meet.example.org" not in calendar_of([hall.gathering(hall.announced())])


def test_a_group_is_subscribed_to_as_a_whole(hall: Hall) -> None:
    ids = [hall.announced(time_zone=zone) for zone in ("Asia/Shanghai", "Europe/Berlin")]
    hall.settle()
    operation = hall.service.by_name["group_calendar"]
    request = Request({"type": "http", "path_params": {"group_id": str(GROUP)}})
    response = hall.runner.run(operation.does(hall.service, request, Actor()))
    feed = Calendar.from_ical(response.body)
    assert {entry["UID"] for entry in feed.events} == {f"{one}@agora" for one in ids}
    assert {str(zone["TZID"]) for zone in feed.timezones} == {"Asia/Shanghai", "Europe/Berlin"}
