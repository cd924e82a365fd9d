"""The sections of every group, who may read there, and what may leave."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, MetaData, Table, Text, select

from services.groups.domain.sections import Sections
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
openness = Table(
    "openness_v1",
    _metadata,
    Column("sections_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False, index=True),
    Column("is_public", Boolean, nullable=False),
    Column("shares_out", Boolean, nullable=False),
)
sections = Table(
    "sections_v1",
    _metadata,
    Column("section_id", Text, primary_key=True),
    Column("sections_id", Text, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("shares_out", Boolean, nullable=False),
    Column("is_retired", Boolean, nullable=False),
    Index("sections_v1_in_order", "sections_id", "place"),
)


class SectionsView(Projection):
    """One row a group that has sections, one a section."""

    name: ClassVar[str] = "sections"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Sections.Arranged)
    def arranged(self, connection: Connection, fact: Sections.Arranged, place: Place) -> None:
        """For members alone, until the group says otherwise."""
        row = {"sections_id": str(fact.originator_id), "group_id": str(fact.group_id)}
        connection.execute(openness.insert().values(row | {"is_public": False, "shares_out": True}))

    @when(Sections.SectionOpened)
    def opened(self, connection: Connection, fact: Sections.SectionOpened, place: Place) -> None:
        """The latest stands last."""
        row = {
            "section_id": str(fact.section_id), "sections_id": str(fact.originator_id), "place": place.position,
            "name": fact.name, "kind": fact.kind, "shares_out": fact.shares_out, "is_retired": False,
        }  # fmt: skip
        connection.execute(sections.insert().values(row))

    @when(Sections.SectionChanged)
    def changed(self, connection: Connection, fact: Sections.SectionChanged, place: Place) -> None:
        """Its name, or its word on sharing."""
        _change(connection, fact.section_id, name=fact.name, shares_out=fact.shares_out)

    @when(Sections.SectionRetired)
    def retired(self, connection: Connection, fact: Sections.SectionRetired, place: Place) -> None:
        """It can be read."""
        _change(connection, fact.section_id, is_retired=True)

    @when(Sections.SectionRestored)
    def restored(self, connection: Connection, fact: Sections.SectionRestored, place: Place) -> None:
        """It is written in again."""
        _change(connection, fact.section_id, is_retired=False)

    @when(Sections.OpennessSet)
    def openness_set(self, connection: Connection, fact: Sections.OpennessSet, place: Place) -> None:
        """For all of the group."""
        mine = openness.c.sections_id == str(fact.originator_id)
        values = {"is_public": fact.is_public, "shares_out": fact.shares_out}
        connection.execute(openness.update().where(mine).values(values))


def sections_of(connection: Connection, group_id: UUID) -> list[dict[str, Any]]:
    """The sections of a group, the oldest first, retired ones too."""
    sections_id = str(Sections.create_id(group_id))
    rows = select(sections).where(sections.c.sections_id == sections_id).order_by(sections.c.place)
    return [dict(row) for row in connection.execute(rows).mappings()]


def openness_of(connection: Connection, group_id: UUID) -> dict[str, bool]:
    """``is_public`` and ``shares_out`` of a group; without sections it reads as at first."""
    mine = openness.c.sections_id == str(Sections.create_id(group_id))
    row = connection.execute(select(openness.c.is_public, openness.c.shares_out).where(mine)).mappings().first()
    return {"is_public": False, "shares_out": True} if row is None else dict(row)


def _change(connection: Connection, section_id: UUID, **values: Any) -> None:
    connection.execute(sections.update().where(sections.c.section_id == str(section_id)).values(values))
