"""Every group as anybody may see it."""

import json
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Index, MetaData, Table, Text, exists, select

from services.contracts.likeness import tag_key
from services.groups.domain import group_facts as facts
from services.groups.domain.roster import OWNER
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
groups = Table(
    "groups_v3",
    _metadata,
    Column("group_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("threshold", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("rules_version", BigInteger, nullable=False),
    Column("questions", Text, nullable=False),
    Column("questions_version", BigInteger, nullable=False),
    Column("reviewers_needed", BigInteger, nullable=False),
    Column("fee_minor", BigInteger),
    Column("fee_currency", Text),
    Column("template", Text),
    Column("template_version", BigInteger),
    Column("owner_ids", Text, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("founded_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("groups_v3_in_order", "founded_at", "group_id"),
)
group_tags = Table(
    "group_tags_v3",
    _metadata,
    Column("tag", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("topic", Text, nullable=False),
    Index("group_tags_v3_by_topic", "topic", "group_id"),
    Index("group_tags_v3_of_group", "group_id", "topic"),
)
"""``topic`` is the tag as it is compared: a group may have one topic in several spellings."""
_LISTS = ("tags", "threshold", "owner_ids", "questions")


class GroupsView(Projection):
    """One row a group, and one a tag of it. ``version`` in a row is that of the group, for If-Match."""

    name: ClassVar[str] = "groups"
    version: ClassVar[int] = 3
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(facts.Founded)
    def founded(self, connection: Connection, fact: facts.Founded, place: Place) -> None:
        """It is there, with its owner as the only member."""
        row = {
            "group_id": str(fact.group_id), "name": fact.name, "purpose": fact.purpose, "tags": json.dumps(fact.tags),
            "threshold": json.dumps(fact.threshold), "rules": fact.rules, "rules_version": 1, "members": 1,
            "owner_ids": json.dumps([str(fact.owner_id)]), "version": fact.originator_version,
            "founded_at": fact.founded_at.astimezone(UTC).isoformat(), "questions": "[]", "questions_version": 0,
            "reviewers_needed": 1, "template": fact.template, "template_version": fact.template_version,
        }  # fmt: skip
        connection.execute(groups.insert().values(row))
        _tag(connection, fact.group_id, fact.tags)

    @when(facts.Tagged)
    def tagged(self, connection: Connection, fact: facts.Tagged, place: Place) -> None:
        """It is found by other tags."""
        _tag(connection, fact.originator_id, fact.tags)
        _change(connection, fact, tags=json.dumps(fact.tags))

    @when(facts.QuestionsSet)
    def questions_set(self, connection: Connection, fact: facts.QuestionsSet, place: Place) -> None:
        """It asks other questions."""
        questions = json.dumps(fact.questions)
        _change(connection, fact, questions=questions, questions_version=fact.questions_version)

    @when(facts.AdmissionSet)
    def admission_set(self, connection: Connection, fact: facts.AdmissionSet, place: Place) -> None:
        """It takes other approvals, and perhaps a fee."""
        needed = fact.reviewers_needed
        _change(connection, fact, reviewers_needed=needed, fee_minor=fact.fee_minor, fee_currency=fact.fee_currency)

    @when(facts.ThresholdSet)
    def threshold_set(self, connection: Connection, fact: facts.ThresholdSet, place: Place) -> None:
        """It asks for something else."""
        _change(connection, fact, threshold=json.dumps(fact.threshold))

    @when(facts.RulesChanged)
    def rules_changed(self, connection: Connection, fact: facts.RulesChanged, place: Place) -> None:
        """It has other rules."""
        _change(connection, fact, rules=fact.rules, rules_version=fact.rules_version)

    @when(facts.MemberAdmitted)
    def admitted(self, connection: Connection, fact: facts.MemberAdmitted, place: Place) -> None:
        """One member more."""
        _change(connection, fact, members=groups.c.members + 1)

    @when(facts.MemberLeft, facts.MemberRemoved)
    def gone(self, connection: Connection, fact: Fact, place: Place) -> None:
        """One member less."""
        _change(connection, fact, members=groups.c.members - 1)

    @when(facts.RoleGiven)
    def role_given(self, connection: Connection, fact: facts.RoleGiven, place: Place) -> None:
        """Perhaps one owner more."""
        owner_ids = _owners(connection, fact)
        added = [str(fact.person_id)] if fact.role == OWNER else []
        _change(connection, fact, owner_ids=json.dumps([*owner_ids, *added]))

    @when(facts.RoleTaken)
    def role_taken(self, connection: Connection, fact: facts.RoleTaken, place: Place) -> None:
        """Perhaps one owner less."""
        gone = str(fact.person_id) if fact.role == OWNER else None
        _change(connection, fact, owner_ids=json.dumps([one for one in _owners(connection, fact) if one != gone]))


def group_row(connection: Connection, group_id: UUID) -> dict[str, Any] | None:
    """A group with its lists read, or None."""
    row = connection.execute(select(groups).where(groups.c.group_id == str(group_id))).mappings().first()
    return None if row is None else shown(dict(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its lists read."""
    return row | {name: json.loads(row[name]) for name in _LISTS if name in row}


def with_tag(tag: str) -> ColumnElement[bool]:
    """Of the groups: those that are found by this tag."""
    return exists().where(group_tags.c.group_id == groups.c.group_id, group_tags.c.tag == tag)


def _tag(connection: Connection, group_id: UUID, tags: list[str]) -> None:
    connection.execute(group_tags.delete().where(group_tags.c.group_id == str(group_id)))
    rows = [{"group_id": str(group_id), "tag": tag, "topic": tag_key(tag)} for tag in tags]
    if rows:
        connection.execute(group_tags.insert(), rows)


def _owners(connection: Connection, fact: Fact) -> list[str]:
    mine = select(groups.c.owner_ids).where(groups.c.group_id == str(fact.originator_id))
    found: list[str] = json.loads(connection.execute(mine).scalar_one())
    return found


def _change(connection: Connection, fact: Fact, **values: Any) -> None:
    mine = groups.c.group_id == str(fact.originator_id)
    connection.execute(groups.update().where(mine).values(version=fact.originator_version, **values))
