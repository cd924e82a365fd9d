"""What groups and people show to others."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.known.groups import LEADER, OWNER
from services.mall.domain.listing import Listing
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.refusals import NoSuchShelf
from services.mall.domain.shelf import Shelf

from .loading import Loading

WHO_PICKS = "the owner or a leader of the group"


class Shelves(Loading):
    """Shelves of groups that the actor owns or leads, and the actor's own."""

    def pick(self, group_id: UUID, listing_id: UUID, note: str) -> dict[str, Any]:
        """Puts a listing on the shelf; the first opens it.

        Raises Forbidden, NoSuchListing, TicketNotShelved, ListingWithdrawn, ListingExclusive, AlreadyPicked.
        """
        self._refuse_strangers(group_id)
        self._offered_goods(listing_id).check_free_for(group_id, self.now)
        shelf = self.unit.find(Shelf, Shelf.create_id(group_id))
        if shelf is None:
            shelf = Shelf(group_id)
            self.unit.add(shelf)
        shelf.pick(listing_id, self.actor_id, note)
        return {"group_id": group_id, "listing_id": listing_id}

    def drop(self, group_id: UUID, listing_id: UUID) -> dict[str, Any]:
        """Takes a listing off the shelf. Raises Forbidden, NoSuchShelf, NotPicked."""
        self._refuse_strangers(group_id)
        self._shelf(group_id).drop(listing_id)
        return {"group_id": group_id, "listing_id": listing_id}

    def set_season(
        self, group_id: UUID, listing_id: UUID | None = None, opens_at: datetime | None = None,
        closes_at: datetime | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Opens the shelf, or one pick of it, between two times. Raises Forbidden, NoSuchShelf, NotPicked,
        SeasonEndsFirst."""
        self._refuse_strangers(group_id)
        self._shelf(group_id).set_season(listing_id, opens_at, closes_at)
        return {"group_id": group_id}

    def pick_mine(self, listing_id: UUID, note: str) -> dict[str, Any]:
        """Puts a listing on the actor's own shelf; the first opens it.

        Raises NoSuchListing, TicketNotShelved, ListingWithdrawn, AlreadyPicked.
        """
        self._offered_goods(listing_id)
        shelf = self.unit.find(MemberShelf, MemberShelf.create_id(self.actor_id))
        if shelf is None:
            shelf = MemberShelf(self.actor_id)
            self.unit.add(shelf)
        shelf.pick(listing_id, note)
        return {"person_id": self.actor_id, "listing_id": listing_id}

    def drop_mine(self, listing_id: UUID) -> dict[str, Any]:
        """Takes a listing off the actor's own shelf. Raises NoSuchShelf, NotPicked."""
        self._my_shelf().drop(listing_id)
        return {"person_id": self.actor_id, "listing_id": listing_id}

    def set_my_season(
        self, listing_id: UUID | None = None, opens_at: datetime | None = None, closes_at: datetime | None = None
    ) -> dict[str, Any]:
        """Opens the actor's own shelf, or one pick of it, between two times. Raises NoSuchShelf, NotPicked,
        SeasonEndsFirst."""
        self._my_shelf().set_season(listing_id, opens_at, closes_at)
        return {"person_id": self.actor_id}

    def _shelf(self, group_id: UUID) -> Shelf:
        return self.unit.get(Shelf, Shelf.create_id(group_id), NoSuchShelf())

    def _my_shelf(self) -> MemberShelf:
        return self.unit.get(MemberShelf, MemberShelf.create_id(self.actor_id), NoSuchShelf())

    def _offered_goods(self, listing_id: UUID) -> Listing:
        listing = self.listing(listing_id)
        listing.check_shelvable()
        return listing

    def _refuse_strangers(self, group_id: UUID) -> None:
        self.refuse_unless(bool(self.roles_in(group_id, self.actor_id) & {OWNER, LEADER}), WHO_PICKS)
