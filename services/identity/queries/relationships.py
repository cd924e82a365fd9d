"""Whom the actor follows, who follows her, her friends, requests, and whom she has blocked."""

from typing import Any
from uuid import UUID

from services.identity.domain.person import Person
from services.identity.projections.relationships import people_of, relationships
from services.identity.queries.asked import Asked
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of


class RelationshipQueries(Asked):
    """What others are to the actor; what they are to one another is nobody's to ask."""

    def relationships(self, actor: Actor, kind: str, limit: int, cursor: list[str] | None = None) -> dict[str, Any]:
        """The people who are this to the actor, the latest first."""
        order = relationships.c.since.desc(), relationships.c.other_id
        with self._service.views.glancing() as connection:
            page = page_of(connection, people_of(actor.person_id, kind), order, limit, cursor)
        return {"items": [self._named(row) for row in page.rows], "next": page.next}

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        person = self._service.store.load(Person, UUID(row["other_id"]))
        return {"person_id": row["other_id"], "name": person and person.name, "since": row["since"]}
