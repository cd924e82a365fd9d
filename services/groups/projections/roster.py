"""The roster: members of a group with what is certified about them and their tags, as far as members may see it.

A field that is hidden is neither shown, nor looked at by a filter; members stand in the order of their admission,
which nothing about them changes. What the law protects more than the rest is neither shown nor looked at either.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, exists, false, func, select

from services.contracts.likeness import is_addressable
from services.groups.projections.members import members
from services.groups.projections.visibility import TAGS, is_visible
from services.known.people import claims, counting, tags

Rows = Sequence[dict[str, Any]]
Cards = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which members: those with a claim of this kind and code, and with a tag of this kind and value; None is any."""

    kind: str | None = None
    code: str | None = None
    tag_kind: str | None = None
    tag_value: str | None = None


def members_with(group_id: UUID, wanted: Wanted, now: datetime) -> Select[Any]:
    """The members of a group for whom everything holds that is wanted, and may be seen."""
    found = select(members).where(members.c.group_id == str(group_id))
    if wanted.kind is not None or wanted.code is not None:
        asked = _equal({claims.c.kind: wanted.kind, claims.c.code: wanted.code})
        held = visible_claims(group_id, now).where(claims.c.person_id == members.c.person_id, *asked)
        found = found.where(exists(held))
    if wanted.tag_kind is not None:
        asked = _equal({tags.c.kind: wanted.tag_kind, tags.c.value: wanted.tag_value})
        carried = visible_tags(group_id).where(tags.c.person_id == members.c.person_id, *asked)
        found = found.where(exists(carried) if is_addressable(wanted.tag_kind) else false())
    return found


def visible_claims(group_id: UUID, now: datetime) -> Select[Any]:
    """The claims that count and that the members of a group may see."""
    return select(claims).where(counting(now), is_visible(claims.c.person_id, claims.c.kind, group_id))


def visible_tags(group_id: UUID) -> Select[Any]:
    """The tags that the members of a group may see; what is not addressable is still among them."""
    return select(tags).where(is_visible(tags.c.person_id, TAGS, group_id))


def with_cards(connection: Connection, group_id: UUID, rows: Rows, now: datetime) -> list[dict[str, Any]]:
    """Rows of people, each with the claims and tags that the members of a group may see."""
    people = [row["person_id"] for row in rows]
    held, carried = _claims(connection, group_id, people, now), _tags(connection, group_id, people)
    return [row | {"claims": held.get(row["person_id"], []), "tags": carried.get(row["person_id"], [])} for row in rows]


def with_roles(rows: Rows) -> list[dict[str, Any]]:
    """Rows of members with their roles read."""
    return [row | {"roles": json.loads(row["roles"])} for row in rows]


def addressable(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Rows of tags without those that are never to be looked at."""
    return [row for row in rows if is_addressable(row.kind)]


def _claims(connection: Connection, group_id: UUID, people: list[str], now: datetime) -> Cards:
    """By person: the highest level of each kind and code."""
    seen = visible_claims(group_id, now).where(claims.c.person_id.in_(people)).subquery()
    found = (
        select(seen.c.person_id, seen.c.kind, seen.c.code, func.max(seen.c.level).label("level"))
        .group_by(seen.c.person_id, seen.c.kind, seen.c.code)
        .order_by(seen.c.kind, seen.c.code.nulls_first())
    )
    held: Cards = {}
    for claim in connection.execute(found):
        held.setdefault(claim.person_id, []).append({"kind": claim.kind, "level": claim.level, "code": claim.code})
    return held


def _tags(connection: Connection, group_id: UUID, people: list[str]) -> Cards:
    found = visible_tags(group_id).where(tags.c.person_id.in_(people)).order_by(tags.c.kind, tags.c.value)
    carried: Cards = {}
    for tag in addressable(connection.execute(found)):
        carried.setdefault(tag.person_id, []).append({"kind": tag.kind, "value": tag.value})
    return carried


def _equal(asked: dict[Any, str | None]) -> list[Any]:
    return [column == value for column, value in asked.items() if value is not None]
