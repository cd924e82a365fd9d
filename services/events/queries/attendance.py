"""Who comes and who came: for the door and the organiser in full, for everybody else as figures behind the floor."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from services.contracts.floor import told
from services.events.domain import refusals
from services.events.domain.registration import ENDED, HELD, TICKETED
from services.events.projections.gatherings import gatherings
from services.events.projections.registrations import registrations
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of

from .reading import Reading, gathering_row, leads, require_group

Page = dict[str, Any]


class AttendanceQueries(Reading):
    """Registrations of one gathering, and figures of all of a group's."""

    def door_list(
        self, actor: Actor, gathering_id: UUID, since: int = 0, limit: int = 100, cursor: list[str] | None = None
    ) -> Page:
        """What a door has to know before it goes offline, and afterwards what has changed.

        Raises NoSuchGathering, NotAtTheDoor.
        """
        gathering, rows = self._gathering(gathering_id), registrations
        changed = select(rows).where(rows.c.gathering_id == str(gathering_id), rows.c.changed > since)
        with self._service.views.reading() as connection:
            at_door = str(actor.person_id) in gathering.door_staff
            if not at_door and not leads(connection, actor, gathering.group_id):
                raise refusals.NotAtTheDoor()
            page = page_of(connection, changed, [rows.c.changed], limit, cursor)
            revision = max((int(row["changed"]) for row in page.rows), default=since)
        return {"gathering_id": gathering_id, "revision": revision, "items": page.rows, "next": page.next}

    def attendees(self, actor: Actor, gathering_id: UUID, limit: int = 100, cursor: list[str] | None = None) -> Page:
        """Who registered, for owners and leaders of the group. Raises NoSuchGathering, NotOrganiser."""
        rows = registrations
        found = select(rows).where(rows.c.gathering_id == str(gathering_id))
        with self._service.views.reading() as connection:
            group_id = gathering_row(connection, gathering_id)["group_id"]
            if not leads(connection, actor, group_id):
                raise refusals.NotOrganiser(group_id=group_id)
            page = page_of(connection, found, [rows.c.place], limit, cursor)
        return {"items": page.rows, "next": page.next}

    def attendance(self, actor: Actor, gathering_id: UUID) -> Page:  # noqa: ARG002 - for everybody
        """How many registered and came. Raises NoSuchGathering."""
        with self._service.views.reading() as connection:
            return _figures(connection, [gathering_row(connection, gathering_id)])[0]

    def attendance_of_group(
        self, actor: Actor, group_id: UUID, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002 - for everybody
    ) -> Page:  # fmt: skip
        """The same of each of a group's gatherings, the earliest first. Raises NoSuchGroup."""
        rows = gatherings
        found = select(rows).where(rows.c.group_id == str(group_id))
        with self._service.views.reading() as connection:
            require_group(connection, group_id)
            page = page_of(connection, found, [rows.c.starts_at, rows.c.gathering_id], limit, cursor)
            return {"items": _figures(connection, page.rows), "next": page.next}

    def gathering_figures(self, actor: Actor, limit: int = 100, cursor: list[str] | None = None) -> Page:  # noqa: ARG002 - for operators
        """What is taken of every gathering: to put beside what somebody else counted."""
        rows, every = gatherings, registrations
        mine = every.c.gathering_id == rows.c.gathering_id
        with_seats, ended = every.c.state.in_((HELD, TICKETED)), every.c.state == ENDED
        counted = [
            select(func.count()).where(mine, wanted).scalar_subquery().label(name)
            for name, wanted in (("with_seats", with_seats), ("ended", ended))
        ]
        found = select(rows.c.gathering_id, rows.c.taken.label("seats_taken"), *counted)
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [rows.c.gathering_id], limit, cursor)
        return {"items": page.rows, "next": page.next}


def _figures(connection: Connection, found: Sequence[Row]) -> list[dict[str, Any]]:
    ids = [row["gathering_id"] for row in found]
    counted = _counted(connection, ids)
    shown = []
    for row in found:
        registered, came = counted.get(row["gathering_id"], (0, 0))
        figures = {"registered": told(registered), "came": told(came, *([registered] if told(registered) else []))}
        shown.append(
            {"gathering_id": row["gathering_id"], "starts_at": row["starts_at"], "state": row["state"]} | figures
        )
    return shown


def _counted(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """By gathering: people with seats, or who came before their registration ended; and people who came."""
    rows = registrations
    has_come = rows.c.checked_in_at.is_not(None)
    mine = (rows.c.gathering_id.in_(ids), (rows.c.state == TICKETED) | has_come)
    people = func.count(rows.c.person_id.distinct())
    found = select(rows.c.gathering_id, people, people.filter(has_come)).where(*mine).group_by(rows.c.gathering_id)
    return {gathering_id: (int(had), int(came)) for gathering_id, had, came in connection.execute(found)}
