"""What can be done about partners: one method a command. All of them are an operator's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.application import Application
from services.partners.domain import Partner
from services.partners.domain.refusals import NoSuchPartner, PartnerNameTaken
from services.partners.keys import KEY, api_key, digest_of, owner_row

NAME = "name"


class Partners(Application):
    """Keys are in no answer and in no fact: side rows hold their digests, and go when a key ends."""

    def register_partner(self, name: str, scopes: list[str]) -> dict[str, Any]:
        """A new partner with its first key. Raises what Partner.register raises, and PartnerNameTaken."""
        partner = Partner.register(self.unit.new_id("partner"), name, scopes, now=self.now)
        self.unit.claim_side(NAME, partner.name.casefold(), str(partner.id).encode(), PartnerNameTaken())
        self.unit.add(partner)
        return self._with_key(partner)

    def change_scopes(self, partner_id: UUID, scopes: list[str]) -> dict[str, Any]:
        """What it may know from now on. Raises NoSuchPartner, PartnerClosed, NoScope, ScopeUnknown."""
        self._partner(partner_id).change_scopes(scopes)
        return {"partner_id": partner_id}

    def issue_key(self, partner_id: UUID, overlap_hours: int) -> dict[str, Any]:
        """One more key; without overlap all older ones end at once. Raises NoSuchPartner, PartnerClosed."""
        partner = self._partner(partner_id)
        older = list(partner.keys)
        partner.issue_key(now=self.now, overlap=timedelta(hours=overlap_hours))
        for number in older:
            if number not in partner.keys:
                self._drop_key(partner_id, int(number))
        return self._with_key(partner)

    def end_key(self, partner_id: UUID, key_number: int) -> None:
        """Its time is over. No operation leads here: the clock does."""
        self._partner(partner_id).end_key(key_number)
        self._drop_key(partner_id, key_number)

    def suspend_partner(self, partner_id: UUID, reason: str) -> dict[str, Any]:
        """Its keys open nothing. Raises NoSuchPartner, PartnerClosed, PartnerSuspendedAlready."""
        self._partner(partner_id).suspend(reason)
        return {"partner_id": partner_id}

    def reinstate_partner(self, partner_id: UUID) -> dict[str, Any]:
        """Its keys are good again. Raises NoSuchPartner, PartnerClosed, PartnerNotSuspended."""
        self._partner(partner_id).reinstate()
        return {"partner_id": partner_id}

    def close_partner(self, partner_id: UUID, reason: str) -> dict[str, Any]:
        """For good; its name is free again. Raises NoSuchPartner, PartnerClosed."""
        partner = self._partner(partner_id)
        numbers = list(partner.keys)
        partner.close(reason)
        for number in numbers:
            self._drop_key(partner_id, int(number))
        self.unit.put_side(NAME, partner.name.casefold(), None)
        return {"partner_id": partner_id}

    def _with_key(self, partner: Partner) -> dict[str, Any]:
        key = api_key(self.unit.blinded, partner.id, partner.latest_key)
        row = owner_row(partner.id, partner.latest_key)
        self.unit.put_side(KEY, digest_of(self.unit.blinded, key), row)
        return {"partner_id": partner.id, "key_number": partner.latest_key}

    def _drop_key(self, partner_id: UUID, key_number: int) -> None:
        key = api_key(self.unit.blinded, partner_id, key_number)
        self.unit.put_side(KEY, digest_of(self.unit.blinded, key), None)

    def _partner(self, partner_id: UUID) -> Partner:
        return self.unit.get(Partner, partner_id, NoSuchPartner())
