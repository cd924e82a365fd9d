"""Who is a member of which group, from groups' messages: fellow members see more of one another than strangers do."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, select

from services.contracts.groups import GroupFounded, MemberAdmitted, MemberLeft
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

_metadata = MetaData()
members = Table(
    "known_members_v1",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, index=True),
)


class KnownMembers(Projection):
    """One row for each membership; the founder of a group is its first member."""

    name: ClassVar[str] = "known_members"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(GroupFounded)
    def founded(self, connection: Connection, message: GroupFounded, place: Place) -> None:
        """The owner is a member."""
        _add(connection, message.group_id, message.owner_id)

    @when(MemberAdmitted)
    def admitted(self, connection: Connection, message: MemberAdmitted, place: Place) -> None:
        """One member more."""
        _add(connection, message.group_id, message.person_id)

    @when(MemberLeft)
    def left(self, connection: Connection, message: MemberLeft, place: Place) -> None:
        """One member less."""
        mine = members.c.group_id == str(message.group_id), members.c.person_id == str(message.person_id)
        connection.execute(delete(members).where(*mine))


def shared_groups(connection: Connection, one_id: UUID, other_id: UUID) -> set[str]:
    """The groups that both are members of."""
    hers = select(members.c.group_id).where(members.c.person_id == str(one_id))
    both = select(members.c.group_id).where(members.c.person_id == str(other_id), members.c.group_id.in_(hers))
    return set(connection.execute(both).scalars())


def _add(connection: Connection, group_id: UUID, person_id: UUID) -> None:
    row = {"group_id": str(group_id), "person_id": str(person_id)}
    connection.execute(insert(members).values(row).on_conflict_do_nothing())
