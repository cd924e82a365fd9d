"""Newcomers who are introduced, and who welcomed them."""

from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Connection, Index, MetaData, Select, Table, Text, and_, func, select

from services.groups.domain import Introduction
from services.groups.projections.members import members
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
introductions = Table(
    "introductions_v1",
    _metadata,
    Column("introduction_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("introduced_at", Text, nullable=False),
    Index("introductions_v1_in_order", "group_id", "introduced_at", "introduction_id"),
)
welcomes = Table(
    "welcomes_v1",
    _metadata,
    Column("introduction_id", Text, primary_key=True),
    Column("member_id", Text, primary_key=True),
)


class IntroductionsView(Projection):
    """One row an introduction, one a welcome."""

    name: ClassVar[str] = "introductions"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Introduction.Introduced)
    def introduced(self, connection: Connection, fact: Introduction.Introduced, place: Place) -> None:
        """A newcomer is there."""
        row = {
            "introduction_id": str(fact.originator_id), "group_id": str(fact.group_id),
            "person_id": str(fact.person_id), "introduced_at": fact.introduced_at.astimezone(UTC).isoformat(),
        }  # fmt: skip
        connection.execute(introductions.insert().values(row))

    @when(Introduction.Welcomed)
    def welcomed(self, connection: Connection, fact: Introduction.Welcomed, place: Place) -> None:
        """Somebody welcomed them."""
        row = {"introduction_id": str(fact.originator_id), "member_id": str(fact.member_id)}
        connection.execute(welcomes.insert().values(row))


def newcomers_of(group_id: UUID) -> Select[Any]:
    """The introductions of those who are still members."""
    still_there = and_(members.c.group_id == introductions.c.group_id, members.c.person_id == introductions.c.person_id)
    return select(introductions).join(members, still_there).where(introductions.c.group_id == str(group_id))


def welcomed_by(connection: Connection, introduction_ids: list[str]) -> dict[str, set[str]]:
    """Who welcomed, by introduction."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(welcomes).where(welcomes.c.introduction_id.in_(introduction_ids))):
        found.setdefault(row.introduction_id, set()).add(row.member_id)
    return found


def welcomed_count(connection: Connection, group_id: UUID) -> tuple[int, int]:
    """How many newcomers were ever introduced to a group, and how many of them somebody welcomed."""
    mine = introductions.c.group_id == str(group_id)
    of_mine = welcomes.c.introduction_id == introductions.c.introduction_id
    everybody = select(func.count()).select_from(introductions).where(mine)
    welcomed = select(func.count(welcomes.c.introduction_id.distinct())).join(introductions, of_mine).where(mine)
    return int(connection.execute(everybody).scalar_one()), int(connection.execute(welcomed).scalar_one())
