"""Who is there: members by what is certified of them and by their tags, as numbers that single nobody out.

There is one question, without any filter, so that no two filters can be subtracted and no two tags be crossed.
Members are told in batches, so that two moments differ by five of them or by none; cells in steps, so that
two answers differ by five or by nothing; and a community that is nearly another one is not broken down.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from services.contracts.floor import PRIVACY_FLOOR, are_apart, told_cells
from services.contracts.likeness import is_addressable
from services.groups.domain.refusals import NoSuchGroup, NotLeader
from services.groups.domain.roster import LEADER, OWNER
from services.groups.projections.audience import batches
from services.groups.projections.comings import members_told_then
from services.groups.projections.groups import group_row
from services.groups.projections.known_people import KnownPeople
from services.groups.projections.members import roles_of
from services.groups.projections.visibility import TAGS, is_visible
from services.kernel.doors.operation import Actor
from services.kernel.flow.views import tracking
from services.kernel.service import Service
from services.known.people import claims, counting, tags

Cells = dict[tuple[bool, str], dict[str, set[str]]]
TOO_FEW, TOO_ALIKE, OF_THEN = "too_few", "too_alike", "of_then"
_SENTENCES = {
    TOO_FEW: "Fewer than five people can be told of yet: no more is said, so that nobody can be singled out.",
    TOO_ALIKE: "Another community has nearly the same members: what is told of both could be subtracted.",
    OF_THEN: "Members as they were then, when five had last come or gone; what they carry is told of now alone.",
    None: "Members as they were when five had last come or gone; numbers are told in steps of five.",
}


class AudienceQueries:
    """Reads of those who lead a community."""

    _service: Service

    def audience(self, actor: Actor, group_id: UUID, as_of: datetime | None = None) -> dict[str, Any]:
        """Who is there, by certified claims and by tags; or how many were, as of a moment: what had happened before it,
        whenever that was recorded. Raises NoSuchGroup, NotLeader."""
        with self._service.views.reading() as connection:
            ensure_known(connection, group_id)
            ensure_may_ask(connection, actor, group_id)
            people = _people(connection, group_id, as_of)
            withheld = _withheld(connection, group_id, len(people), as_of)
            cells = {} if withheld else _cells(connection, group_id, self._service.clock.now())
            known_at = _known_at(connection)
        by, suppressed = _told(cells, len(people))
        return {
            "group_id": group_id, "count": None if withheld == TOO_FEW else len(people), "by": by,
            "suppressed": suppressed, "withheld": withheld, "sentence": _SENTENCES[withheld], "known_at": known_at,
            "as_of": as_of,
        }  # fmt: skip


def ensure_known(connection: Connection, group_id: UUID) -> None:
    """Raises NoSuchGroup."""
    if group_row(connection, group_id) is None:
        raise NoSuchGroup(group_id=group_id)


def ensure_may_ask(connection: Connection, actor: Actor, group_id: UUID) -> None:
    """Raises NotLeader, unless the actor owns or leads the group, or is an operator."""
    if "operator" not in actor.roles and not {OWNER, LEADER} & set(roles_of(connection, group_id, actor.person_id)):
        raise NotLeader(group_id=group_id)


def _people(connection: Connection, group_id: UUID, as_of: datetime | None) -> set[str]:
    if as_of is not None:
        return members_told_then(connection, group_id, as_of)
    return {*connection.execute(batches.told_of(str(group_id))).scalars()}


def _withheld(connection: Connection, group_id: UUID, people: int, as_of: datetime | None) -> str | None:
    """Why the people are not broken down, if they are not."""
    if people < PRIVACY_FLOOR:
        return TOO_FEW
    if as_of is not None:
        return OF_THEN
    if all(are_apart(people, others, shared) for others, shared in batches.overlaps(connection, str(group_id))):
        return None
    return TOO_ALIKE


def _told(cells: Cells, everybody: int) -> tuple[list[dict[str, Any]], int]:
    by: list[dict[str, Any]] = []
    suppressed = 0
    for (certified, kind), found in sorted(cells.items(), reverse=True):
        told = told_cells(found, everybody)
        suppressed += len(found) - len(told)
        ranked = sorted(told.items(), key=lambda cell: (-cell[1], cell[0]))
        by += [{"kind": kind, "value": value, "certified": certified, "people": number} for value, number in ranked]
    return by, suppressed


def _cells(connection: Connection, group_id: UUID, now: datetime) -> Cells:
    found: Cells = {}
    for certified, rows in (
        (True, _certified(connection, group_id, now)), (False, _tagged(connection, group_id)),
    ):  # fmt: skip
        for kind, value, person_id in rows:
            found.setdefault((certified, kind), {}).setdefault(value, set()).add(person_id)
    return found


def _certified(connection: Connection, group_id: UUID, now: datetime) -> Iterator[tuple[str, str, str]]:
    """A claim counts by its code; one without by its level, the highest that the person has of the kind."""
    people = batches.told_of(str(group_id))
    highest = func.max(claims.c.level).label("level")
    found = (
        select(claims.c.kind, claims.c.code, highest, claims.c.person_id)
        .where(claims.c.person_id.in_(people), counting(now), is_visible(claims.c.person_id, claims.c.kind, group_id))
        .group_by(claims.c.person_id, claims.c.kind, claims.c.code)
    )
    for row in connection.execute(found):
        yield row.kind, row.code or f"level {row.level}", row.person_id


def _tagged(connection: Connection, group_id: UUID) -> Iterable[tuple[str, str, str]]:
    people = batches.told_of(str(group_id))
    shown = is_visible(tags.c.person_id, TAGS, group_id)
    found = select(tags.c.kind, tags.c.value, tags.c.person_id).where(tags.c.person_id.in_(people), shown)
    return [(row.kind, row.value, row.person_id) for row in connection.execute(found) if is_addressable(row.kind)]


def _known_at(connection: Connection) -> str:
    mine = (tracking.c.view == KnownPeople().tracking_name, tracking.c.source == "identity")
    return f"identity:{connection.execute(select(tracking.c.position).where(*mine)).scalar() or 0}"
