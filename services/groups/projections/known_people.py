"""What groups knows of people, from identity's messages: who there is, certified claims, tags. No names."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, MetaData, Table, Text, and_, or_, select

from services.contracts.identity import (
    ClaimCertified,
    ClaimExpired,
    ClaimWithdrawn,
    PersonForgotten,
    PersonRegistered,
    PersonTagged,
    PersonUntagged,
)
from services.contracts.thresholds import Claim
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

_metadata = MetaData()
people = Table("known_people_v1", _metadata, Column("person_id", Text, primary_key=True))
claims = Table(
    "known_claims_v1",
    _metadata,
    Column("claim_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("level", BigInteger, nullable=False),
    Column("code", Text),
    Column("valid_until", Text),
)
tags = Table(
    "known_tags_v1",
    _metadata,
    Column("person_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)


class KnownPeople(Projection):
    """One row a person, a certified claim, a tag."""

    name: ClassVar[str] = "known_people"
    hears: ClassVar[frozenset[str]] = frozenset({"identity"})
    metadata: ClassVar[MetaData] = _metadata

    @when(PersonRegistered)
    def registered(self, connection: Connection, message: PersonRegistered, place: Place) -> None:
        """Somebody is there."""
        connection.execute(insert(people).values(person_id=str(message.person_id)).on_conflict_do_nothing())

    @when(ClaimCertified)
    def certified(self, connection: Connection, message: ClaimCertified, place: Place) -> None:
        """It counts, perhaps until a time."""
        row = {
            "person_id": str(message.person_id), "kind": message.kind, "level": message.level, "code": message.code,
            "valid_until": None if message.valid_until is None else _text(message.valid_until),
        }  # fmt: skip
        statement = insert(claims).values(claim_id=str(message.claim_id), **row)
        connection.execute(statement.on_conflict_do_update(index_elements=["claim_id"], set_=row))

    @when(ClaimWithdrawn)
    def withdrawn(self, connection: Connection, message: ClaimWithdrawn, place: Place) -> None:
        """It never counts again, and nothing reminds of it."""
        connection.execute(claims.delete().where(claims.c.claim_id == str(message.claim_id)))

    @when(ClaimExpired)
    def expired(self, connection: Connection, message: ClaimExpired, place: Place) -> None:
        """It stays, past its end, so that the person is told which claim to renew."""
        mine = and_(claims.c.claim_id == str(message.claim_id), counting(place.effective_at))
        connection.execute(claims.update().where(mine).values(valid_until=_text(place.effective_at)))

    @when(PersonTagged)
    def tagged(self, connection: Connection, message: PersonTagged, place: Place) -> None:
        """One tag more."""
        row = {"person_id": str(message.person_id), "kind": message.kind, "value": message.value}
        connection.execute(insert(tags).values(row).on_conflict_do_nothing())

    @when(PersonUntagged)
    def untagged(self, connection: Connection, message: PersonUntagged, place: Place) -> None:
        """One tag less."""
        mine = and_(tags.c.person_id == str(message.person_id), tags.c.kind == message.kind)
        connection.execute(tags.delete().where(mine, tags.c.value == message.value))

    @when(PersonForgotten)
    def forgotten(self, connection: Connection, message: PersonForgotten, place: Place) -> None:
        """Nothing of her is known any more."""
        for table in (people, claims, tags):
            connection.execute(table.delete().where(table.c.person_id == str(message.person_id)))


def is_known(connection: Connection, person_id: UUID) -> bool:
    """Whether identity has told of this person."""
    return connection.execute(select(people).where(people.c.person_id == str(person_id))).first() is not None


def claims_of(connection: Connection, person_id: UUID) -> list[Claim]:
    """The certified claims of a person, expired ones too: the evaluator knows what time it is."""
    mine = select(claims).where(claims.c.person_id == str(person_id)).order_by(claims.c.claim_id)
    return [
        Claim(
            kind=row.kind,
            level=row.level,
            code=row.code,
            valid_until=None if row.valid_until is None else datetime.fromisoformat(row.valid_until),
            claim_id=UUID(row.claim_id),
        )
        for row in connection.execute(mine)
    ]


def tags_of(connection: Connection, person_id: UUID) -> dict[str, set[str]]:
    """The tags of a person, by kind."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(tags).where(tags.c.person_id == str(person_id))):
        found.setdefault(row.kind, set()).add(row.value)
    return found


def counting(now: datetime) -> ColumnElement[bool]:
    """Of the claims: those that count at this moment."""
    return or_(claims.c.valid_until.is_(None), claims.c.valid_until > _text(now))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
