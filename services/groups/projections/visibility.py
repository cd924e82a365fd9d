"""Which fields of their profile people hide, and from which groups; what nobody spoke of is visible to members."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, Text, and_, exists, or_

from services.contracts.identity import FieldVisibilitySet, PersonForgotten
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

EVERYONE, GROUPS, NOBODY = ("everyone", "groups", "nobody")
TAGS = "tags"
"""The field that all tags of a person are; a claim is the field of its kind."""

_metadata = MetaData()
audiences = Table(
    "field_audiences_v1",
    _metadata,
    Column("person_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("audience", Text, nullable=False),
)
chosen = Table(
    "field_groups_v1",
    _metadata,
    Column("person_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
)


class Visibility(Projection):
    """One row a field that somebody spoke of, and one a group that may see it."""

    name: ClassVar[str] = "visibility"
    hears: ClassVar[frozenset[str]] = frozenset({"identity"})
    metadata: ClassVar[MetaData] = _metadata

    @when(FieldVisibilitySet)
    def visibility_set(self, connection: Connection, message: FieldVisibilitySet, place: Place) -> None:
        """The last word on a field counts."""
        field = {"person_id": str(message.person_id), "field": message.field}
        said = insert(audiences).values(**field, audience=message.audience)
        connection.execute(
            said.on_conflict_do_update(index_elements=["person_id", "field"], set_={"audience": message.audience})
        )
        mine = and_(chosen.c.person_id == field["person_id"], chosen.c.field == message.field)
        connection.execute(chosen.delete().where(mine))
        if message.group_ids:
            connection.execute(chosen.insert(), [field | {"group_id": one} for one in sorted(set(message.group_ids))])

    @when(PersonForgotten)
    def forgotten(self, connection: Connection, message: PersonForgotten, place: Place) -> None:
        """Nothing is left to hide."""
        for table in (audiences, chosen):
            connection.execute(table.delete().where(table.c.person_id == str(message.person_id)))


def is_visible(person_id: ColumnElement[Any], field: Any, group_id: UUID) -> ColumnElement[bool]:
    """Whether the members of a group may see this field of this person: a condition on the rows of a query.

    Who shows it to groups and names none shows it to every group that she is in.
    """
    some = exists().where(chosen.c.person_id == audiences.c.person_id, chosen.c.field == audiences.c.field)
    others = and_(some, ~some.where(chosen.c.group_id == str(group_id)))
    hidden = or_(audiences.c.audience == NOBODY, and_(audiences.c.audience == GROUPS, others))
    return ~exists().where(audiences.c.person_id == person_id, audiences.c.field == field, hidden)
