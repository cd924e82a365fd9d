"""What all questions have in common."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.events.domain import Gathering, refusals
from services.events.projections.gatherings import gatherings
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.kernel.service import Service
from services.known.groups import LEADER, OWNER, owners_of, roles_of


class Reading:
    """The service whose views are read."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def _gathering(self, gathering_id: UUID | str) -> Gathering:
        """The gathering with its words. Raises NoSuchGathering."""
        found = self._service.store.load(Gathering, UUID(str(gathering_id)))
        if found is None:
            raise refusals.NoSuchGathering()
        return found

    def _shown(self, row: Row) -> Row:
        """A row of the view with the words that stand in the facts."""
        return in_row(row, self._gathering(row["gathering_id"]))


def gathering_row(connection: Connection, gathering_id: UUID) -> Row:
    """A gathering without its words. Raises NoSuchGathering."""
    found = connection.execute(select(gatherings).where(gatherings.c.gathering_id == str(gathering_id))).mappings()
    row = found.first()
    if row is None:
        raise refusals.NoSuchGathering()
    return dict(row)


def require_group(connection: Connection, group_id: UUID) -> None:
    """Raises NoSuchGroup unless groups has told of it, or a gathering of it was recorded."""
    rows = gatherings
    is_known = connection.execute(select(rows).where(rows.c.group_id == str(group_id)).limit(1)).first() is not None
    if not is_known and not owners_of(connection, group_id):
        raise refusals.NoSuchGroup()


def leads(connection: Connection, actor: Actor, group_id: UUID | str) -> bool:
    """Whether the actor owns or leads the group."""
    return bool(roles_of(connection, UUID(str(group_id)), actor.person_id) & {OWNER, LEADER})


def in_row(row: Row, gathering: Gathering) -> dict[str, Any]:
    """A gathering as lists show it."""
    venue = gathering.venue
    return row | {
        "title": str(gathering.title), "venue_name": venue["venue_name"] or None,
        "is_online": bool(venue["online_url"]), "tags": json.loads(row["tags"]), "has_recap": bool(row["has_recap"]),
        "seats_left": None if row["capacity"] is None else row["capacity"] - row["taken"],
    }  # fmt: skip


def in_full(row: Row, gathering: Gathering) -> dict[str, Any]:
    """A gathering as it shows itself; where to join it from elsewhere stands on tickets alone."""
    venue = gathering.venue
    return in_row(row, gathering) | {
        "description": str(gathering.description), "address": venue["address"] or None,
        "latitude": _number(venue["latitude"]), "longitude": _number(venue["longitude"]),
        "threshold": json.loads(row["threshold"]), "listing_ids": json.loads(row["listing_ids"]),
        "reason": gathering.reason or None,
    }  # fmt: skip


def _number(kept: Any) -> float | None:
    """A number, 0 included; None where nothing was said, or was forgotten."""
    return kept if isinstance(kept, (int, float)) else None
