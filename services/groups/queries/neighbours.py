"""Which communities are about the same things, with the reasons: the rarer a topic that both have, the more it says."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from services.contracts.likeness import FORMULA, likeness, weights
from services.groups.projections.groups import group_tags, groups
from services.groups.queries.audience import ensure_known
from services.kernel.doors.operation import Actor
from services.kernel.service import Service

MOST_COMPARED = 1_000
"""How many communities one is compared with: where more share a topic with it, those that share its rarest."""
Tags = dict[str, set[str]]


class NeighbourQueries:
    """Reads of everybody: topics are public."""

    _service: Service

    def neighbours(self, actor: Actor, group_id: UUID, limit: int) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """The communities nearest by topic, the nearest first. Raises NoSuchGroup."""
        with self._service.views.reading() as connection:
            ensure_known(connection, group_id)
            communities = connection.execute(select(func.count()).select_from(groups)).scalar_one()
            mine = _topics(connection, [str(group_id)]).get(str(group_id), set())
            others = _sharing(connection, str(group_id), mine)
            having, tags = _having(connection, [str(group_id), *others]), _topics(connection, others)
            weight = weights(having, communities)
            alike = {one: round(likeness(mine, tags[one], weight), 3) for one in others}
            near = sorted(others, key=lambda one: (-alike[one], one))[:limit]
            names = _names(connection, near)
        items = [
            {"group_id": one, "name": names[one], "likeness": alike[one]}
            | _reason(mine & tags[one], having, communities)
            for one in near
        ]
        return {"group_id": group_id, "formula": FORMULA, "communities": communities, "items": items}


def _sharing(connection: Connection, group_id: str, mine: Collection[str]) -> list[str]:
    """The other groups that share a topic, those that share the rarest first, as many as are compared."""
    found: dict[str, None] = {}
    many = func.count(group_tags.c.group_id.distinct())
    rarest = select(group_tags.c.topic).where(group_tags.c.topic.in_(mine)).group_by(group_tags.c.topic)
    for topic in connection.execute(rarest.order_by(many, group_tags.c.topic)).scalars().all():
        sharing = select(group_tags.c.group_id).distinct().where(group_tags.c.topic == topic)
        others = sharing.where(group_tags.c.group_id != group_id).order_by(group_tags.c.group_id).limit(MOST_COMPARED)
        found |= dict.fromkeys(connection.execute(others).scalars())
    return list(found)[:MOST_COMPARED]


def _topics(connection: Connection, group_ids: Collection[str]) -> Tags:
    """What each of these groups is about; one that is about nothing is not there."""
    tags: Tags = {}
    wanted = select(group_tags.c.group_id, group_tags.c.topic).where(group_tags.c.group_id.in_(group_ids))
    for row in connection.execute(wanted):
        tags.setdefault(row.group_id, set()).add(row.topic)
    return tags


def _having(connection: Connection, group_ids: Collection[str]) -> dict[str, int]:
    """By topic that one of these groups is about, how many groups are."""
    theirs = select(group_tags.c.topic).where(group_tags.c.group_id.in_(group_ids))
    many = select(group_tags.c.topic, func.count(group_tags.c.group_id.distinct())).group_by(group_tags.c.topic)
    return {topic: int(number) for topic, number in connection.execute(many.where(group_tags.c.topic.in_(theirs)))}


def _names(connection: Connection, group_ids: Collection[str]) -> dict[str, str]:
    rows = connection.execute(select(groups.c.group_id, groups.c.name).where(groups.c.group_id.in_(group_ids)))
    return {row.group_id: row.name for row in rows}


def _reason(both: set[str], having: Mapping[str, int], communities: int) -> dict[str, Any]:
    shared = sorted(both, key=lambda tag: (having[tag], tag))
    said = ", ".join(f"{tag} ({having[tag]} of {communities} communities)" for tag in shared)
    return {"shared": shared, "reason": f"Both are about {said}."}
