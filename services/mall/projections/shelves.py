"""Which listings every group shows. The notes are read from the shelf itself: they are the pickers' own words."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.shelf import Shelf

metadata = MetaData()
shelves = Table(
    "shelves_v1",
    metadata,
    Column("shelf_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False, unique=True),
    Column("opened_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
picks = Table(
    "picks_v1",
    metadata,
    Column("shelf_id", Text, primary_key=True),
    Column("listing_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("picked_at", Text, nullable=False),
    Index("picks_v1_in_order", "shelf_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(shelves)
_CHANGE = shelves.update().where(shelves.c.shelf_id == bindparam("mine"))
_PICK = insert(picks)
_DROP = picks.delete().where(picks.c.shelf_id == bindparam("mine"), picks.c.listing_id == bindparam("listing"))


class ShelvesView(PagedProjection):
    """One row a shelf, one a pick."""

    name, hears, metadata = "shelves", frozenset({"mall"}), metadata

    @when(Shelf.Opened)
    def opened(self, writes: Writes, fact: Shelf.Opened, place: Place) -> None:
        row = {"shelf_id": str(fact.originator_id), "group_id": str(fact.group_id), "version": 1}
        writes.put(str(fact.originator_id), _BEGIN, {**row, "opened_at": place.effective_at.isoformat()})

    @when(Shelf.Picked)
    def picked(self, writes: Writes, fact: Shelf.Picked, place: Place) -> None:
        _changed(writes, fact)
        row = {"shelf_id": str(fact.originator_id), "listing_id": str(fact.listing_id), "place": place.position}
        writes.put(_pick(fact), _PICK, {**row, "picked_at": place.effective_at.isoformat()})

    @when(Shelf.Dropped)
    def dropped(self, writes: Writes, fact: Shelf.Dropped, place: Place) -> None:
        _changed(writes, fact)
        writes.put(_pick(fact), _DROP, {"mine": str(fact.originator_id), "listing": str(fact.listing_id)})


def _changed(writes: Writes, fact: Fact) -> None:
    writes.put(str(fact.originator_id), _CHANGE, {"mine": str(fact.originator_id), "version": fact.originator_version})


def _pick(fact: Shelf.Picked | Shelf.Dropped) -> str:
    return f"{fact.originator_id} {fact.listing_id}"
