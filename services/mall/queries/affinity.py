"""What the views know of tags, people and sales, as the formula of suitability needs it."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from services.contracts.floor import are_apart, in_steps, told
from services.contracts.likeness import is_addressable, tag_key
from services.kernel.flow.batches import SHOWN
from services.known.groups import OWNER, roles
from services.known.people import tags as carried
from services.mall.projections import listings as listing
from services.mall.projections.matching import TAGS, audience, batches, is_shown, topics
from services.mall.projections.sales import sales

Sold = tuple[int, int]


def communities(connection: Connection) -> int:
    """How many groups there are."""
    found = select(func.count(roles.c.group_id.distinct())).where(roles.c.role == OWNER)
    return int(connection.execute(found).scalar_one())


def tags_of_row(row: Mapping[str, Any]) -> frozenset[str]:
    """The tags of a listing, as they are compared."""
    return frozenset(tag_key(tag) for tag in json.loads(row["tags"]))


def having(connection: Connection, tags: Collection[str]) -> dict[str, int]:
    """By tag, how many groups are about it; every tag is there."""
    found = select(topics.c.tag, func.count()).where(topics.c.tag.in_(tags)).group_by(topics.c.tag)
    return dict.fromkeys(tags, 0) | {tag: int(many) for tag, many in connection.execute(found)}


def topics_by_group(connection: Connection, tags: Collection[str]) -> dict[str, set[str]]:
    """Which groups are about which of these tags."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(topics).where(topics.c.tag.in_(tags))):
        found.setdefault(row.group_id, set()).add(row.tag)
    return found


def carriers(connection: Connection, tags: Collection[str] | None, group_id: str | None = None) -> Select[Any]:
    """By group and tag, how many of those told of carry it and show it there; ``tags`` None: whichever they carry."""
    kinds = connection.execute(select(carried.c.kind).distinct()).scalars()
    tag: ColumnElement[str] = func.lower(carried.c.value).label("tag")
    found = (
        select(audience.c.group_id, tag, func.count(audience.c.person_id.distinct()).label("people"))
        .join_from(audience, carried, carried.c.person_id == audience.c.person_id)
        .where(audience.c.state.in_(SHOWN), carried.c.kind.in_([kind for kind in kinds if is_addressable(kind)]))
        .where(is_shown(TAGS, audience.c.person_id, audience.c.group_id))
        .group_by(audience.c.group_id, tag)
    )
    if tags is not None:
        found = found.where(func.lower(carried.c.value).in_(tags))
    return found if group_id is None else found.where(audience.c.group_id == group_id)


def told_carriers(connection: Connection, found: Select[Any]) -> dict[str, tuple[int, dict[str, int]]]:
    """By group, how many people are told of and how many of them carry which tag: in steps, and only where the
    difference to the others, and to the people of another group, says nothing of few."""
    by_group: dict[str, dict[str, int]] = {}
    for row in connection.execute(found):
        by_group.setdefault(row.group_id, {})[row.tag] = row.people
    answer: dict[str, tuple[int, dict[str, int]]] = {}
    for group_id, people in by_group.items():
        size = _size(connection, group_id)
        shown = {tag: in_steps(many) for tag, number in people.items() if (many := told(number, size)) is not None}
        if shown and all(are_apart(size, other, same) for other, same in batches.overlaps(connection, group_id)):
            answer[group_id] = (size, shown)
    return answer


def sold_by_group(connection: Connection, listing_id: str, tags: Collection[str]) -> dict[str, Sold]:
    """By group, the pieces that were sold through its shelf of this listing and of those that share a tag with it."""
    alike = select(listing.tags.c.listing_id).where(func.lower(listing.tags.c.tag).in_(tags))
    of_these = sales.c.listing_id.in_(alike) | (sales.c.listing_id == listing_id)
    found = _sold(sales.c.group_id).where(of_these, sales.c.group_id.is_not(None)).group_by(sales.c.group_id)
    return {row.group_id: (int(row.units), int(row.returned)) for row in connection.execute(found)}


def sold_here(connection: Connection, group_id: str) -> dict[str, Sold]:
    """By listing, the pieces that were sold through the shelf of a group."""
    found = _sold(sales.c.listing_id).where(sales.c.group_id == group_id).group_by(sales.c.listing_id)
    return {row.listing_id: (int(row.units), int(row.returned)) for row in connection.execute(found)}


def _sold(by: ColumnElement[Any]) -> Select[Any]:
    back = func.sum(sales.c.returned + sales.c.cancelled).label("returned")
    return select(by, func.sum(sales.c.quantity).label("units"), back).where(sales.c.paid_at.is_not(None))


def _size(connection: Connection, group_id: str) -> int:
    found = select(func.count()).select_from(batches.told_of(group_id).subquery())
    return int(connection.execute(found).scalar_one())
