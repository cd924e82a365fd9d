"""Every claim with its state: what waits to be judged, and what is certified about whom."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection

_metadata = MetaData()
claims = Table(
    "claims_v1",
    _metadata,
    Column("claim_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("level", BigInteger),
    Column("issuer_id", Text),
    Column("valid_until", Text),
    Column("submitted_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Index("claims_v1_of_person", "person_id"),
    Index("claims_v1_in_order", "state", "submitted_at", "claim_id"),
)


class ClaimsView(Projection):
    """One row a claim, without its value, code, evidence and reason."""

    name: ClassVar[str] = "claims"
    hears: ClassVar[frozenset[str]] = frozenset({"identity"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Claim.Submitted)
    def submitted(self, connection: Connection, fact: Claim.Submitted, place: Place) -> None:
        """It waits to be judged."""
        at = place.effective_at.isoformat()
        row = {"claim_id": str(fact.claim_id), "person_id": str(fact.person_id), "kind": fact.kind}
        connection.execute(claims.insert().values(row | {"state": "submitted", "submitted_at": at, "changed_at": at}))

    @when(Claim.Certified)
    def certified(self, connection: Connection, fact: Claim.Certified, place: Place) -> None:
        """It holds, at a level, perhaps until a time."""
        issued = {"level": fact.level, "issuer_id": str(fact.issuer_id), "valid_until": _text(fact.valid_until)}
        _change(connection, fact, place, {"state": "certified", **issued})

    @when(Claim.Refused)
    def refused(self, connection: Connection, fact: Claim.Refused, place: Place) -> None:
        """It was not confirmed."""
        _change(connection, fact, place, {"state": "refused", "issuer_id": str(fact.issuer_id)})

    @when(Claim.Withdrawn)
    def withdrawn(self, connection: Connection, fact: Claim.Withdrawn, place: Place) -> None:
        """It holds no more."""
        _change(connection, fact, place, {"state": "withdrawn"})

    @when(Claim.Expired)
    def expired(self, connection: Connection, fact: Claim.Expired, place: Place) -> None:
        """Its validity is over."""
        _change(connection, fact, place, {"state": "expired"})

    @when(Person.Forgotten)
    def forgotten(self, connection: Connection, fact: Person.Forgotten, place: Place) -> None:
        """Nothing is claimed of her any more."""
        connection.execute(claims.delete().where(claims.c.person_id == str(fact.originator_id)))


def _change(connection: Connection, fact: Fact, place: Place, values: dict[str, Any]) -> None:
    mine = claims.c.claim_id == str(fact.originator_id)
    changed = {**values, "changed_at": place.effective_at.isoformat()}
    connection.execute(claims.update().where(mine).values(changed))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
