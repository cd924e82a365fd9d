"""What is promised to one community alone: by listing, to which, when, and until when the pools of others go on."""

from sqlalchemy import Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import listing_facts
from services.mall.domain.exclusivity import with_notices

metadata = MetaData()
promises = Table(
    "promises_v1",
    metadata,
    Column("listing_id", Text, primary_key=True),
    Column("starts_at", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("ends_at", Text),
    Column("announced_at", Text),
    Column("pools_end_at", Text),
    Index("promises_v1_of_group", "group_id"),
    sqlite_with_rowid=False,
)
_DROP = promises.delete().where(promises.c.listing_id == bindparam("mine"))
_ADD = insert(promises)


class PromisesView(PagedProjection):
    """One row a time in which a listing is one community's alone."""

    name, hears, metadata = "promises", frozenset({"mall"}), metadata

    @when(listing_facts.Promised)
    def promised(self, writes: Writes, fact: listing_facts.Promised, place: Place) -> None:
        """In place of what was promised before."""
        listing_id = str(fact.originator_id)
        writes.put(listing_id, _DROP, {"mine": listing_id})
        for one in with_notices(fact.times, fact.notices):
            writes.put(listing_id, _ADD, one | {"listing_id": listing_id, "group_id": str(fact.group_id)})
