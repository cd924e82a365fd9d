"""Which community suits a listing, and which listings suit a community, both with the reasons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, or_, select

from services.contracts.likeness import weights
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.known.groups import LEADER, OWNER, owners_of, roles_of
from services.mall.domain.listing import TICKET
from services.mall.domain.refusals import NoSuchListing, NoSuchShelf
from services.mall.projections import listings as listing
from services.mall.projections.listings import listings
from services.mall.projections.matching import taken_down, topics_of
from services.mall.projections.promises import promises
from services.mall.projections.sales import sales
from services.mall.projections.shelves import picks, shelves

from .affinity import (
    carriers,
    communities,
    having,
    sold_by_group,
    sold_here,
    tags_of_row,
    told_carriers,
    topics_by_group,
)
from .promises import is_promised_elsewhere
from .reading import Reading, is_operator, people_position, row_of
from .suiting import FORMULA, Figures, verdict

MOST_WEIGHED = 500
"""Listings that are weighed for one community: the latest of those that come into question."""
NOBODY: tuple[None, dict[str, int]] = (None, {})


class SuitabilityQueries(Reading):
    """Reads of sellers, owners, leaders and operators."""

    def listing_communities(self, actor: Actor, listing_id: UUID, limit: int = 10) -> dict[str, Any]:
        """The communities that a listing suits, the best first. Raises NoSuchListing."""
        with self._service.views.reading() as connection:
            row = row_of(connection, listings, listings.c.listing_id, listing_id)
            if row is None or not (row["person_id"] == str(actor.person_id) or is_operator(actor)):
                raise NoSuchListing()
            found = _communities_for(connection, row)
            shown = set(connection.execute(_shelves_with(str(listing_id))).scalars())
            answer = _answer(connection, found, limit)
        items = [item | {"is_on_shelf": item["group_id"] in shown} for item in answer["items"]]
        return {**answer, "listing_id": listing_id, "items": items}

    def shelf_suggestions(self, actor: Actor, group_id: UUID, limit: int = 10) -> dict[str, Any]:
        """The listings that suit a community and are not on its shelf, the best first; what it took down never
        comes back, and what is another one's alone, or will be, is not suggested. Raises NoSuchShelf."""
        now = self._service.clock.now()
        with self._service.views.reading() as connection:
            ensure_leads(connection, actor, group_id)
            answer = _answer(connection, _listings_for(connection, str(group_id), now), limit)
        return {**answer, "group_id": group_id}


def ensure_leads(connection: Connection, actor: Actor, group_id: UUID) -> None:
    """Raises NoSuchShelf, unless the actor owns or leads the group; an operator may ask of any group there is."""
    may = owners_of(connection, group_id) if is_operator(actor) else roles_of(connection, group_id, actor.person_id)
    if not may or not (is_operator(actor) or {OWNER, LEADER} & set(map(str, may))):
        raise NoSuchShelf()


def _communities_for(connection: Connection, row: Row) -> list[Row]:
    tags = tags_of_row(row)
    about = topics_by_group(connection, tags)
    people = told_carriers(connection, carriers(connection, tags))
    sold = sold_by_group(connection, row["listing_id"], tags)
    having_it, many = having(connection, tags), communities(connection)
    weighed = _Weighed(having_it, many)
    return [
        {"group_id": one, **weighed.verdict(tags, about.get(one, set()), people.get(one, NOBODY), sold.get(one))}
        for one in sorted({*about, *people, *sold})
    ]


def _listings_for(connection: Connection, group_id: str, now: datetime) -> list[Row]:
    about = topics_of(connection, group_id)
    people = told_carriers(connection, carriers(connection, None, group_id)).get(group_id, NOBODY)
    rows = _offered_with(connection, group_id, about | set(people[1]), now)
    tags = {row["listing_id"]: tags_of_row(row) for row in rows}
    weighed = _Weighed(having(connection, set().union(*tags.values())), communities(connection))
    sold = _sold_by_tag(connection, group_id)
    return [
        {"listing_id": row["listing_id"], "title": row["title"], "price_minor": row["price_minor"],
         "currency": row["currency"],
         **weighed.verdict(mine, about, (people[0], {tag: many for tag, many in people[1].items() if tag in mine}),
                           _together(sold, mine))}
        for row in rows for mine in [tags[row["listing_id"]]]
    ]  # fmt: skip


class _Weighed:
    """How much each tag says here."""

    def __init__(self, having_it: Mapping[str, int], many: int) -> None:
        self._having, self._many, self._weight = having_it, many, weights(having_it, many)

    def verdict(
        self, tags: frozenset[str], about: set[str], people: tuple[int | None, dict[str, int]],
        sold: tuple[int, int] | None,
    ) -> Row:  # fmt: skip
        units, returned = sold or (0, 0)
        return verdict(
            Figures(
                tags=tags, topics=frozenset(about), weight=self._weight, having=self._having, communities=self._many,
                audience=people[0], carriers=people[1], units=units, returned=returned,
            )
        )  # fmt: skip


def _answer(connection: Connection, found: list[Row], limit: int) -> Row:
    best = sorted(found, key=lambda one: (-one["score"], str(one.get("group_id", one.get("listing_id")))))
    items = [one for one in best if one["score"] > 0][:limit]
    return {"formula": FORMULA, "known_at": people_position(connection), "items": items}


def _offered_with(connection: Connection, group_id: str, tags: set[str], now: datetime) -> list[Row]:
    """Listings with one of these tags that the group neither shows nor took down, and may show and earn by."""
    wanted = select(listing.tags.c.listing_id).where(func.lower(listing.tags.c.tag).in_(tags))
    down = select(taken_down.c.listing_id).where(taken_down.c.group_id == group_id)
    up = select(picks.c.listing_id).join(shelves, shelves.c.shelf_id == picks.c.shelf_id)
    elsewhere = select(promises.c.listing_id).where(is_promised_elsewhere(group_id, now))
    not_these: ColumnElement[bool] = or_(
        listings.c.listing_id.in_(down), listings.c.listing_id.in_(elsewhere),
        listings.c.listing_id.in_(up.where(shelves.c.group_id == group_id)),
    )  # fmt: skip
    is_goods = (listings.c.state == "offered", listings.c.kind != TICKET)
    found = select(listings).where(listings.c.listing_id.in_(wanted), *is_goods, ~not_these)
    rows = connection.execute(found.order_by(listings.c.place.desc()).limit(MOST_WEIGHED)).mappings()
    return [dict(row) for row in rows]


def _sold_by_tag(connection: Connection, group_id: str) -> dict[str, tuple[frozenset[str], tuple[int, int]]]:
    sold = sold_here(connection, group_id)
    found = select(listings).where(
        listings.c.listing_id.in_(select(sales.c.listing_id).where(sales.c.group_id == group_id))
    )
    rows = [dict(row) for row in connection.execute(found).mappings()]
    return {row["listing_id"]: (tags_of_row(row), sold[row["listing_id"]]) for row in rows if row["listing_id"] in sold}


def _together(sold: Mapping[str, tuple[frozenset[str], tuple[int, int]]], mine: frozenset[str]) -> tuple[int, int]:
    alike = [pieces for tags, pieces in sold.values() if tags & mine]
    return sum(units for units, _ in alike), sum(returned for _, returned in alike)


def _shelves_with(listing_id: str) -> Any:
    found = select(shelves.c.group_id).join(picks, picks.c.shelf_id == shelves.c.shelf_id)
    return found.where(picks.c.listing_id == listing_id)
