"""What groups knows of the mall, from its messages: what is offered, and what share links lead to."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, Table, Text, select

from services.contracts.mall import ListingListed, ListingWithdrawn, ShareLinkMade
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

ID_LENGTH = 36
_metadata = MetaData()
listings = Table("known_listings_v1", _metadata, Column("listing_id", Text, primary_key=True))
links = Table(
    "known_links_v1",
    _metadata,
    Column("link_id", Text, primary_key=True),
    Column("listing_id", Text, nullable=False),
)


class KnownGoods(Projection):
    """One row a listing that is offered now, one a share link."""

    name: ClassVar[str] = "known_goods"
    hears: ClassVar[frozenset[str]] = frozenset({"mall"})
    metadata: ClassVar[MetaData] = _metadata

    @when(ListingListed)
    def listed(self, connection: Connection, message: ListingListed, place: Place) -> None:
        """It can be shown in a post."""
        row = {"listing_id": str(message.listing_id)}
        connection.execute(insert(listings).values(row).on_conflict_do_nothing())

    @when(ListingWithdrawn)
    def withdrawn(self, connection: Connection, message: ListingWithdrawn, place: Place) -> None:
        """It can be shown no longer."""
        connection.execute(listings.delete().where(listings.c.listing_id == str(message.listing_id)))

    @when(ShareLinkMade)
    def link_made(self, connection: Connection, message: ShareLinkMade, place: Place) -> None:
        """Words with this link show the listing."""
        row = {"link_id": str(message.link_id), "listing_id": str(message.listing_id)}
        connection.execute(insert(links).values(row).on_conflict_do_nothing())


def offered(connection: Connection, listing_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the listings that are offered now, in their order."""
    asked = list(listing_ids)
    mine = listings.c.listing_id.in_([str(one) for one in asked])
    known = set(connection.execute(select(listings.c.listing_id).where(mine)).scalars())
    return [one for one in asked if str(one) in known]


def led_to(connection: Connection, linked: Iterable[str]) -> list[UUID]:
    """The listings that are linked to by their own id or by that of a share link, in their order. A share link's code
    means something to the mall alone."""
    ids = [one for one in linked if len(one) == ID_LENGTH]
    rows = connection.execute(select(links).where(links.c.link_id.in_(ids)))
    found = {row.link_id: row.listing_id for row in rows}
    return [UUID(found.get(one, one)) for one in ids]
