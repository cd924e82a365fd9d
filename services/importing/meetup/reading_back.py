"""What the platform says of groups and gatherings, by its own queries."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..caller import Caller

MOST_ROWS = "1000"


@dataclass(frozen=True, slots=True)
class Seating:
    """Of a gathering: seats taken, guests included; registrations that have them, and that have ended."""

    seats_taken: int
    with_seats: int
    ended: int


@dataclass(frozen=True, slots=True)
class Platform:
    """By group how many members it has; by gathering the name of its venue, if any, and who has seats."""

    groups: Mapping[str, int]
    venues: Mapping[str, str | None]
    figures: Mapping[str, Seating]


async def read_back(caller: Caller) -> Platform:
    """All groups and gatherings that the platform has, ours and others."""
    groups = {str(row["group_id"]): int(row["members"]) async for row in _rows(caller, "groups", "groups")}
    venues = {str(row["gathering_id"]): row["venue_name"] async for row in _rows(caller, "events", "gatherings")}
    figures = {
        str(row["gathering_id"]): Seating(int(row["seats_taken"]), int(row["with_seats"]), int(row["ended"]))
        async for row in _rows(caller, "events", "gathering_figures")
    }
    return Platform(groups, venues, figures)


async def _rows(caller: Caller, service: str, operation: str) -> AsyncIterator[dict[str, Any]]:
    page = await caller.ask(service, operation, limit=MOST_ROWS)
    while True:
        for row in page["items"]:
            yield row
        if page["next"] is None:
            return
        page = await caller.ask(service, operation, limit=MOST_ROWS, cursor=page["next"])
