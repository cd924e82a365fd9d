"""What can be done in identity: one method a command."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.identity.domain.refusals import (
    MailTaken,
    NoSuchClaim,
    NoSuchPerson,
    RecordedOtherwise,
)
from services.identity.domain.roles import CERTIFIER, ROLES, ensure_certifier
from services.identity.domain.values import normalised_mail
from services.kernel.application import Application


class Identity(Application):
    """People and their claims. Mail and password are side rows, so that they can be deleted."""

    def register_person(self, name: str, mail: str, password_hash: str) -> dict[str, Any]:
        """A new person. Raises NameMalformed, MailMalformed, MailTaken."""
        return {"person_id": self._register(name, mail, password_hash).id}

    def create_operator(self, name: str, mail: str, password_hash: str, *, existing: bool = False) -> dict[str, Any]:
        """A new person with every role. With ``existing`` also one who has this mail, and keeps name and password.

        For whoever has the files in his hands: no operation leads here. Raises NameMalformed, MailMalformed,
        and MailTaken without ``existing``.
        """
        known = self.unit.side("mail", self.unit.blinded(normalised_mail(mail))) if existing else None
        person = self._person(UUID(known.decode())) if known else self._register(name, mail, password_hash)
        for role in ROLES:
            person.grant_role(role, granted_by=person.id)
        return {"person_id": person.id}

    def keep_password_hash(self, person_id: UUID, password_hash: str) -> dict[str, Any]:
        """The same password, hashed with today's strength. No operation leads here: signing in does."""
        self.unit.put_side("password", str(self._person(person_id).id), password_hash.encode())
        return {}

    def rename_person(self, name: str) -> dict[str, Any]:
        """The actor takes another name. Raises NameMalformed."""
        self._person(self.actor_id).rename(name)
        return {"person_id": self.actor_id}

    def add_tag(self, kind: str, value: str) -> dict[str, Any]:
        """The actor carries one more tag. Raises TagMalformed, TooManyTags."""
        self._person(self.actor_id).add_tag(kind, value)
        return {"person_id": self.actor_id}

    def remove_tag(self, kind: str, value: str) -> dict[str, Any]:
        """The actor drops a tag. Raises TagMalformed, NoSuchTag."""
        self._person(self.actor_id).remove_tag(kind, value)
        return {"person_id": self.actor_id}

    def grant_role(self, person_id: UUID, role: str) -> dict[str, Any]:
        """An operator gives a role. Raises NoSuchPerson."""
        self._person(person_id).grant_role(role, granted_by=self.actor_id)
        return {"person_id": person_id}

    def withdraw_role(self, person_id: UUID, role: str) -> dict[str, Any]:
        """An operator takes a role. Raises NoSuchPerson, RoleNotHeld."""
        self._person(person_id).withdraw_role(role)
        return {"person_id": person_id}

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
        """Its validity is over; one that is no longer certified stays as it is."""
        claim = self._claim(claim_id)
        if claim.state == "certified":
            claim.expire(self.now)

    def record_person(self, person_id: UUID, tags: list[dict[str, str]], name: str | None = None) -> dict[str, Any]:
        """Somebody known elsewhere; the same once more changes nothing.

        Raises RecordedOtherwise, NameMalformed, TagMalformed.
        """
        told = Person.register(person_id, name, None, recorded=True)
        for tag in tags:
            told.add_tag(tag["kind"], tag["value"])
        known = self.unit.find(Person, person_id)
        if known is None:
            self.unit.add(told)
        elif (known.name, known.mail, known.tags) != (told.name, told.mail, told.tags):
            raise RecordedOtherwise()
        return {"person_id": person_id}

    def record_claim(
        self, claim_id: UUID, person_id: UUID, kind: str, value: str, level: int, code: str | None = None,
        valid_until: datetime | None = None, issuer_id: UUID | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A claim certified elsewhere; the issuer is the operator unless another is named.

        Raises NoSuchPerson, RecordedOtherwise, and what Claim.submit and certify raise.
        """
        self._person(person_id)
        told = Claim.submit(claim_id, person_id, kind, value, code)
        told.certify(issuer_id or self.actor_id, level, valid_until, self.now, recorded=True)
        known = self.unit.find(Claim, claim_id)
        if known is None:
            self.unit.add(told)
        elif _as_certified(known) != _as_certified(told):
            raise RecordedOtherwise()
        return {"claim_id": claim_id}

    def _register(self, name: str, mail: str, password_hash: str) -> Person:
        person = Person.register(self.unit.new_id("person"), name, mail)
        key = self.unit.blinded(normalised_mail(mail))
        self.unit.claim_side("mail", key, str(person.id).encode(), MailTaken())
        self.unit.put_side("password", str(person.id), password_hash.encode())
        self.unit.add(person)
        return person

    def _person(self, person_id: UUID) -> Person:
        return self.unit.get(Person, person_id, NoSuchPerson())

    def _claim(self, claim_id: UUID) -> Claim:
        return self.unit.get(Claim, claim_id, NoSuchClaim())


def _as_certified(claim: Claim) -> tuple[object, ...]:
    return claim.person_id, claim.kind, claim.value, claim.code, claim.level, claim.valid_until, claim.issuer_id
