"""Share links, and what is remembered of the ways by which somebody came."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.refusals import NoSuchLink, NoSuchListing
from services.mall.domain.share_link import is_code
from services.mall.domain.terms import TERMS_ID, Terms, TermsValues, in_force
from services.mall.domain.trail import Touch, Trail
from services.mall.projections.listings import listings
from services.mall.projections.share_links import share_links

from .offers import offered, shown
from .reading import Reading

MADE = ("link_id", "code", "listing_id", "group_id", "made_at", "expires_at")


class WayQueries(Reading):
    """Reads of those who share, and of those who follow."""

    def shared_listing(self, actor: Actor, link: str) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """The listing that a share link leads to; opening it remembers nothing. Raises NoSuchLink, NoSuchListing."""
        if not is_code(link):
            raise NoSuchLink()
        with self._service.views.reading() as connection:
            found = connection.execute(select(share_links).where(share_links.c.code == link)).mappings().first()
            if found is None:
                raise NoSuchLink()
            wanted = offered().where(listings.c.listing_id == found["listing_id"])
            row = connection.execute(wanted).mappings().first()
        if row is None:
            raise NoSuchListing()
        made = {name: found[name] for name in ("link_id", "code", "group_id")}
        state = self._state(dict(found))
        is_advert = state == "valid" and row["commission_bps"] > 0
        return {**shown(dict(row)), **made, "link_state": state, "is_advert": is_advert}

    def my_links(self, actor: Actor, limit: int = 100, cursor: list[str] | None = None) -> dict[str, Any]:
        """The actor's own share links, the latest first."""
        mine = select(share_links).where(share_links.c.owner_id == str(actor.person_id))
        with self._service.views.glancing() as connection:
            page = page_of(connection, mine, [share_links.c.place.desc()], limit, cursor)
        items = [{name: row[name] for name in MADE} | {"state": self._state(row)} for row in page.rows]
        return {"items": items, "next": page.next}

    def my_touches(self, actor: Actor) -> dict[str, Any]:
        """By which ways the actor came to listings, as far as it is remembered and still counts."""
        trail = self._service.store.load(Trail, Trail.create_id(actor.person_id))
        now = self._service.clock.now()
        terms = in_force(self._service.store.load(Terms, TERMS_ID), now)
        found = [
            _seen(listing_id, touch, terms)
            for listing_id in reversed(trail.touches if trail else {})
            for touch in (trail.touches_of(listing_id) if trail else [])
        ]
        return {"items": [one for one in found if one["counts_until"] >= now]}

    def _state(self, row: Row) -> str:
        if row["revoked_at"] is not None:
            return "revoked"
        expires_at = row["expires_at"] and datetime.fromisoformat(row["expires_at"])
        return "expired" if expires_at and expires_at <= self._service.clock.now() else "valid"


def _seen(listing_id: str, touch: Touch, terms: TermsValues) -> dict[str, Any]:
    days = terms["link_window_days"] if touch.link_id is not None else terms["shelf_window_days"]
    ways: dict[str, UUID | None] = {
        "link_id": touch.link_id, "group_id": touch.group_id, "shelf_person_id": touch.shelf_person_id,
        "post_id": touch.post_id, "gathering_id": touch.gathering_id,
    }  # fmt: skip
    until = touch.touched_at + timedelta(days=days)
    return {"listing_id": listing_id, **ways, "touched_at": touch.touched_at, "counts_until": until}
