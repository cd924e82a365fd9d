"""Which group a sale came through, and whether it earns a commission."""

from uuid import UUID

from services.mall.domain.listing import Listing
from services.mall.domain.refusals import NoSuchShelf, NotPicked
from services.mall.domain.shelf import Shelf
from services.mall.projections.known_groups import OWNER

from .loading import Loading


class Attribution(Loading):
    """The one touch that counts: the shelf through which the buyer came."""

    def refuse_unshelved(self, group_id: UUID | None, listing: Listing) -> None:
        """Raises NoSuchShelf, NotPicked for a shelf that does not hold the listing."""
        if group_id is None:
            return
        shelf = self.unit.get(Shelf, Shelf.create_id(group_id), NoSuchShelf())
        if not shelf.holds(listing.id):
            raise NotPicked(listing_id=listing.id)

    def earned_bps(self, agreed_bps: int, group_id: UUID | None, listing: Listing, buyer_id: UUID) -> int:
        """What the group earns of the price: the agreed commission, or nothing for a purchase of one's own."""
        return agreed_bps if group_id is not None and self._earns(group_id, listing, buyer_id) else 0

    def _earns(self, group_id: UUID, listing: Listing, buyer_id: UUID) -> bool:
        """The guard that nobody earns by his own purchase; tests switch it off to see that they need it."""
        return buyer_id != listing.person_id and OWNER not in self.roles_in(group_id, buyer_id)
