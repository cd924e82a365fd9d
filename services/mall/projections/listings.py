"""What is offered, at which price, and how many can be ordered now. What was sold stands in the sales."""

import json

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.listing import Listing

metadata = MetaData()
listings = Table(
    "listings_v1",
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
    Column("listed_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("listings_v1_in_order", "place"),
    Index("listings_v1_of_seller", "seller_id", "place"),
)
tags = Table(
    "listing_tags_v1",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("listing_id", Text, nullable=False),
    sqlite_with_rowid=False,
)
_BEGIN = insert(listings)
_TAG = insert(tags)
_CHANGE = listings.update().where(listings.c.listing_id == bindparam("mine"))
_MORE = _CHANGE.values(available=listings.c.available + bindparam("more"))


class ListingsView(PagedProjection):
    """One row a listing: offered or withdrawn; what is reserved is not available."""

    name, hears, metadata = "listings", frozenset({"mall"}), metadata

    @when(Listing.Listed)
    def listed(self, writes: Writes, fact: Listing.Listed, place: Place) -> None:
        listing_id = str(fact.listing_id)
        said = {name: getattr(fact, name) for name in ("title", "description", "price_minor", "currency")}
        row = {
            **said, "listing_id": listing_id, "place": place.position, "seller_id": str(fact.seller_id),
            "person_id": str(fact.person_id), "tags": json.dumps(fact.tags, ensure_ascii=False),
            "commission_bps": fact.commission_bps, "available": fact.stock, "state": "offered",
            "listed_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)
        for tag in dict.fromkeys(fact.tags):
            writes.put(f"{listing_id} {tag}", _TAG, {"tag": tag, "place": place.position, "listing_id": listing_id})

    @when(Listing.Repriced)
    def repriced(self, writes: Writes, fact: Listing.Repriced, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "price_minor": fact.price_minor})

    @when(Listing.Withdrawn)
    def withdrawn(self, writes: Writes, fact: Listing.Withdrawn, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": "withdrawn"})

    @when(Listing.Restocked, Listing.ReservationReleased)
    def more(self, writes: Writes, fact: Listing.Restocked | Listing.ReservationReleased, place: Place) -> None:
        writes.put(str(fact.originator_id), _MORE, {**_mine(fact), "more": fact.quantity})

    @when(Listing.Reserved)
    def reserved(self, writes: Writes, fact: Listing.Reserved, place: Place) -> None:
        writes.put(str(fact.originator_id), _MORE, {**_mine(fact), "more": -fact.quantity})

    @when(Listing.Sold)
    def sold(self, writes: Writes, fact: Listing.Sold, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
