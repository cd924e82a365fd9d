"""What is known of groups: who is a member with which roles, from groups' messages.

``GroupFounded`` implies that the owner is a member with the role "owner".
"""

from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, Text, delete, select

from services.contracts.groups import GroupFounded, MemberAdmitted, MemberLeft, MemberRoleGiven, MemberRoleTaken
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

OWNER, LEADER, MEMBER = "owner", "leader", "member"

metadata = MetaData()
roles = Table(
    "known_members_v1",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, index=True),
    Column("role", Text, primary_key=True),
)


class KnownGroups(Projection):
    """Everybody's roles in every group; "member" stands for membership itself."""

    name, hears, metadata = "known_groups", frozenset({"groups"}), metadata

    @when(GroupFounded)
    def founded(self, connection: Connection, message: GroupFounded, place: Place) -> None:
        _give(connection, message.group_id, message.owner_id, MEMBER, OWNER)

    @when(MemberAdmitted)
    def admitted(self, connection: Connection, message: MemberAdmitted, place: Place) -> None:
        _give(connection, message.group_id, message.person_id, MEMBER)

    @when(MemberLeft)
    def left(self, connection: Connection, message: MemberLeft, place: Place) -> None:
        connection.execute(delete(roles).where(*_of(message.group_id, message.person_id)))

    @when(MemberRoleGiven)
    def role_given(self, connection: Connection, message: MemberRoleGiven, place: Place) -> None:
        _give(connection, message.group_id, message.person_id, message.role)

    @when(MemberRoleTaken)
    def role_taken(self, connection: Connection, message: MemberRoleTaken, place: Place) -> None:
        mine = _of(message.group_id, message.person_id)
        connection.execute(delete(roles).where(*mine, roles.c.role == message.role))


def roles_of(connection: Connection, group_id: UUID, person_id: UUID) -> set[str]:
    """The roles of a person in a group; empty for a stranger."""
    return set(connection.execute(select(roles.c.role).where(*_of(group_id, person_id))).scalars())


def owners_of(connection: Connection, group_id: UUID) -> set[UUID]:
    """Who owns the group; empty when nothing was heard of it."""
    found = select(roles.c.person_id).where(roles.c.group_id == str(group_id), roles.c.role == OWNER)
    return {UUID(person_id) for person_id in connection.execute(found).scalars()}


def memberships_of(connection: Connection, person_id: UUID) -> set[UUID]:
    """The groups that a person is a member of."""
    found = select(roles.c.group_id).where(roles.c.person_id == str(person_id), roles.c.role == MEMBER)
    return {UUID(group_id) for group_id in connection.execute(found).scalars()}


def _give(connection: Connection, group_id: UUID, person_id: UUID, *given: str) -> None:
    rows = [{"group_id": str(group_id), "person_id": str(person_id), "role": role} for role in given]
    connection.execute(insert(roles).on_conflict_do_nothing(), rows)


def _of(group_id: UUID, person_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return roles.c.group_id == str(group_id), roles.c.person_id == str(person_id)
