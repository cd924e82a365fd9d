"""Gatherings as calendar files (RFC 5545), for the calendars that people have already."""

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from services.events.domain import Gathering, refusals
from services.events.projections.gatherings import gatherings
from services.events.queries.reading import require_group
from services.kernel.domain import FORGOTTEN
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service

MOST_IN_FEED = 500
MEDIA = "text/calendar"


def calendar_of(told: Iterable[Gathering]) -> bytes:
    """One calendar. An entry keeps its UID for ever; a change raises its SEQUENCE, so that calendars take it over.

    Where to join it from elsewhere is not in it: that is for those with a ticket.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Agora//Gatherings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for gathering in told:
        calendar.add_component(_entry(gathering))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


async def calendar(service: Service, request: Request, _actor: Actor) -> Response:
    """One gathering. Raises NoSuchGathering."""
    asked = forms.load(service.by_name["calendar"], request.path_params, {})
    gathering = service.store.load(Gathering, asked["gathering_id"])
    if gathering is None:
        raise refusals.NoSuchGathering()
    return _file([gathering])


async def group_calendar(service: Service, request: Request, _actor: Actor) -> Response:
    """All gatherings of a group, to subscribe to: the latest 500 of them. Raises NoSuchGroup."""
    rows, asked = gatherings, forms.load(service.by_name["group_calendar"], request.path_params, {})
    found = select(rows.c.gathering_id).where(rows.c.group_id == str(asked["group_id"]))
    with service.views.reading() as connection:
        require_group(connection, asked["group_id"])
        ids = connection.execute(found.order_by(rows.c.starts_at.desc()).limit(MOST_IN_FEED)).scalars().all()
    loaded = (service.store.load(Gathering, UUID(one)) for one in ids)
    return _file(one for one in loaded if one is not None)


def _file(told: Iterable[Gathering]) -> Response:
    """As a file that calendars know; what is in it is UTF-8 whatever is said (RFC 5545, 3.1.4)."""
    return Response(calendar_of(told), headers={"Content-Type": MEDIA})


def _entry(gathering: Gathering) -> Entry:
    zone, entry = ZoneInfo(gathering.time_zone), Entry()
    entry.add("uid", f"{gathering.id}@agora")
    entry.add("dtstamp", gathering.modified_on)  # the same as long as nothing changes
    entry.add("sequence", gathering.sequence)
    entry.add("dtstart", gathering.starts_at.astimezone(zone))
    if gathering.ends_at > gathering.starts_at:
        entry.add("dtend", gathering.ends_at.astimezone(zone))
    entry.add("summary", str(gathering.title))
    entry.add("status", "CANCELLED" if gathering.is_cancelled else "CONFIRMED")
    if gathering.description:
        entry.add("description", gathering.description)
    venue = gathering.venue
    if place := ", ".join(part for part in (venue["venue_name"], venue["address"]) if part):
        entry.add("location", place)
    if venue["latitude"] is not None and venue["latitude"] is not FORGOTTEN:
        entry.add("geo", (venue["latitude"], venue["longitude"]))
    if gathering.tags:
        entry.add("categories", gathering.tags)
    return entry
