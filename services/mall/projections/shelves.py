"""Which listings every group and every person shows, and in which seasons.

The notes are read from the shelf itself: they are the pickers' own words.
"""

from typing import TypeAlias

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.shelf import Shelf

metadata = MetaData()
shelves = Table(
    "shelves_v2",
    metadata,
    Column("shelf_id", Text, primary_key=True),
    Column("group_id", Text, unique=True),
    Column("person_id", Text, unique=True),
    Column("opened_at", Text, nullable=False),
    Column("opens_at", Text),
    Column("closes_at", Text),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
picks = Table(
    "picks_v2",
    metadata,
    Column("shelf_id", Text, primary_key=True),
    Column("listing_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("picked_at", Text, nullable=False),
    Column("opens_at", Text),
    Column("closes_at", Text),
    Index("picks_v2_in_order", "shelf_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(shelves)
_CHANGE = shelves.update().where(shelves.c.shelf_id == bindparam("mine"))
_PICK = insert(picks)
_SEASON = picks.update().where(picks.c.shelf_id == bindparam("mine"), picks.c.listing_id == bindparam("listing"))
_DROP = picks.delete().where(picks.c.shelf_id == bindparam("mine"), picks.c.listing_id == bindparam("listing"))


OfPick: TypeAlias = Shelf.Picked | Shelf.Dropped | MemberShelf.Picked | MemberShelf.Dropped
OfSeason: TypeAlias = Shelf.SeasonSet | MemberShelf.SeasonSet


class ShelvesView(PagedProjection):
    """One row a shelf, one a pick."""

    name, hears, metadata = "shelves", frozenset({"mall"}), metadata

    @when(Shelf.Opened, MemberShelf.Opened)
    def opened(self, writes: Writes, fact: Shelf.Opened | MemberShelf.Opened, place: Place) -> None:
        owner = {name: getattr(fact, name, None) for name in ("group_id", "person_id")}
        row = {name: None if one is None else str(one) for name, one in owner.items()}
        row |= {"shelf_id": str(fact.originator_id), "opened_at": place.effective_at.isoformat()}
        writes.put(str(fact.originator_id), _BEGIN, {**row, "version": 1})

    @when(Shelf.Picked, MemberShelf.Picked)
    def picked(self, writes: Writes, fact: OfPick, place: Place) -> None:
        _changed(writes, fact)
        row = {"shelf_id": str(fact.originator_id), "listing_id": str(fact.listing_id), "place": place.position}
        writes.put(_pick(fact), _PICK, {**row, "picked_at": place.effective_at.isoformat()})

    @when(Shelf.Dropped, MemberShelf.Dropped)
    def dropped(self, writes: Writes, fact: OfPick, place: Place) -> None:
        _changed(writes, fact)
        writes.put(_pick(fact), _DROP, {"mine": str(fact.originator_id), "listing": str(fact.listing_id)})

    @when(Shelf.SeasonSet, MemberShelf.SeasonSet)
    def season_set(self, writes: Writes, fact: OfSeason, place: Place) -> None:
        ends = (("opens_at", fact.opens_at), ("closes_at", fact.closes_at))
        season = {name: None if at is None else at.isoformat() for name, at in ends}
        if fact.listing_id is None:
            _changed(writes, fact, **season)
        else:
            _changed(writes, fact)
            pick = {"mine": str(fact.originator_id), "listing": str(fact.listing_id)}
            writes.put(_pick(fact), _SEASON, {**pick, **season})


def _changed(writes: Writes, fact: Fact, **more: str | None) -> None:
    mine = {"mine": str(fact.originator_id), "version": fact.originator_version}
    writes.put(str(fact.originator_id), _CHANGE, {**mine, **more})


def _pick(fact: OfPick | OfSeason) -> str:
    return f"{fact.originator_id} {fact.listing_id}"
