"""How many adverts every group takes, and which were counted."""

from datetime import UTC
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, select

from services.groups.domain.adverts import OF_GROUP, OF_MEMBER, Adverts, Shown
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
quotas = Table(
    "advert_quotas_v1",
    _metadata,
    Column("adverts_id", Text, primary_key=True),
    Column("of_member", BigInteger, nullable=False),
    Column("of_group", BigInteger, nullable=False),
)
adverts = Table(
    "adverts_v1",
    _metadata,
    Column("post_id", Text, primary_key=True),
    Column("adverts_id", Text, nullable=False),
    Column("member_id", Text, nullable=False),
    Column("counted_at", Text, nullable=False),
    Index("adverts_v1_in_order", "adverts_id", "counted_at"),
)


class AdvertsView(Projection):
    """One row a group that counts, one an advert that was counted."""

    name: ClassVar[str] = "adverts"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Adverts.CountingBegun)
    def begun(self, connection: Connection, fact: Adverts.CountingBegun, place: Place) -> None:
        """With the quota that holds unless another one is set."""
        row = {"adverts_id": str(fact.originator_id), "of_member": OF_MEMBER, "of_group": OF_GROUP}
        connection.execute(quotas.insert().values(row))

    @when(Adverts.QuotaSet)
    def quota_set(self, connection: Connection, fact: Adverts.QuotaSet, place: Place) -> None:
        """From now on."""
        mine = quotas.c.adverts_id == str(fact.originator_id)
        connection.execute(quotas.update().where(mine).values(of_member=fact.of_member, of_group=fact.of_group))

    @when(Adverts.Counted)
    def counted(self, connection: Connection, fact: Adverts.Counted, place: Place) -> None:
        """One more."""
        row = {
            "post_id": str(fact.post_id), "adverts_id": str(fact.originator_id), "member_id": str(fact.member_id),
            "counted_at": fact.counted_at.astimezone(UTC).isoformat(),
        }  # fmt: skip
        connection.execute(adverts.insert().values(row))


def quota_of(connection: Connection, group_id: UUID) -> tuple[int, int]:
    """Of a member in 7 days, of the group in 24 hours."""
    mine = quotas.c.adverts_id == str(Adverts.create_id(group_id))
    row = connection.execute(select(quotas).where(mine)).first()
    return (OF_MEMBER, OF_GROUP) if row is None else (row.of_member, row.of_group)


def counted_in(connection: Connection, group_id: UUID, since: str) -> list[Shown]:
    """The adverts of a group that were counted after this moment (ISO 8601, UTC)."""
    mine = (adverts.c.adverts_id == str(Adverts.create_id(group_id)), adverts.c.counted_at > since)
    return [
        Shown(member_id=row.member_id, at=row.counted_at) for row in connection.execute(select(adverts).where(*mine))
    ]
