"""Which way a sale came, and who earns by it: what the one rule in domain/attribution.py has to know of others."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Refusal
from services.known.groups import MEMBER, OWNER
from services.mall.domain.attribution import OWN_GOODS, OWN_PURCHASE, Attributed, Candidate, Way, decide
from services.mall.domain.listing import Listing
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.picks import Picks
from services.mall.domain.refusals import LinkEnded, NoSuchLink, NoSuchShelf
from services.mall.domain.share_link import ShareLink
from services.mall.domain.shelf import Shelf
from services.mall.domain.terms import TermsValues
from services.mall.domain.trail import Touch, Trail

from .loading import Loading

WAYS, PLACES = ("link_id", "group_id", "shelf_person_id"), ("post_id", "gathering_id")
NO_MEMBER, FORGOTTEN = "its owner has left the group", "its owner is gone"


class Attribution(Loading):
    """The one touch that counts: named with the order, or remembered of the buyer."""

    def attributed(self, listing: Listing, line: dict[str, Any], terms: TermsValues) -> Attributed:
        """Who earns by a line of the actor's.

        Raises NoSuchLink, LinkElsewhere, LinkEnded, NoSuchShelf, NotPicked, OutOfSeason for a way that the line
        names; one that is remembered and does not stand any more earns nothing.
        """
        named = touch_of(line, self.now, is_named=True)
        candidates = [self._candidate(touch, listing, terms) for touch in self._remembered(listing.id)]
        if named is not None:
            candidates.append(Candidate(named, self.way_of(named, listing.id), _window_days(named, terms)))
        return decide(
            candidates, self.now, listing.commission_bps, terms["member_share_bps"],
            lambda name, recipient_id: self._why_not(name, recipient_id, listing, self.actor_id),
        )  # fmt: skip

    def earned_bps(self, agreed_bps: int, group_id: UUID | None, listing: Listing, buyer_id: UUID) -> int:
        """What the group of a recorded sale earns of the price: what was agreed, or nothing by its own purchase."""
        if group_id is None or self._why_not("community", group_id, listing, buyer_id) is not None:
            return 0
        return agreed_bps

    def way_of(self, touch: Touch, listing_id: UUID) -> Way:
        """Where a touch leads now.

        Raises NoSuchLink, LinkElsewhere, LinkEnded, NoSuchShelf, NotPicked, OutOfSeason.
        """
        if touch.link_id is not None:
            return self._way_of_link(touch.link_id, listing_id)
        if touch.group_id is not None:
            self.require_on_shelf(touch.group_id, listing_id)
            return Way(group_id=touch.group_id)
        assert touch.shelf_person_id is not None, "a touch has a way"
        if self.unit.is_forgotten(touch.shelf_person_id):
            raise NoSuchShelf()
        self._require_open(MemberShelf, MemberShelf.create_id(touch.shelf_person_id), listing_id)
        return Way(member_id=touch.shelf_person_id)

    def require_on_shelf(self, group_id: UUID, listing_id: UUID) -> None:
        """That one can buy it through the group's shelf now. Raises NoSuchShelf, NotPicked, OutOfSeason."""
        self._require_open(Shelf, Shelf.create_id(group_id), listing_id)

    def link(self, link_id: UUID) -> ShareLink:
        """Raises NoSuchLink."""
        return self.unit.get(ShareLink, link_id, NoSuchLink())

    def _way_of_link(self, link_id: UUID, listing_id: UUID) -> Way:
        link = self.link(link_id)
        link.require_leads_to(listing_id, self.now)
        if self.unit.is_forgotten(link.owner_id):
            raise LinkEnded(link_id=link_id, how=FORGOTTEN)
        if link.group_id is not None:
            self.require_on_shelf(link.group_id, listing_id)
            if MEMBER not in self.roles_in(link.group_id, link.owner_id):
                raise LinkEnded(link_id=link_id, how=NO_MEMBER)
        return Way(link.group_id, link.owner_id, link_id)

    def _require_open(self, kind: type[Picks], shelf_id: UUID, listing_id: UUID) -> None:
        self.unit.get(kind, shelf_id, NoSuchShelf()).require_open(listing_id, self.now)

    def _remembered(self, listing_id: UUID) -> list[Touch]:
        trail = self.unit.find(Trail, Trail.create_id(self.actor_id))
        return [] if trail is None else trail.touches_of(listing_id)

    def _candidate(self, touch: Touch, listing: Listing, terms: TermsValues) -> Candidate:
        try:
            return Candidate(touch, self.way_of(touch, listing.id), _window_days(touch, terms))
        except Refusal as refused:
            return Candidate(touch, None, _window_days(touch, terms), refused.code.partition(".")[2])

    def _why_not(self, name: str, recipient_id: UUID, listing: Listing, buyer_id: UUID) -> str | None:
        """The guard that nobody earns by his own purchase; tests switch it off to see that they need it."""
        if buyer_id == listing.person_id:
            return OWN_PURCHASE
        if name == "community":
            return OWN_PURCHASE if OWNER in self.roles_in(recipient_id, buyer_id) else None
        if recipient_id == listing.person_id:
            return OWN_GOODS
        return OWN_PURCHASE if recipient_id == buyer_id else None


def touch_of(told: dict[str, Any], now: datetime, is_named: bool = False) -> Touch | None:
    """The way that a form names; None when it names none."""
    ways = {name: told.get(name) for name in WAYS}
    if not any(ways.values()):
        return None
    return Touch(touched_at=now, **ways, **{name: told.get(name) for name in PLACES}, is_named=is_named)


def _window_days(touch: Touch, terms: TermsValues) -> int:
    return terms["link_window_days"] if touch.link_id is not None else terms["shelf_window_days"]
