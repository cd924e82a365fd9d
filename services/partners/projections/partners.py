"""Every partner as operators see it. Keys are nowhere in here, only their numbers."""

import json
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, select

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection
from services.partners.domain import Partner
from services.partners.domain.partner import ACTIVE, CLOSED, SUSPENDED

_metadata = MetaData()
partners = Table(
    "partners_v1",
    _metadata,
    Column("partner_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("good_keys", Text, nullable=False),
    Column("registered_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("partners_v1_in_order", "registered_at", "partner_id"),
)


class PartnersView(Projection):
    """One row a partner; ``good_keys`` are the numbers of those that are good, with the time at which they end."""

    name: ClassVar[str] = "partners"
    hears: ClassVar[frozenset[str]] = frozenset({"partners"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Partner.Registered)
    def registered(self, connection: Connection, fact: Partner.Registered, place: Place) -> None:
        """It is there."""
        row = {
            "partner_id": str(fact.partner_id), "name": fact.name, "scopes": json.dumps(fact.scopes), "state": ACTIVE,
            "good_keys": "[]", "registered_at": place.effective_at.isoformat(), "version": fact.originator_version,
        }  # fmt: skip
        connection.execute(partners.insert().values(row))

    @when(Partner.ScopesChanged)
    def scopes_changed(self, connection: Connection, fact: Partner.ScopesChanged, place: Place) -> None:
        """It may know something else."""
        _change(connection, fact, scopes=json.dumps(fact.scopes))

    @when(Partner.KeyIssued)
    def key_issued(self, connection: Connection, fact: Partner.KeyIssued, place: Place) -> None:
        """One key more; the older ones end."""
        ends_at = fact.older_end_at.isoformat()
        older = [key | {"ends_at": min(key["ends_at"] or ends_at, ends_at)} for key in _keys(connection, fact)]
        _change(connection, fact, good_keys=json.dumps([*older, {"key_number": fact.key_number, "ends_at": None}]))

    @when(Partner.KeyEnded)
    def key_ended(self, connection: Connection, fact: Partner.KeyEnded, place: Place) -> None:
        """One key less."""
        kept = [key for key in _keys(connection, fact) if key["key_number"] != fact.key_number]
        _change(connection, fact, good_keys=json.dumps(kept))

    @when(Partner.Suspended)
    def suspended(self, connection: Connection, fact: Partner.Suspended, place: Place) -> None:
        """Its keys open nothing."""
        _change(connection, fact, state=SUSPENDED)

    @when(Partner.Reinstated)
    def reinstated(self, connection: Connection, fact: Partner.Reinstated, place: Place) -> None:
        """They do again."""
        _change(connection, fact, state=ACTIVE)

    @when(Partner.Closed)
    def closed(self, connection: Connection, fact: Partner.Closed, place: Place) -> None:
        """For good."""
        _change(connection, fact, state=CLOSED)


def partner_row(connection: Connection, partner_id: UUID) -> dict[str, Any] | None:
    """A partner with its lists read, or None."""
    row = connection.execute(select(partners).where(partners.c.partner_id == str(partner_id))).mappings().first()
    return None if row is None else shown(dict(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its lists read."""
    return row | {name: json.loads(row[name]) for name in ("scopes", "good_keys")}


def _keys(connection: Connection, fact: Fact) -> list[dict[str, Any]]:
    mine = select(partners.c.good_keys).where(partners.c.partner_id == str(fact.originator_id))
    found: list[dict[str, Any]] = json.loads(connection.execute(mine).scalar_one())
    return found


def _change(connection: Connection, fact: Fact, **values: Any) -> None:
    mine = partners.c.partner_id == str(fact.originator_id)
    connection.execute(partners.update().where(mine).values(version=fact.originator_version, **values))
