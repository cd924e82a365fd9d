"""Who came to a community and who went, and when: what its members were at a moment that is past."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, select

from services.contracts.floor import PRIVACY_FLOOR
from services.groups.domain import group_facts as facts
from services.kernel.dispatch import when
from services.kernel.flow.batches import told_after
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.known.people import text_of

metadata = MetaData()
comings = Table(
    "comings_v1",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("comes", BigInteger, nullable=False),
    Column("effective_at", Text, nullable=False),
    Index("comings_v1_of_group", "group_id", "effective_at", "position"),
)
_ADD = insert(comings)


class ComingsView(PagedProjection):
    """One row whenever somebody became a member or ceased to be one."""

    name: ClassVar[str] = "comings"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = metadata

    @when(facts.Founded)
    def founded(self, writes: Writes, fact: facts.Founded, place: Place) -> None:
        """The owner is the first."""
        _note(writes, fact.originator_id, fact.owner_id, place, comes=1)

    @when(facts.MemberAdmitted)
    def admitted(self, writes: Writes, fact: facts.MemberAdmitted, place: Place) -> None:
        """One more."""
        _note(writes, fact.originator_id, fact.person_id, place, comes=1)

    @when(facts.MemberLeft, facts.MemberRemoved)
    def gone(self, writes: Writes, fact: facts.MemberLeft | facts.MemberRemoved, place: Place) -> None:
        """One less, for whatever reason."""
        _note(writes, fact.originator_id, fact.person_id, place, comes=0)


def members_told_then(connection: Connection, group_id: UUID, moment: datetime) -> set[str]:
    """Whom figures about a group told of, once all that had happened before a moment was known."""
    mine = (comings.c.group_id == str(group_id), comings.c.effective_at < text_of(moment))
    in_order = select(comings.c.person_id, comings.c.comes).where(*mine)
    rows = connection.execute(in_order.order_by(comings.c.effective_at, comings.c.position))
    steps: Iterable[tuple[str, bool]] = ((row.person_id, bool(row.comes)) for row in rows)
    return told_after(steps, PRIVACY_FLOOR)


def _note(writes: Writes, group_id: UUID, person_id: UUID, place: Place, comes: int) -> None:
    row = {"position": place.position, "group_id": str(group_id), "person_id": str(person_id), "comes": comes}
    writes.begin(_ADD, row | {"effective_at": text_of(place.effective_at)})
