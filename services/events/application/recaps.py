"""How it was."""

from typing import Any
from uuid import UUID

from services.events.projections.registrations import who_came

from .loading import Loading


class Recaps(Loading):
    """Recaps of gatherings of the groups that the actor owns or leads."""

    def write_recap(self, gathering_id: UUID, text: str, listing_ids: list[UUID] | None) -> dict[str, Any]:
        """Tells the group how it was, with the gathering's goods unless others are named.

        Raises NoSuchGathering, NotOrganiser, GatheringCancelled, GatheringNotBegun, RecapThere.
        """
        gathering = self.organised(gathering_id)
        goods = gathering.listing_ids if listing_ids is None else [str(one) for one in listing_ids]
        with self.views.reading() as connection:
            came = who_came(connection, gathering_id)
        gathering.write_recap(text, goods, came, by=self.actor_id, now=self.now)
        return {"gathering_id": gathering_id}
