"""Claims: submitted by their person, judged by certifiers, recorded from elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.application.loading import Loading
from services.identity.domain.claim import Claim
from services.identity.domain.refusals import NoSuchClaim, RecordedOtherwise
from services.identity.domain.roles import CERTIFIER, ensure_certifier


class Claims(Loading):
    """What is certified about people."""

    def submit_claim(
        self, kind: str, value: str, code: str | None = None, evidence: str | None = None
    ) -> dict[str, Any]:
        """The actor claims something of herself. Raises what Claim.submit raises."""
        claim_id = self.unit.new_id("claim")
        person = self._person(self.actor_id)
        self.unit.add(Claim.submit(claim_id, person.id, kind, value, code, evidence))
        return {"claim_id": claim_id}

    def certify_claim(
        self, claim_id: UUID, level: int, valid_until: datetime | None = None, code: str | None = None
    ) -> dict[str, Any]:
        """A certifier confirms. Raises NotACertifier, NoSuchClaim, and what Claim.certify raises."""
        ensure_certifier(self.unit.context.roles)
        self._claim(claim_id).certify(self.actor_id, level, valid_until, self.now, code=code)
        return {"claim_id": claim_id}

    def refuse_claim(self, claim_id: UUID, reason: str, code: str = "other") -> dict[str, Any]:
        """A certifier does not confirm. Raises NotACertifier, NoSuchClaim, and what Claim.refuse raises."""
        ensure_certifier(self.unit.context.roles)
        self._claim(claim_id).refuse(self.actor_id, reason, code)
        return {"claim_id": claim_id}

    def withdraw_claim(self, claim_id: UUID, reason: str = "") -> dict[str, Any]:
        """The person, the issuer or a certifier takes it back. Raises NoSuchClaim, ClaimNotCertified."""
        claim = self._claim(claim_id)
        if self.actor_id not in (claim.person_id, claim.issuer_id) and not self.has_role(CERTIFIER):
            raise NoSuchClaim()
        claim.withdraw(self.actor_id, reason)
        return {"claim_id": claim_id}

    def expire_claim(self, claim_id: UUID) -> None:
        """Its validity is over; one that is no longer certified, or of somebody forgotten, stays as it is."""
        claim = self.unit.get(Claim, claim_id, NoSuchClaim())
        if claim.state == "certified" and not self._is_forgotten(claim.person_id):
            claim.expire(self.now)

    def record_claim(
        self, claim_id: UUID, person_id: UUID, kind: str, value: str, level: int, code: str | None = None,
        valid_until: datetime | None = None, issuer_id: UUID | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A claim certified elsewhere; the issuer is the operator unless another is named.

        Of somebody who is forgotten nothing is recorded any more. Raises NoSuchPerson, RecordedOtherwise, and what
        Claim.submit and certify raise.
        """
        if self._is_forgotten(person_id):
            return {"claim_id": claim_id}
        self._person(person_id)
        told = Claim.submit(claim_id, person_id, kind, value, code)
        told.certify(issuer_id or self.actor_id, level, valid_until, self.now, recorded=True)
        known = self.unit.find(Claim, claim_id)
        if known is None:
            self.unit.add(told)
        elif _as_certified(known) != _as_certified(told):
            raise RecordedOtherwise()
        return {"claim_id": claim_id}


def _as_certified(claim: Claim) -> tuple[object, ...]:
    return claim.person_id, claim.kind, claim.value, claim.code, claim.level, claim.valid_until, claim.issuer_id
