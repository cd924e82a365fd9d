"""What decides which goods suit which community: its topics, whom figures about it tell of, what it took down."""

from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, Text, delete, exists, select

from services.contracts.floor import PRIVACY_FLOOR
from services.contracts.groups import GroupFounded, GroupTagged, MemberAdmitted, MemberLeft
from services.contracts.identity import FieldVisibilitySet, PersonForgotten
from services.contracts.likeness import tag_key
from services.kernel.dispatch import when
from services.kernel.flow.batches import Batches, batched_table
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert
from services.mall.domain.shelf import Shelf

metadata = MetaData()
topics = Table(
    "topics_v2",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("tag", Text, primary_key=True, index=True),
)
audience = batched_table("audience_v2", metadata, "group_id", "person_id")
taken_down = Table(
    "taken_down_v2",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("listing_id", Text, primary_key=True),
)
hidden = Table(
    "hidden_fields_v2",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
)
"""Who shows a field not to everybody: to the group of each row, to every group that she is in, or to nobody."""
batches = Batches(audience, PRIVACY_FLOOR)
NO_GROUP, EVERY_GROUP = "", "*"
TAGS = "tags"
"""The field that all tags of a person are; a claim is the field of its kind."""


class Matching(Projection):
    """One row a topic of a group, a person of its audience, a listing that was taken off its shelf."""

    name, hears, metadata = "matching", frozenset({"groups", "mall", "identity"}), metadata
    version = 2

    @when(GroupFounded)
    def founded(self, connection: Connection, message: GroupFounded, place: Place) -> None:
        _set_topics(connection, message.group_id, message.tags)
        batches.come(connection, str(message.group_id), str(message.owner_id))

    @when(GroupTagged)
    def tagged(self, connection: Connection, message: GroupTagged, place: Place) -> None:
        _set_topics(connection, message.group_id, message.tags)

    @when(MemberAdmitted)
    def admitted(self, connection: Connection, message: MemberAdmitted, place: Place) -> None:
        batches.come(connection, str(message.group_id), str(message.person_id))

    @when(MemberLeft)
    def left(self, connection: Connection, message: MemberLeft, place: Place) -> None:
        batches.go(connection, str(message.group_id), str(message.person_id))

    @when(Shelf.Dropped)
    def dropped(self, connection: Connection, fact: Shelf.Dropped, place: Place) -> None:
        row = {"group_id": str(fact.group_id), "listing_id": str(fact.listing_id)}
        connection.execute(insert(taken_down).values(row).on_conflict_do_nothing())

    @when(Shelf.Picked)
    def picked(self, connection: Connection, fact: Shelf.Picked, place: Place) -> None:
        mine = (taken_down.c.group_id == str(fact.group_id), taken_down.c.listing_id == str(fact.listing_id))
        connection.execute(delete(taken_down).where(*mine))

    @when(FieldVisibilitySet)
    def visibility_set(self, connection: Connection, message: FieldVisibilitySet, place: Place) -> None:
        person_id, field = str(message.person_id), message.field
        connection.execute(delete(hidden).where(hidden.c.person_id == person_id, hidden.c.field == field))
        if message.audience == "everyone":
            return
        shown_to = message.group_ids or [EVERY_GROUP] if message.audience == "groups" else []
        rows = [{"person_id": person_id, "field": field, "group_id": one} for one in {NO_GROUP, *map(str, shown_to)}]
        connection.execute(insert(hidden), rows)

    @when(PersonForgotten)
    def forgotten(self, connection: Connection, message: PersonForgotten, place: Place) -> None:
        connection.execute(delete(hidden).where(hidden.c.person_id == str(message.person_id)))


def _set_topics(connection: Connection, group_id: UUID, tags: list[str]) -> None:
    connection.execute(delete(topics).where(topics.c.group_id == str(group_id)))
    rows = [{"group_id": str(group_id), "tag": tag} for tag in sorted({tag_key(tag) for tag in tags})]
    if rows:
        connection.execute(insert(topics), rows)


def topics_of(connection: Connection, group_id: str) -> set[str]:
    """What a group is about."""
    return set(connection.execute(select(topics.c.tag).where(topics.c.group_id == group_id)).scalars())


def is_shown(
    field: ColumnElement[str] | str, person_id: ColumnElement[str], group_id: ColumnElement[str] | str
) -> ColumnElement[bool]:
    """Whether a person shows a field to a group, or with NO_GROUP to others; what is shown to members counts."""
    about = (hidden.c.person_id == person_id, hidden.c.field == field)
    is_to_others = isinstance(group_id, str) and group_id == NO_GROUP
    named = hidden.c.group_id.in_([] if is_to_others else [group_id, EVERY_GROUP])
    return ~exists().where(*about) | exists().where(*about, named, hidden.c.group_id != NO_GROUP)
