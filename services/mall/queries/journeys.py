"""The way from post to gathering to order: how many of each, for a listing and for a community."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, func, select

from services.contracts.floor import in_steps, told
from services.kernel.doors.operation import Actor
from services.mall.domain.refusals import NoSuchListing
from services.mall.projections.journeys import came, gatherings, goods, posts
from services.mall.projections.listings import listings
from services.mall.projections.sales import sales

from .reading import Reading, figures_position, is_operator, row_of
from .suitability import ensure_leads

Ids = Select[tuple[str]]


class JourneyQueries(Reading):
    """Reads of sellers, owners, leaders and operators."""

    def listing_journey(self, actor: Actor, listing_id: UUID) -> dict[str, Any]:
        """From the posts and gatherings that show a listing to its orders. Raises NoSuchListing, FiguresNotReady."""
        mine = str(listing_id)
        shown = select(posts.c.post_id).where(posts.c.listing_id == mine, posts.c.is_shown)
        held = select(gatherings.c.gathering_id).where(
            ~gatherings.c.is_cancelled,
            gatherings.c.gathering_id.in_(select(goods.c.gathering_id).where(goods.c.listing_id == mine)),
        )
        by_post, by_gathering = (
            (sales.c.listing_id == mine) & column.is_not(None) for column in (sales.c.post_id, sales.c.gathering_id)
        )
        with self._service.views.reading() as connection:
            row = row_of(connection, listings, listings.c.listing_id, listing_id)
            if row is None or not (row["person_id"] == str(actor.person_id) or is_operator(actor)):
                raise NoSuchListing()
            return {"listing_id": listing_id, **_steps(connection, shown, held, by_post, by_gathering)}

    def community_journey(self, actor: Actor, group_id: UUID) -> dict[str, Any]:
        """From a group's posts with goods and its gatherings to orders. Raises NoSuchShelf, FiguresNotReady."""
        mine = str(group_id)
        published = select(posts.c.post_id).where(posts.c.group_id == mine)
        announced = select(gatherings.c.gathering_id).where(gatherings.c.group_id == mine)
        by_post, by_gathering = sales.c.post_id.in_(published), sales.c.gathering_id.in_(announced)
        with self._service.views.reading() as connection:
            ensure_leads(connection, actor, group_id)
            shown, held = published.where(posts.c.is_shown), announced.where(~gatherings.c.is_cancelled)
            return {"group_id": group_id, **_steps(connection, shown, held, by_post, by_gathering)}


def _steps(
    connection: Connection, shown: Ids, held: Ids, by_post: ColumnElement[bool], by_gathering: ColumnElement[bool]
) -> dict[str, Any]:
    """The numbers of each step; of people, only from five on and in steps of five."""
    is_paid = sales.c.paid_at.is_not(None)
    was_paid = (by_post | by_gathering) & is_paid
    went_back = was_paid & (sales.c.returned + sales.c.cancelled > 0)
    people = _distinct(connection, came.c.person_id, came.c.gathering_id.in_(held))
    many = told(people)
    return {
        "position": figures_position(connection),
        "posts": _count(connection, shown),
        "gatherings": _count(connection, held),
        "came": None if many is None else in_steps(many),
        "orders": _distinct(connection, sales.c.order_id, was_paid),
        "orders_by_post": _distinct(connection, sales.c.order_id, is_paid, by_post),
        "orders_by_gathering": _distinct(connection, sales.c.order_id, is_paid, by_gathering),
        "orders_back": _distinct(connection, sales.c.order_id, went_back),
        "amounts": _amounts(connection, was_paid),
    }


def _amounts(connection: Connection, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    back = sales.c.refunded_minor + sales.c.cancelled_minor
    found = select(
        sales.c.currency,
        func.sum(sales.c.gross_minor).label("gross_minor"),
        func.sum(sales.c.gross_minor - back).label("net_minor"),
    ).where(where)
    rows = connection.execute(found.group_by(sales.c.currency).order_by(sales.c.currency)).mappings()
    return [{**row, "gross_minor": int(row["gross_minor"]), "net_minor": int(row["net_minor"])} for row in rows]


def _count(connection: Connection, ids: Ids) -> int:
    return int(connection.execute(select(func.count()).select_from(ids.distinct().subquery())).scalar_one())


def _distinct(connection: Connection, column: ColumnElement[Any], *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count(column.distinct())).where(*where)).scalar_one())
