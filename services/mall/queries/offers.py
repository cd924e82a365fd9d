"""What is offered: sellers and their listings. Anybody may ask."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, ScalarSelect, Select, bindparam, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.known.people import claims
from services.mall.domain.refusals import NoSuchListing, NoSuchSeller
from services.mall.domain.seller import Seller
from services.mall.projections.listings import listings, tags
from services.mall.projections.sales_tables import sold_by_listing
from services.mall.projections.sellers import sellers

from .reading import Reading, row_of


class OfferQueries(Reading):
    """Reads that need no sign-in."""

    def seller(self, actor: Actor, seller_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """Who sells, and what is certified of that person. Raises NoSuchSeller."""
        with self._service.views.reading() as connection:
            row = row_of(connection, sellers, sellers.c.seller_id, seller_id)
            claims = _certified(connection, row["person_id"]) if row else []
        seller = self._service.store.load(Seller, seller_id)
        if row is None or seller is None:
            raise NoSuchSeller()
        return {**row, "name": str(seller.name), "claims": claims}

    def listing(self, actor: Actor, listing_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """One listing. Raises NoSuchListing."""
        with self._service.views.glancing() as connection:
            row = connection.execute(_LISTING, {"wanted": str(listing_id)}).mappings().first()
        if row is None:
            raise NoSuchListing()
        return shown(dict(row))

    def listings(
        self, actor: Actor, tag: str | None = None, seller_id: UUID | None = None, kind: str | None = None,  # noqa: ARG002 - for everybody
        limit: int = 100, cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """What is offered, the latest first; withdrawn ones too when a seller's are asked for."""
        found, place = offered(), listings.c.place
        if tag is not None:
            found, place = found.join(tags, tags.c.listing_id == listings.c.listing_id), tags.c.place
            found = found.where(tags.c.tag == tag)
        if kind is not None:
            found = found.where(listings.c.kind == kind)
        if seller_id is not None:
            found = found.where(listings.c.seller_id == str(seller_id))
        else:
            found = found.where(listings.c.state == "offered")
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [place.desc()], limit, cursor)
        return {"items": [shown(row) for row in page.rows], "next": page.next}


def offered(*more: Any) -> Select[Any]:
    """Listings as answers show them, with these columns beside."""
    wanted = [column for column in listings.c if column.name != "place" or not more]
    return select(*wanted, *more, _sold().label("sold"))


def _sold() -> ScalarSelect[int]:
    """Units that were paid for and not cancelled; also what was recorded from elsewhere, which no stock knows."""
    kept = select(func.coalesce(func.sum(sold_by_listing.c.kept), 0))
    return kept.where(sold_by_listing.c.listing_id == listings.c.listing_id).scalar_subquery()


_LISTING = offered().where(listings.c.listing_id == bindparam("wanted"))


def shown(row: Row) -> Row:
    """A row of ``offered`` as an answer."""
    return row | {"tags": json.loads(row["tags"])}


def _certified(connection: Connection, person_id: str) -> list[Row]:
    highest = select(claims.c.kind, func.max(claims.c.level).label("level")).where(claims.c.person_id == person_id)
    return [dict(row) for row in connection.execute(highest.group_by(claims.c.kind).order_by(claims.c.kind)).mappings()]
