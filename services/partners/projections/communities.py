"""Who is there, for counting: people, groups, who is a member of what."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Text, bindparam

from services.contracts.groups import GroupFounded, MemberAdmitted, MemberLeft
from services.contracts.identity import PersonRegistered
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.writes import PagedProjection, Writes

_metadata = MetaData()
people = Table("counted_people_v1", _metadata, Column("person_id", Text, primary_key=True))
groups = Table("counted_groups_v1", _metadata, Column("group_id", Text, primary_key=True))
members = Table(
    "counted_members_v1",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
)


_REGISTER, _FOUND, _ADMIT = people.insert(), groups.insert(), members.insert()
_LEAVE = members.delete().where(members.c.group_id == bindparam("group"), members.c.person_id == bindparam("person"))


class CommunitiesView(PagedProjection):
    """One row a person, a group, a membership."""

    name: ClassVar[str] = "communities"
    hears: ClassVar[frozenset[str]] = frozenset({"identity", "groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(PersonRegistered)
    def registered(self, writes: Writes, message: PersonRegistered, place: Place) -> None:
        """One person more."""
        writes.put(str(message.person_id), _REGISTER, {"person_id": str(message.person_id)})

    @when(GroupFounded)
    def founded(self, writes: Writes, message: GroupFounded, place: Place) -> None:
        """One group more, with its owner as the first member."""
        writes.put(str(message.group_id), _FOUND, {"group_id": str(message.group_id)})
        _come(writes, message.group_id, message.owner_id)

    @when(MemberAdmitted)
    def admitted(self, writes: Writes, message: MemberAdmitted, place: Place) -> None:
        """One member more."""
        _come(writes, message.group_id, message.person_id)

    @when(MemberLeft)
    def left(self, writes: Writes, message: MemberLeft, place: Place) -> None:
        """One member less."""
        gone = {"group": str(message.group_id), "person": str(message.person_id)}
        writes.put("|".join(gone.values()), _LEAVE, gone)


def _come(writes: Writes, group_id: UUID, person_id: UUID) -> None:
    row = {"group_id": str(group_id), "person_id": str(person_id)}
    writes.put("|".join(row.values()), _ADMIT, row)
