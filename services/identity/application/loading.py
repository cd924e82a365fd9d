"""What every command of identity begins with: loading whom and what it is about."""

from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.identity.domain.refusals import NoSuchClaim, NoSuchPerson
from services.kernel.application import Application


class Loading(Application):
    """Loads, or refuses."""

    def _person(self, person_id: UUID) -> Person:
        """Who was forgotten is not there any more."""
        person = self.unit.get(Person, person_id, NoSuchPerson())
        if person.is_forgotten:
            raise NoSuchPerson()
        return person

    def _claim(self, claim_id: UUID) -> Claim:
        """Nor is what she claimed."""
        claim = self.unit.get(Claim, claim_id, NoSuchClaim())
        if self._is_forgotten(claim.person_id):
            raise NoSuchClaim()
        return claim

    def _is_forgotten(self, person_id: UUID) -> bool:
        person = self.unit.find(Person, person_id)
        return person is not None and person.is_forgotten
