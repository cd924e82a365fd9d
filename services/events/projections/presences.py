"""When registrations had seats, lost them, and when somebody came: what was so at a moment that is past."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select

from services.events.domain import registration_facts as facts
from services.events.projections.registrations import registrations
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.known.people import text_of

metadata = MetaData()
presences = Table(
    "presences_v1",
    metadata,
    Column("registration_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("what", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)
SEATED, UNSEATED, CAME = "seated", "unseated", "came"
_ADD = insert(presences)


class PresencesView(PagedProjection):
    """One row whenever a ticket was issued, a registration ended, or a device admitted somebody, by its own clock."""

    name, hears, metadata = "presences", frozenset({"events"}), metadata

    @when(facts.TicketIssued)
    def ticket_issued(self, writes: Writes, fact: facts.TicketIssued, place: Place) -> None:
        _note(writes, fact.originator_id, place, SEATED, place.effective_at)

    @when(facts.Ended)
    def ended(self, writes: Writes, fact: facts.Ended, place: Place) -> None:
        _note(writes, fact.originator_id, place, UNSEATED, place.effective_at)

    @when(facts.CheckedIn, facts.ScanKept)
    def came(self, writes: Writes, fact: facts.CheckedIn | facts.ScanKept, place: Place) -> None:
        _note(writes, fact.originator_id, place, CAME, fact.at)


def counted_then(connection: Connection, gathering_ids: Sequence[str], moment: datetime) -> dict[str, tuple[int, int]]:
    """By gathering: people who had seats at a moment, or had come before their registration ended; and who had come."""
    rows = registrations
    told = select(rows.c.gathering_id, rows.c.person_id, presences.c.registration_id, presences.c.what)
    told = told.join(presences, presences.c.registration_id == rows.c.registration_id)
    until = (rows.c.gathering_id.in_(gathering_ids), presences.c.at < text_of(moment))
    seated: dict[str, dict[str, str]] = {}
    came: dict[str, set[str]] = {}
    for row in connection.execute(told.where(*until).order_by(presences.c.at, presences.c.position)):
        if row.what == CAME:
            came.setdefault(row.gathering_id, set()).add(row.person_id)
            continue
        of_gathering = seated.setdefault(row.gathering_id, {})
        of_gathering.pop(row.registration_id, None)
        if row.what == SEATED:
            of_gathering[row.registration_id] = row.person_id
    had = {one: {*seated.get(one, {}).values(), *came.get(one, ())} for one in gathering_ids}
    return {one: (len(people), len(came.get(one, ()))) for one, people in had.items()}


def _note(writes: Writes, registration_id: UUID, place: Place, what: str, at: datetime) -> None:
    row = {"registration_id": str(registration_id), "position": place.position, "what": what, "at": text_of(at)}
    writes.begin(_ADD, row)
