"""Who is a member of what, since when and in which roles."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Index, MetaData, Table, Text, and_, select

from services.groups.domain import Group
from services.groups.domain.roster import OWNER
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
members = Table(
    "members_v1",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, index=True),
    Column("roles", Text, nullable=False),
    Column("admitted_at", Text, nullable=False),
    Index("members_v1_in_order", "group_id", "admitted_at", "person_id"),
)


class MembersView(Projection):
    """One row a member of a group."""

    name: ClassVar[str] = "members"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Group.Founded)
    def founded(self, connection: Connection, fact: Group.Founded, place: Place) -> None:
        """The owner is the first member."""
        _take_in(connection, fact.group_id, fact.owner_id, [OWNER], fact.founded_at)

    @when(Group.MemberAdmitted)
    def admitted(self, connection: Connection, fact: Group.MemberAdmitted, place: Place) -> None:
        """A member without a role."""
        _take_in(connection, fact.originator_id, fact.person_id, [], fact.admitted_at)

    @when(Group.MemberLeft, Group.MemberRemoved)
    def gone(self, connection: Connection, fact: Group.MemberLeft | Group.MemberRemoved, place: Place) -> None:
        """No longer a member, for whatever reason."""
        connection.execute(members.delete().where(_one(fact.originator_id, fact.person_id)))

    @when(Group.RoleGiven)
    def role_given(self, connection: Connection, fact: Group.RoleGiven, place: Place) -> None:
        """One role more."""
        roles = roles_of(connection, fact.originator_id, fact.person_id)
        _set_roles(connection, fact, [*roles, fact.role])

    @when(Group.RoleTaken)
    def role_taken(self, connection: Connection, fact: Group.RoleTaken, place: Place) -> None:
        """One role less."""
        roles = roles_of(connection, fact.originator_id, fact.person_id)
        _set_roles(connection, fact, [role for role in roles if role != fact.role])


def member(connection: Connection, group_id: UUID, person_id: UUID) -> dict[str, Any] | None:
    """The row of a member, or None for a stranger."""
    row = connection.execute(select(members).where(_one(group_id, person_id))).mappings().first()
    return None if row is None else {**row, "roles": json.loads(row["roles"])}


def roles_of(connection: Connection, group_id: UUID, person_id: UUID) -> list[str]:
    """The roles of a member; none for a stranger."""
    row = member(connection, group_id, person_id)
    return list(row["roles"]) if row else []


def memberships_of(connection: Connection, person_id: UUID) -> set[UUID]:
    """The groups that a person is a member of."""
    mine = select(members.c.group_id).where(members.c.person_id == str(person_id))
    return {UUID(group_id) for group_id in connection.execute(mine).scalars()}


def _take_in(connection: Connection, group_id: UUID, person_id: UUID, roles: list[str], admitted_at: datetime) -> None:
    row = {"group_id": str(group_id), "person_id": str(person_id), "roles": json.dumps(roles)}
    connection.execute(members.insert().values(row | {"admitted_at": admitted_at.astimezone(UTC).isoformat()}))


def _set_roles(connection: Connection, fact: Group.RoleGiven | Group.RoleTaken, roles: list[str]) -> None:
    mine = _one(fact.originator_id, fact.person_id)
    connection.execute(members.update().where(mine).values(roles=json.dumps(roles)))


def _one(group_id: UUID, person_id: UUID) -> ColumnElement[bool]:
    return and_(members.c.group_id == str(group_id), members.c.person_id == str(person_id))
