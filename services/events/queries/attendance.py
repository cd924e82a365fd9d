"""Who comes and who came: for the door and the organiser in full, for everybody else as figures behind the floor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from services.contracts.floor import told
from services.events.domain import gathering_facts, refusals
from services.events.domain.registration import ENDED, HELD, TICKETED
from services.events.projections.gatherings import ANNOUNCED, CANCELLED, gatherings
from services.events.projections.presences import counted_then
from services.events.projections.registrations import registrations
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.known.people import text_of

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

    def attendance(self, actor: Actor, gathering_id: UUID, as_of: datetime | None = None) -> Page:  # noqa: ARG002 - for everybody
        """How many registered and came; now, or as of a moment: what had happened before it, whenever that was
        recorded, and scans by the clocks of their devices. Raises NoSuchGathering, for one not announced by then too.
        """
        with self._service.views.reading() as connection:
            row = gathering_row(connection, gathering_id)
            if as_of is not None and row["announced_at"] >= text_of(as_of):
                raise refusals.NoSuchGathering()
            return self._figures(connection, [row], as_of)[0]

    def attendance_of_group(
        self, actor: Actor, group_id: UUID, as_of: datetime | None = None, limit: int = 100,  # noqa: ARG002 - for everybody
        cursor: list[str] | None = None,
    ) -> Page:  # fmt: skip
        """The same of each of a group's gatherings, those first that begin first, as it stands now. Raises NoSuchGroup.
        """
        rows = gatherings
        found = select(rows).where(rows.c.group_id == str(group_id))
        if as_of is not None:
            found = found.where(rows.c.announced_at < text_of(as_of))
        with self._service.views.reading() as connection:
            require_group(connection, group_id)
            page = page_of(connection, found, [rows.c.starts_at, rows.c.gathering_id], limit, cursor)
            return {"items": self._figures(connection, page.rows, as_of), "next": page.next}

    def _figures(self, connection: Connection, found: Sequence[Row], as_of: datetime | None) -> list[Row]:
        ids = [row["gathering_id"] for row in found]
        if as_of is None:
            return _figures(found, _counted(connection, ids), as_of)
        return _figures([self._then(row, as_of) for row in found], counted_then(connection, ids, as_of), as_of)

    def _then(self, row: Row, as_of: datetime) -> Row:
        """A gathering as it stood: when it was to begin, and whether it was called off."""
        for fact in self._service.store.history_of(UUID(row["gathering_id"])):
            if fact.effective_at >= as_of:
                continue
            if isinstance(fact, (gathering_facts.Announced, gathering_facts.Moved)):
                row = row | {"starts_at": fact.starts_at.isoformat(), "state": ANNOUNCED}
            elif isinstance(fact, gathering_facts.Cancelled):
                row = row | {"state": CANCELLED}
        return row

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


def _figures(
    found: Sequence[Row], counted: Mapping[str, tuple[int, int]], as_of: datetime | None
) -> list[dict[str, Any]]:
    shown = []
    for row in found:
        registered, came = counted.get(row["gathering_id"], (0, 0))
        figures = {"registered": told(registered), "came": told(came, *([registered] if told(registered) else []))}
        shown.append(
            {"gathering_id": row["gathering_id"], "starts_at": row["starts_at"], "state": row["state"], "as_of": as_of}
            | figures
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
