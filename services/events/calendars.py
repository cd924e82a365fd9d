"""Gatherings as calendar files (RFC 5545), for the calendars that people have already."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone
from icalendar import Event as Entry
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from services.events.domain import Gathering, refusals
from services.events.projections.gatherings import gatherings
from services.events.queries.reading import require_group
from services.kernel.domain import FORGOTTEN
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service

MOST_TO_COME, MOST_PAST, PAST_DAYS = 200, 50, 90
"""How many gatherings a group's calendar has, and how long those stay in it that have begun."""
MOST_ZONES = 256
MEDIA = "text/calendar"
_UNSEEN = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])


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
    for name in sorted(calendar.get_missing_tzids()):
        calendar.add_component(_zone(name))
    written: bytes = calendar.to_ical()
    return written


async def calendar(service: Service, request: Request, _actor: Actor) -> Response:
    """One gathering. Raises NoSuchGathering."""
    asked = forms.load(service.by_name["calendar"], request.path_params, {})
    return await asyncio.to_thread(_of_one, service, asked["gathering_id"])


async def group_calendar(service: Service, request: Request, _actor: Actor) -> Response:
    """A group's gatherings to come and those of the last 90 days, to subscribe to. Raises NoSuchGroup."""
    asked = forms.load(service.by_name["group_calendar"], request.path_params, {})
    return await asyncio.to_thread(_of_group, service, asked["group_id"])


def _of_one(service: Service, gathering_id: UUID) -> Response:
    gathering = service.store.load(Gathering, gathering_id)
    if gathering is None:
        raise refusals.NoSuchGathering()
    return _file([gathering])


def _of_group(service: Service, group_id: UUID) -> Response:
    with service.views.reading() as connection:
        require_group(connection, group_id)
        ids = _shown(connection, group_id, service.clock.now())
    loaded = (service.store.load(Gathering, UUID(one)) for one in ids)
    return _file(one for one in loaded if one is not None)


def _shown(connection: Connection, group_id: UUID, now: datetime) -> list[str]:
    """The next to begin and the latest that have begun, so that neither crowds out the other."""
    at = gatherings.c.starts_at
    mine = select(gatherings.c.gathering_id).where(gatherings.c.group_id == str(group_id))
    since = (now - timedelta(days=PAST_DAYS)).isoformat()
    to_come = mine.where(at >= now.isoformat()).order_by(at).limit(MOST_TO_COME)
    past = mine.where(at < now.isoformat(), at >= since).order_by(at.desc()).limit(MOST_PAST)
    return [one for found in (to_come, past) for one in connection.execute(found).scalars()]


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
    entry.add("summary", _text(gathering.title))
    entry.add("status", "CANCELLED" if gathering.is_cancelled else "CONFIRMED")
    if gathering.description:
        entry.add("description", _text(gathering.description))
    venue = gathering.venue
    if place := ", ".join(part for part in (venue["venue_name"], venue["address"]) if part):
        entry.add("location", _text(place))
    if venue["latitude"] is not None and venue["latitude"] is not FORGOTTEN:
        entry.add("geo", (venue["latitude"], venue["longitude"]))
    if gathering.tags:
        entry.add("categories", [_text(tag) for tag in gathering.tags])
    return entry


@lru_cache(maxsize=MOST_ZONES)
def _zone(name: str) -> Timezone:
    """The rules of a time zone, which take a while to work out and are the same in every calendar."""
    return Timezone.from_tzid(name)


def _text(words: object) -> str:
    """Words in which a line ends as RFC 5545 (3.3.11) writes it, without control characters.

    What stood as it came, such as a lone carriage return, would begin a line of its own for some readers.
    """
    return "\n".join(str(words).splitlines()).translate(_UNSEEN)
