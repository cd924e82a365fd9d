"""What is known of people: their certified claims and their tags, from identity's messages. No names."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, MetaData, Table, Text, delete, or_, select

from services.contracts.identity import (
    ClaimCertified,
    ClaimExpired,
    ClaimWithdrawn,
    PersonForgotten,
    PersonTagged,
    PersonUntagged,
)
from services.contracts.thresholds import Claim
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

metadata = MetaData()
claims = Table(
    "known_claims_v1",
    metadata,
    Column("claim_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("level", BigInteger, nullable=False),
    Column("code", Text),
    Column("valid_until", Text),
)
tags = Table(
    "known_tags_v1",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)


class KnownPeople(Projection):
    """Certified claims and tags of everybody."""

    name, hears, metadata = "known_people", frozenset({"identity"}), metadata

    @when(ClaimCertified)
    def certified(self, connection: Connection, message: ClaimCertified, place: Place) -> None:
        valid_until = None if message.valid_until is None else text_of(message.valid_until)
        row = {"level": message.level, "code": message.code, "valid_until": valid_until}
        statement = insert(claims).values(
            claim_id=str(message.claim_id), person_id=str(message.person_id), kind=message.kind, **row
        )
        connection.execute(statement.on_conflict_do_update(index_elements=["claim_id"], set_=row))

    @when(ClaimWithdrawn)
    def withdrawn(self, connection: Connection, message: ClaimWithdrawn, place: Place) -> None:
        connection.execute(delete(claims).where(claims.c.claim_id == str(message.claim_id)))

    @when(ClaimExpired)
    def expired(self, connection: Connection, message: ClaimExpired, place: Place) -> None:
        connection.execute(delete(claims).where(claims.c.claim_id == str(message.claim_id)))

    @when(PersonTagged)
    def tagged(self, connection: Connection, message: PersonTagged, place: Place) -> None:
        row = {"person_id": str(message.person_id), "kind": message.kind, "value": message.value}
        connection.execute(insert(tags).values(**row).on_conflict_do_nothing())

    @when(PersonUntagged)
    def untagged(self, connection: Connection, message: PersonUntagged, place: Place) -> None:
        mine = (tags.c.person_id == str(message.person_id), tags.c.kind == message.kind)
        connection.execute(delete(tags).where(*mine, tags.c.value == message.value))

    @when(PersonForgotten)
    def forgotten(self, connection: Connection, message: PersonForgotten, place: Place) -> None:
        for table in (claims, tags):
            connection.execute(delete(table).where(table.c.person_id == str(message.person_id)))


def claims_of(connection: Connection, person_id: UUID) -> list[Claim]:
    """The certified claims of a person; whether they still count is for the evaluator, who knows the time."""
    found = connection.execute(select(claims).where(claims.c.person_id == str(person_id)).order_by(claims.c.claim_id))
    return [
        Claim(
            kind=row.kind,
            level=row.level,
            code=row.code,
            valid_until=datetime.fromisoformat(row.valid_until) if row.valid_until else None,
            claim_id=UUID(row.claim_id),
        )
        for row in found
    ]


def tags_of(connection: Connection, person_id: UUID) -> dict[str, set[str]]:
    """The tags of a person, by kind."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(tags).where(tags.c.person_id == str(person_id))):
        found.setdefault(row.kind, set()).add(row.value)
    return found


def counting(now: datetime) -> ColumnElement[bool]:
    """Of the claims: those that count at this moment."""
    return or_(claims.c.valid_until.is_(None), claims.c.valid_until > text_of(now))


def text_of(moment: datetime) -> str:
    """A moment as the rows have it: in UTC, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat()
