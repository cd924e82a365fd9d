"""Tickets are offered by themselves: what a gathering costs is sold by its organiser, once she sells here."""

from uuid import UUID

from services.mall.domain.listing import Listing
from services.mall.domain.seller import Seller
from services.mall.projections.known_gatherings import KnownGathering, announced_by

from .loading import Loading

GATHERING_CANCELLED = "gathering_cancelled"


class TicketOffers(Loading):
    """Listings of tickets; whatever is told again finds them there."""

    def offer_tickets(self, gathering: KnownGathering) -> None:
        """A gathering that costs something was announced; until its organiser sells here, nothing is offered."""
        seller = self.unit.find(Seller, Seller.create_id(gathering.organiser_id))
        if seller is not None and self._tickets_of(gathering.gathering_id) is None:
            terms = (gathering.price_minor, gathering.currency, gathering.tags)
            self.unit.add(Listing.offer_tickets(gathering.gathering_id, seller.id, seller.person_id, *terms))

    def offer_announced(self, seller_id: UUID) -> None:
        """A seller has opened: tickets of all that she announced before. Raises NoSuchSeller."""
        organiser_id = self.seller(seller_id).person_id
        with self.views.reading() as connection:
            announced = announced_by(connection, organiser_id)
        for gathering in announced:
            self.offer_tickets(gathering)

    def withdraw_tickets(self, gathering_id: UUID) -> None:
        """The gathering does not take place."""
        tickets = self._tickets_of(gathering_id)
        if tickets is not None:
            tickets.withdraw_tickets(GATHERING_CANCELLED)

    def _tickets_of(self, gathering_id: UUID) -> Listing | None:
        return self.unit.find(Listing, Listing.id_of_tickets(gathering_id))
