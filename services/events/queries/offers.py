"""What takes place: anybody may ask."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.contracts.floor import told
from services.events.codes import Codes
from services.events.domain import refusals
from services.events.projections.gatherings import gatherings, tags
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of

from .reading import Reading, gathering_row, in_full


class OfferQueries(Reading):
    """Gatherings and their recaps."""

    def gathering(self, actor: Actor, gathering_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """One gathering. Raises NoSuchGathering."""
        with self._service.views.reading() as connection:
            row = gathering_row(connection, gathering_id)
        return in_full(row, self._gathering(gathering_id))

    def gatherings(
        self, actor: Actor, limit: int = 100, group_id: UUID | None = None, tag: str | None = None,  # noqa: ARG002 - for everybody
        starts_from: datetime | None = None, cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Gatherings of all groups or of one, the next to begin first."""
        rows = gatherings
        found = select(rows)
        if tag is not None:
            found = found.join(tags, tags.c.gathering_id == rows.c.gathering_id).where(tags.c.tag == tag)
        if group_id is not None:
            found = found.where(rows.c.group_id == str(group_id))
        if starts_from is not None:
            found = found.where(rows.c.starts_at >= starts_from.isoformat())
        with self._service.views.reading() as connection:
            page = page_of(connection, found, [rows.c.starts_at, rows.c.gathering_id], limit, cursor)
        return {"items": [self._shown(row) for row in page.rows], "next": page.next}

    def keys(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """The public key by which a door checks tickets without asking anybody."""
        return {"keys": [Codes(self._service.keys.blinded).public_key()]}

    def recap(self, actor: Actor, gathering_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody signed in
        """How it was. Raises NoSuchGathering, NoRecap."""
        gathering = self._gathering(gathering_id)
        if gathering.recap is None:
            raise refusals.NoRecap()
        recap = gathering.recap
        words = {"text": str(recap["text"]), "came": told(recap["came"])}
        return {"gathering_id": gathering_id, "group_id": gathering.group_id, **recap, **words}
