"""Which communities are about the same things, with the reasons: the rarer a topic that both have, the more it says."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.contracts.likeness import FORMULA, likeness, tag_key, weights
from services.groups.projections.groups import groups
from services.groups.queries.audience import ensure_known
from services.kernel.doors.operation import Actor
from services.kernel.service import Service

Tags = dict[str, set[str]]


class NeighbourQueries:
    """Reads of everybody: topics are public."""

    _service: Service

    def neighbours(self, actor: Actor, group_id: UUID, limit: int) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """The communities nearest by topic, the nearest first. Raises NoSuchGroup."""
        with self._service.views.reading() as connection:
            ensure_known(connection, group_id)
            tags, names = _topics(connection)
        having = Counter(tag for theirs in tags.values() for tag in theirs)
        mine = tags.pop(str(group_id))
        found = [_compared(mine, theirs, having, len(tags) + 1) | {"group_id": one} for one, theirs in tags.items()]
        near = sorted((one for one in found if one["shared"]), key=lambda one: (-one["likeness"], one["group_id"]))
        items = [one | {"name": names[one["group_id"]]} for one in near[:limit]]
        return {"group_id": group_id, "formula": FORMULA, "communities": len(tags) + 1, "items": items}


def _topics(connection: Connection) -> tuple[Tags, dict[str, str]]:
    rows = connection.execute(select(groups.c.group_id, groups.c.name, groups.c.tags)).all()
    tags = {row.group_id: {tag_key(tag) for tag in json.loads(row.tags)} for row in rows}
    return tags, {row.group_id: row.name for row in rows}


def _compared(mine: set[str], theirs: set[str], having: Mapping[str, int], communities: int) -> dict[str, Any]:
    weight = weights(having, communities)
    shared = sorted(mine & theirs, key=lambda tag: (having[tag], tag))
    said = ", ".join(f"{tag} ({having[tag]} of {communities} communities)" for tag in shared)
    return {
        "likeness": round(likeness(mine, theirs, weight), 3), "shared": shared,
        "reason": f"Both are about {said}." if shared else "",
    }  # fmt: skip
