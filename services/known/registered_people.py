"""Everybody of whom identity has told: who can be put at a door."""

from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, select

from services.contracts.identity import PersonForgotten, PersonRegistered
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

metadata = MetaData()
people = Table("registered_people_v1", metadata, Column("person_id", Text, primary_key=True))


class RegisteredPeople(Projection):
    """One row a person."""

    name, hears, metadata = "registered_people", frozenset({"identity"}), metadata

    @when(PersonRegistered)
    def registered(self, connection: Connection, message: PersonRegistered, place: Place) -> None:
        connection.execute(insert(people).values(person_id=str(message.person_id)).on_conflict_do_nothing())

    @when(PersonForgotten)
    def forgotten(self, connection: Connection, message: PersonForgotten, place: Place) -> None:
        connection.execute(delete(people).where(people.c.person_id == str(message.person_id)))


def is_known(connection: Connection, person_id: UUID) -> bool:
    """Whether identity has told of this person."""
    return connection.execute(select(people).where(people.c.person_id == str(person_id))).first() is not None
