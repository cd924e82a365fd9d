"""Who is there, and since when."""

from typing import ClassVar

from sqlalchemy import Column, MetaData, Table, Text, bindparam, delete

from services.identity.domain.person import Person
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes

_metadata = MetaData()
people = Table(
    "people_v1",
    _metadata,
    Column("person_id", Text, primary_key=True),
    Column("registered_at", Text, nullable=False),
)


_COME = insert(people)
_GO = delete(people).where(people.c.person_id == bindparam("person"))


class PeopleView(PagedProjection):
    """One row a person."""

    name: ClassVar[str] = "people"
    hears: ClassVar[frozenset[str]] = frozenset({"identity"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Person.Registered)
    def registered(self, writes: Writes, fact: Person.Registered, place: Place) -> None:
        """Somebody is there."""
        row = {"person_id": str(fact.person_id), "registered_at": place.effective_at.isoformat()}
        writes.put(row["person_id"], _COME, row)

    @when(Person.Forgotten)
    def forgotten(self, writes: Writes, fact: Person.Forgotten, place: Place) -> None:
        """Somebody is not there any more."""
        writes.put(str(fact.originator_id), _GO, {"person": str(fact.originator_id)})
