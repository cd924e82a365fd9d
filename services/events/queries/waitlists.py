"""The waitlist, and why it moved as it did: for those on it."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.events.domain import Gathering, Seats, refusals
from services.events.projections.registrations import registrations
from services.events.projections.waitlists import REORDERED, steps
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row

from .reading import Reading, leads


class WaitlistQueries(Reading):
    """Provably fair: whoever waits sees every step that was ever taken, and why, with nobody's name."""

    def waitlist(self, actor: Actor, gathering_id: UUID) -> dict[str, Any]:
        """Place and history. Raises NoSuchGathering, WaitlistForThoseWaiting."""
        gathering = self._gathering(gathering_id)
        seats = self._service.store.load(Seats, Seats.create_id(gathering_id))
        assert seats is not None, "a gathering has seats from its first fact on"
        with self._service.views.reading() as connection:
            taken = _steps(connection, seats.id)
            mine = _of_person(connection, gathering_id, actor.person_id)
            is_organiser = leads(connection, actor, gathering.group_id)
        numbers = {row["registration_id"]: row["number"] for row in taken}
        number = max((numbers[one] for one in mine if one in numbers), default=None)
        if number is None and not is_organiser:
            raise refusals.WaitlistForThoseWaiting()
        return {
            "gathering_id": gathering_id, "length": len(seats.waiting), "your_number": number,
            "your_position": self._position(seats, mine), "steps": _told(taken, gathering),
            "waiting": list(seats.waiting) if is_organiser else None,
        }  # fmt: skip

    def _position(self, seats: Seats, mine: list[str]) -> int | None:
        return next((at for one in mine if (at := seats.position_of(UUID(one))) is not None), None)


def _steps(connection: Connection, seats_id: UUID) -> list[Row]:
    found = select(steps).where(steps.c.seats_id == str(seats_id)).order_by(steps.c.place)
    return [dict(row) for row in connection.execute(found).mappings()]


def _of_person(connection: Connection, gathering_id: UUID, person_id: UUID) -> list[str]:
    rows = registrations
    mine = (rows.c.gathering_id == str(gathering_id), rows.c.person_id == str(person_id))
    return list(connection.execute(select(rows.c.registration_id).where(*mine)).scalars())


def _told(taken: list[Row], gathering: Gathering) -> list[Row]:
    """The reasons of reorderings are the organiser's own words: in the gathering's facts, in the same order."""
    reasons = iter(gathering.reorderings)
    return [
        row | {
            "passed_over": json.loads(row["passed_over"]),
            "reason": (next(reasons, None) or None) if row["what"] == REORDERED else None,
        }
        for row in taken
    ]  # fmt: skip
