"""What the mall knows of gatherings that cost something: whose they are, when they end, from events' messages."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, select, update
from sqlalchemy.engine import Row

from services.contracts.events import GatheringAnnounced, GatheringCancelled, GatheringMoved
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

ANNOUNCED, CANCELLED = "announced", "cancelled"

metadata = MetaData()
gatherings = Table(
    "known_gatherings_v1",
    metadata,
    Column("gathering_id", Text, primary_key=True),
    Column("organiser_id", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("state", Text, nullable=False),
    Index("known_gatherings_v1_of_organiser", "organiser_id"),
)


@dataclass(frozen=True, slots=True)
class KnownGathering:
    """A gathering with tickets, as far as events has told."""

    gathering_id: UUID
    organiser_id: UUID
    ends_at: datetime
    price_minor: int
    currency: str
    tags: list[str]


class KnownGatherings(Projection):
    """One row a gathering that costs something; a free one needs nothing of the mall."""

    name, hears, metadata = "known_gatherings", frozenset({"events"}), metadata

    @when(GatheringAnnounced)
    def announced(self, connection: Connection, message: GatheringAnnounced, place: Place) -> None:
        if message.price_minor > 0:
            row = {
                "gathering_id": str(message.gathering_id), "organiser_id": str(message.organiser_id),
                "ends_at": message.ends_at.isoformat(), "price_minor": message.price_minor,
                "currency": message.currency, "tags": json.dumps(message.tags, ensure_ascii=False), "state": ANNOUNCED,
            }  # fmt: skip
            connection.execute(insert(gatherings).values(**row).on_conflict_do_nothing())

    @when(GatheringMoved)
    def moved(self, connection: Connection, message: GatheringMoved, place: Place) -> None:
        mine = gatherings.c.gathering_id == str(message.gathering_id)
        connection.execute(update(gatherings).where(mine).values(ends_at=message.ends_at.isoformat()))

    @when(GatheringCancelled)
    def cancelled(self, connection: Connection, message: GatheringCancelled, place: Place) -> None:
        mine = gatherings.c.gathering_id == str(message.gathering_id)
        connection.execute(update(gatherings).where(mine).values(state=CANCELLED))


def gathering_of(connection: Connection, gathering_id: UUID) -> KnownGathering | None:
    """A gathering that costs something and was not cancelled."""
    mine = (gatherings.c.gathering_id == str(gathering_id), gatherings.c.state == ANNOUNCED)
    row = connection.execute(select(gatherings).where(*mine)).first()
    return None if row is None else _known(row)


def announced_by(connection: Connection, organiser_id: UUID) -> list[KnownGathering]:
    """All that somebody announced and did not cancel, in the order of their ids."""
    hers = (gatherings.c.organiser_id == str(organiser_id), gatherings.c.state == ANNOUNCED)
    found = connection.execute(select(gatherings).where(*hers).order_by(gatherings.c.gathering_id))
    return [_known(row) for row in found]


def _known(row: Row) -> KnownGathering:  # type: ignore[type-arg]
    return KnownGathering(
        UUID(row.gathering_id), UUID(row.organiser_id), datetime.fromisoformat(row.ends_at), row.price_minor,
        row.currency, json.loads(row.tags),
    )  # fmt: skip
