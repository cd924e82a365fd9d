"""Everybody of whom identity has told: who can be put at a door."""

from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, Table, Text, bindparam, delete, select

from services.contracts.identity import PersonForgotten, PersonRegistered
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes

metadata = MetaData()
people = Table("registered_people_v1", metadata, Column("person_id", Text, primary_key=True))


_COME = insert(people).on_conflict_do_nothing()
_GO = delete(people).where(people.c.person_id == bindparam("person"))


class RegisteredPeople(PagedProjection):
    """One row a person."""

    name, hears, metadata = "registered_people", frozenset({"identity"}), metadata

    @when(PersonRegistered)
    def registered(self, writes: Writes, message: PersonRegistered, place: Place) -> None:
        writes.put(str(message.person_id), _COME, {"person_id": str(message.person_id)})

    @when(PersonForgotten)
    def forgotten(self, writes: Writes, message: PersonForgotten, place: Place) -> None:
        writes.put(str(message.person_id), _GO, {"person": str(message.person_id)})


def is_known(connection: Connection, person_id: UUID) -> bool:
    """Whether identity has told of this person."""
    return connection.execute(select(people).where(people.c.person_id == str(person_id))).first() is not None
