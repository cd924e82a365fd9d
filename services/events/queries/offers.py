"""What takes place: anybody may ask."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.contracts.floor import told
from services.events.codes import Codes
from services.events.domain import Gathering
from services.events.domain.recap_refusals import NoRecap, RecapForMembers, RecapTakenDown
from services.events.projections.gatherings import gatherings, tags
from services.events.projections.known_recaps import is_taken_down
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.known.groups import MEMBER, roles_of

from .reading import Reading, gathering_row, in_full


class OfferQueries(Reading):
    """Gatherings and their recaps."""

    def gathering(self, actor: Actor, gathering_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """One gathering. Raises NoSuchGathering."""
        with self._service.views.glancing() as connection:
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
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [rows.c.starts_at, rows.c.gathering_id], limit, cursor)
        return {"items": [self._shown(row) for row in page.rows], "next": page.next}

    def keys(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """The public key by which a door checks tickets without asking anybody."""
        return {"keys": [Codes(self._service.keys.blinded).public_key()]}

    def recap(self, actor: Actor, gathering_id: UUID) -> dict[str, Any]:
        """How it was. Raises NoSuchGathering, NoRecap, RecapForMembers, RecapTakenDown."""
        gathering = self._gathering(gathering_id)
        recap = gathering.recap
        if recap is None:
            raise NoRecap()
        with self._service.views.reading() as connection:
            _refuse_strangers(connection, actor, gathering, recap["author_id"])
        words = {"text": str(recap["text"]), "came": told(recap["came"])}
        return {"gathering_id": gathering_id, "group_id": gathering.group_id, **recap, **words}


def _refuse_strangers(connection: Connection, actor: Actor, gathering: Gathering, author_id: UUID) -> None:
    """Groups tells nobody whether a group is open to readers, so that its members alone count as such here.

    One that was taken down is read by whoever may ask or decide about it: its author, moderators, operators.
    Raises RecapForMembers, RecapTakenDown.
    """
    roles = roles_of(connection, gathering.group_id, actor.person_id)
    if "operator" in actor.roles or actor.person_id == author_id or roles - {MEMBER}:
        return
    if not roles and actor.person_id != gathering.organiser_id:
        raise RecapForMembers(group_id=gathering.group_id)
    if is_taken_down(connection, gathering.id):
        raise RecapTakenDown(group_id=gathering.group_id)
