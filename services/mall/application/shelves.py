"""What groups show to their members."""

from typing import Any
from uuid import UUID

from services.mall.domain.refusals import ListingWithdrawn, NoSuchShelf
from services.mall.domain.shelf import Shelf
from services.mall.projections.known_groups import LEADER, OWNER

from .loading import Loading

WHO_PICKS = "the owner or a leader of the group"


class Shelves(Loading):
    """Shelves of groups that the actor owns or leads."""

    def pick(self, group_id: UUID, listing_id: UUID, note: str) -> dict[str, Any]:
        """Puts a listing on the shelf; the first opens it.

        Raises Forbidden, NoSuchListing, ListingWithdrawn, AlreadyPicked.
        """
        self._refuse_strangers(group_id)
        if self.listing(listing_id).is_withdrawn:
            raise ListingWithdrawn(listing_id=listing_id)
        shelf = self.unit.find(Shelf, Shelf.create_id(group_id))
        if shelf is None:
            shelf = Shelf(group_id)
            self.unit.add(shelf)
        shelf.pick(listing_id, self.actor_id, note)
        return {"group_id": group_id, "listing_id": listing_id}

    def drop(self, group_id: UUID, listing_id: UUID) -> dict[str, Any]:
        """Takes a listing off the shelf. Raises Forbidden, NoSuchShelf, NotPicked."""
        self._refuse_strangers(group_id)
        self.unit.get(Shelf, Shelf.create_id(group_id), NoSuchShelf()).drop(listing_id)
        return {"group_id": group_id, "listing_id": listing_id}

    def _refuse_strangers(self, group_id: UUID) -> None:
        self.refuse_unless(bool(self.roles_in(group_id, self.actor_id) & {OWNER, LEADER}), WHO_PICKS)
