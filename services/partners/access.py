"""Who asks, when a partner asks with its own key."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from services.kernel.doors.limits import Rates
from services.kernel.service import Service
from services.partners.domain import Partner
from services.partners.domain.partner import ACTIVE
from services.partners.domain.refusals import KeyNeeded, KeyNotGood, PartnerSuspended, ScopeNeeded
from services.partners.keys import KEY, api_key, digest_of, has_form, is_same, read_owner


@dataclass(frozen=True, slots=True)
class Admitted:
    """A partner whose key is good at this moment, and what it may know."""

    partner_id: UUID
    scopes: tuple[str, ...]

    def require(self, scope: str) -> None:
        """Raises ScopeNeeded."""
        if scope not in self.scopes:
            raise ScopeNeeded(opens=", ".join(self.scopes), needs=scope)


class Access:
    """Tells partners by their keys, and counts how often each of them asks.

    What is said to a partner is decided on the partner as it is stored: a key that was ended, a suspension and a
    scope that was taken hold for the very next request, in every process.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        settings = service.extras.get("settings")
        self._rates = Rates(settings.rate if settings else "")

    async def admit(self, request: Request) -> Admitted:
        """The partner whose key the request carries. Raises KeyNeeded, KeyNotGood, PartnerSuspended, TooMany."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise KeyNeeded()
        admitted = await asyncio.to_thread(self._recognised, key.strip())
        self._rates.count(str(admitted.partner_id))
        return admitted

    def _recognised(self, key: str) -> Admitted:
        blinded = self._service.keys.blinded
        row = self._service.recorder.side(KEY, digest_of(blinded, key)) if has_form(key) else None
        if row is None:
            raise KeyNotGood()
        partner_id, number = read_owner(row)
        partner = self._service.store.load(Partner, partner_id)
        is_its_own = is_same(api_key(blinded, partner_id, number), key)
        if partner is None or not is_its_own or not partner.opens(number, self._service.clock.now()):
            raise KeyNotGood()
        if partner.status != ACTIVE:
            raise PartnerSuspended()
        return Admitted(partner_id, tuple(partner.scopes))
