"""Who is there, and since when."""

from typing import ClassVar

from sqlalchemy import Column, Connection, MetaData, Table, Text

from services.identity.domain.person import Person
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
people = Table(
    "people_v1",
    _metadata,
    Column("person_id", Text, primary_key=True),
    Column("registered_at", Text, nullable=False),
)


class PeopleView(Projection):
    """One row a person."""

    name: ClassVar[str] = "people"
    hears: ClassVar[frozenset[str]] = frozenset({"identity"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Person.Registered)
    def registered(self, connection: Connection, fact: Person.Registered, place: Place) -> None:
        """Somebody is there."""
        row = {"person_id": str(fact.person_id), "registered_at": place.effective_at.isoformat()}
        connection.execute(people.insert().values(row))

    @when(Person.Forgotten)
    def forgotten(self, connection: Connection, fact: Person.Forgotten, place: Place) -> None:
        """Somebody is not there any more."""
        connection.execute(people.delete().where(people.c.person_id == str(fact.originator_id)))
