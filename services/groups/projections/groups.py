"""Every group as anybody may see it."""

import json
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, select

from services.groups.domain import Group
from services.groups.domain.roster import OWNER
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
groups = Table(
    "groups_v1",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("threshold", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("rules_version", BigInteger, nullable=False),
    Column("owner_ids", Text, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("founded_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("groups_v1_in_order", "founded_at", "group_id"),
)


class GroupsView(Projection):
    """One row a group. ``version`` is that of the group, for If-Match."""

    name: ClassVar[str] = "groups"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Group.Founded)
    def founded(self, connection: Connection, fact: Group.Founded, place: Place) -> None:
        """It is there, with its owner as the only member."""
        row = {
            "group_id": str(fact.group_id), "name": fact.name, "purpose": fact.purpose, "tags": json.dumps(fact.tags),
            "threshold": json.dumps(fact.threshold), "rules": fact.rules, "rules_version": 1, "members": 1,
            "owner_ids": json.dumps([str(fact.owner_id)]), "version": fact.originator_version,
            "founded_at": fact.founded_at.astimezone(UTC).isoformat(),
        }  # fmt: skip
        connection.execute(groups.insert().values(row))

    @when(Group.ThresholdSet)
    def threshold_set(self, connection: Connection, fact: Group.ThresholdSet, place: Place) -> None:
        """It asks for something else."""
        _change(connection, fact, threshold=json.dumps(fact.threshold))

    @when(Group.RulesChanged)
    def rules_changed(self, connection: Connection, fact: Group.RulesChanged, place: Place) -> None:
        """It has other rules."""
        _change(connection, fact, rules=fact.rules, rules_version=fact.rules_version)

    @when(Group.MemberAdmitted)
    def admitted(self, connection: Connection, fact: Group.MemberAdmitted, place: Place) -> None:
        """One member more."""
        _change(connection, fact, members=groups.c.members + 1)

    @when(Group.MemberLeft, Group.MemberRemoved)
    def gone(self, connection: Connection, fact: Fact, place: Place) -> None:
        """One member less."""
        _change(connection, fact, members=groups.c.members - 1)

    @when(Group.RoleGiven)
    def role_given(self, connection: Connection, fact: Group.RoleGiven, place: Place) -> None:
        """Perhaps one owner more."""
        owner_ids = _owners(connection, fact)
        added = [str(fact.person_id)] if fact.role == OWNER else []
        _change(connection, fact, owner_ids=json.dumps([*owner_ids, *added]))

    @when(Group.RoleTaken)
    def role_taken(self, connection: Connection, fact: Group.RoleTaken, place: Place) -> None:
        """Perhaps one owner less."""
        gone = str(fact.person_id) if fact.role == OWNER else None
        _change(connection, fact, owner_ids=json.dumps([one for one in _owners(connection, fact) if one != gone]))


def group_row(connection: Connection, group_id: UUID) -> dict[str, Any] | None:
    """A group with its lists read, or None."""
    row = connection.execute(select(groups).where(groups.c.group_id == str(group_id))).mappings().first()
    return None if row is None else shown(dict(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its lists read."""
    return row | {name: json.loads(row[name]) for name in ("tags", "threshold", "owner_ids") if name in row}


def _owners(connection: Connection, fact: Fact) -> list[str]:
    mine = select(groups.c.owner_ids).where(groups.c.group_id == str(fact.originator_id))
    found: list[str] = json.loads(connection.execute(mine).scalar_one())
    return found


def _change(connection: Connection, fact: Fact, **values: Any) -> None:
    mine = groups.c.group_id == str(fact.originator_id)
    connection.execute(groups.update().where(mine).values(version=fact.originator_version, **values))
