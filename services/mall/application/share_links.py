"""Links by which people share listings, and the ways by which they came to some themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.known.groups import MEMBER
from services.mall.domain.refusals import ListingWithdrawn, NoSuchLink
from services.mall.domain.share_link import ShareLink, code_of
from services.mall.domain.trail import Trail

from .attribution import Attribution, touch_of

A_MEMBER = "a member of the group from whose shelf it is shared"
CODE_TRIES = 8


class ShareLinks(Attribution):
    """Links and touches of the actor's own."""

    def make_link(
        self, listing_id: UUID, group_id: UUID | None = None, expires_at: datetime | None = None
    ) -> dict[str, Any]:
        """A new link to a listing, from the shelf of a group that the actor belongs to, or from none.

        Raises NoSuchListing, ListingWithdrawn, Forbidden, NoSuchShelf, NotPicked, OutOfSeason, LinkEndsInPast.
        """
        if self.listing(listing_id).is_withdrawn:
            raise ListingWithdrawn(listing_id=listing_id)
        if group_id is not None:
            self.refuse_unless(MEMBER in self.roles_in(group_id, self.actor_id), A_MEMBER)
            self.require_on_shelf(group_id, listing_id)
        link_id, code = self._free_code()
        link = ShareLink.make(link_id, code, self.actor_id, listing_id, group_id, expires_at, self.now)
        self.unit.claim_side("share_link", code, str(link_id).encode(), NoSuchLink())
        self.unit.add(link)
        return {"link_id": link_id, "code": code}

    def revoke_link(self, link_id: UUID) -> dict[str, Any]:
        """Its owner takes it back; again changes nothing. Raises NoSuchLink."""
        link = self.link(link_id)
        link.revoke(self.actor_id)
        return {"link_id": link_id, "code": link.code}

    def touch(self, listing_id: UUID, **way: UUID | None) -> dict[str, Any]:
        """The actor came to a listing by a way that stands now.

        Raises NoSuchListing, NoSuchLink, LinkElsewhere, LinkEnded, NoSuchShelf, NotPicked, OutOfSeason.
        """
        self.listing(listing_id)
        touch = touch_of(way, self.now)
        assert touch is not None, "the form asks for a way"
        self.way_of(touch, listing_id)
        trail = self.unit.find(Trail, Trail.create_id(self.actor_id))
        if trail is None:
            trail = Trail(self.actor_id)
            self.unit.add(trail)
        trail.touch(listing_id, touch)
        return {"listing_id": listing_id}

    def leave_ways(self, listing_id: UUID | None = None) -> dict[str, Any]:
        """No way by which the actor came to the listing, or to any, counts any more; again changes nothing.

        Raises NoSuchListing.
        """
        if listing_id is not None:
            self.listing(listing_id)
        trail = self.unit.find(Trail, Trail.create_id(self.actor_id))
        if trail is not None:
            trail.leave(listing_id)
        return {}

    def _free_code(self) -> tuple[UUID, str]:
        """An id whose code nobody has: of a million million, so that the first nearly always is."""
        for number in range(CODE_TRIES):
            link_id = self.unit.new_id("share_link", number)
            if self.unit.side("share_link", code_of(link_id)) is None:
                return link_id, code_of(link_id)
        raise RuntimeError("no free code for a share link")
