"""Who is a member of what, since when and in which roles."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    select,
)

from services.groups.domain import group_facts as facts
from services.groups.domain.roster import OWNER
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
members = Table(
    "members_v2",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, index=True),
    Column("roles", Text, nullable=False),
    Column("admitted_at", Text, nullable=False),
    Column("rules_version", BigInteger, nullable=False),
    Index("members_v2_in_order", "group_id", "admitted_at", "person_id"),
)

rules = Table(
    "group_rules_v2",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("rules_version", BigInteger, nullable=False),
)


class MembersView(Projection):
    """One row a member of a group, with the version of the rules last accepted, and one the present version."""

    name: ClassVar[str] = "members"
    version: ClassVar[int] = 2
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(facts.Founded)
    def founded(self, connection: Connection, fact: facts.Founded, place: Place) -> None:
        """The owner is the first member."""
        connection.execute(rules.insert().values(group_id=str(fact.group_id), rules_version=1))
        _take_in(connection, fact.group_id, fact.owner_id, [OWNER], fact.founded_at, 1)

    @when(facts.MemberAdmitted)
    def admitted(self, connection: Connection, fact: facts.MemberAdmitted, place: Place) -> None:
        """A member without a role. Who was recorded is taken to know the rules as they were then."""
        accepted = fact.rules_version or rules_version_of(connection, fact.originator_id)
        _take_in(connection, fact.originator_id, fact.person_id, [], fact.admitted_at, accepted)

    @when(facts.RulesChanged)
    def rules_changed(self, connection: Connection, fact: facts.RulesChanged, place: Place) -> None:
        """Everybody has to accept the new ones."""
        mine = rules.c.group_id == str(fact.originator_id)
        connection.execute(rules.update().where(mine).values(rules_version=fact.rules_version))

    @when(facts.RulesAccepted)
    def rules_accepted(self, connection: Connection, fact: facts.RulesAccepted, place: Place) -> None:
        """One member has."""
        mine = _one(fact.originator_id, fact.person_id)
        connection.execute(members.update().where(mine).values(rules_version=fact.rules_version))

    @when(facts.MemberLeft, facts.MemberRemoved)
    def gone(self, connection: Connection, fact: facts.MemberLeft | facts.MemberRemoved, place: Place) -> None:
        """No longer a member, for whatever reason."""
        connection.execute(members.delete().where(_one(fact.originator_id, fact.person_id)))

    @when(facts.RoleGiven)
    def role_given(self, connection: Connection, fact: facts.RoleGiven, place: Place) -> None:
        """One role more."""
        roles = roles_of(connection, fact.originator_id, fact.person_id)
        _set_roles(connection, fact, [*roles, fact.role])

    @when(facts.RoleTaken)
    def role_taken(self, connection: Connection, fact: facts.RoleTaken, place: Place) -> None:
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


def rules_version_of(connection: Connection, group_id: UUID) -> int:
    """The present version of the rules of a group."""
    mine = select(rules.c.rules_version).where(rules.c.group_id == str(group_id))
    return int(connection.execute(mine).scalar_one())


def behind_the_rules(group_id: UUID, rules_version: int) -> Select[Any]:
    """The members who have not accepted this version of the rules."""
    return select(members).where(members.c.group_id == str(group_id), members.c.rules_version < rules_version)


def _take_in(
    connection: Connection, group_id: UUID, person_id: UUID, roles: list[str], admitted_at: datetime, accepted: int
) -> None:
    row = {
        "group_id": str(group_id), "person_id": str(person_id), "roles": json.dumps(roles), "rules_version": accepted,
        "admitted_at": admitted_at.astimezone(UTC).isoformat(),
    }  # fmt: skip
    connection.execute(members.insert().values(row))


def _set_roles(connection: Connection, fact: facts.RoleGiven | facts.RoleTaken, roles: list[str]) -> None:
    mine = _one(fact.originator_id, fact.person_id)
    connection.execute(members.update().where(mine).values(roles=json.dumps(roles)))


def _one(group_id: UUID, person_id: UUID) -> ColumnElement[bool]:
    return and_(members.c.group_id == str(group_id), members.c.person_id == str(person_id))
