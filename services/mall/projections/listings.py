"""What is offered, at which price, and how many can be ordered now. What was sold stands in the sales."""

import json
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import bucket_facts as buckets
from services.mall.domain import listing_facts as facts

metadata = MetaData()
listings = Table(
    "listings_v2",
    metadata,
    Column("listing_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),  # the position of its birth: the order of lists
    Column("seller_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("commission_bps", BigInteger, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("gathering_id", Text),
    Column("listed_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("listings_v2_in_order", "place"),
    Index("listings_v2_of_seller", "seller_id", "place"),
)
tags = Table(
    "listing_tags_v2",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("listing_id", Text, nullable=False),
    sqlite_with_rowid=False,
)
_BEGIN = insert(listings)
_TAG = insert(tags)
_CHANGE = listings.update().where(listings.c.listing_id == bindparam("mine"))
_MORE_IN_BUCKET = _CHANGE.values(available=listings.c.available + bindparam("more"))
_MORE = _CHANGE.values(available=listings.c.available + bindparam("more"))


class ListingsView(PagedProjection):
    """One row a listing: offered or withdrawn; what is reserved is not available, wherever it lies. Seats are no
    stock."""

    name, version, hears, metadata = "listings", 2, frozenset({"mall"}), metadata

    @when(facts.Listed)
    def listed(self, writes: Writes, fact: facts.Listed, place: Place) -> None:
        listing_id = str(fact.listing_id)
        said = {name: getattr(fact, name) for name in ("title", "description", "price_minor", "currency")}
        row = {
            **said, "listing_id": listing_id, "place": place.position, "seller_id": str(fact.seller_id),
            "person_id": str(fact.person_id), "tags": json.dumps(fact.tags, ensure_ascii=False),
            "commission_bps": fact.commission_bps, "available": fact.stock, "state": "offered",
            "kind": fact.kind, "gathering_id": str(fact.gathering_id) if fact.gathering_id else None,
            "listed_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)
        for tag in dict.fromkeys(fact.tags):
            writes.put(f"{listing_id} {tag}", _TAG, {"tag": tag, "place": place.position, "listing_id": listing_id})

    @when(facts.Repriced)
    def repriced(self, writes: Writes, fact: facts.Repriced, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "price_minor": fact.price_minor})

    @when(facts.Withdrawn)
    def withdrawn(self, writes: Writes, fact: facts.Withdrawn, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": "withdrawn"})

    @when(facts.Restocked, facts.ReservationReleased)
    def more(self, writes: Writes, fact: facts.Restocked | facts.ReservationReleased, place: Place) -> None:
        writes.put(str(fact.originator_id), _MORE, {**_mine(fact), "more": fact.quantity}, ["more"])

    @when(facts.Reserved)
    def reserved(self, writes: Writes, fact: facts.Reserved, place: Place) -> None:
        writes.put(str(fact.originator_id), _MORE, {**_mine(fact), "more": -fact.quantity}, ["more"])

    @when(buckets.Restocked, buckets.ReservationReleased)
    def more_in_bucket(
        self, writes: Writes, fact: buckets.Restocked | buckets.ReservationReleased, place: Place
    ) -> None:  # fmt: skip
        _in_bucket(writes, fact.listing_id, fact.quantity)

    @when(buckets.Reserved)
    def reserved_in_bucket(self, writes: Writes, fact: buckets.Reserved, place: Place) -> None:
        _in_bucket(writes, fact.listing_id, -fact.quantity)

    @when(buckets.Sold)
    def sold_from_bucket(self, writes: Writes, fact: buckets.Sold, place: Place) -> None:
        """It was available no longer since it was reserved, and the listing's own version is the same."""

    @when(facts.Sold, facts.Promised, facts.StockSpread)
    def sold(self, writes: Writes, fact: Fact, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))


def _in_bucket(writes: Writes, listing_id: UUID, more: int) -> None:
    """What lies in buckets is available, too; the version of the row is the listing's own."""
    writes.put(str(listing_id), _MORE_IN_BUCKET, {"mine": str(listing_id), "more": more}, ["more"])


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
