"""Forgetting a person, as far as the mall is concerned."""

from uuid import UUID

from services.mall.domain.seller import Seller
from services.mall.domain.trail import Trail

from .loading import Loading

FORGOTTEN = "forgotten"


class Forgetting(Loading):
    """Orders, entries and payments stay: they hold ids and amounts, and the law wants them kept."""

    def forget_person(self, person_id: UUID) -> None:
        """Nothing more of hers is sold, no way that she took counts; her address, her name as a seller and her own
        words go with her key."""
        seller = self.unit.find(Seller, Seller.create_id(person_id))
        if seller is not None and not seller.is_suspended:
            seller.suspend(FORGOTTEN)
        trail = self.unit.find(Trail, Trail.create_id(person_id))
        if trail is not None:
            trail.leave(None)
        self.unit.forget(person_id)
