"""People: registering, names, tags, roles."""

from typing import Any
from uuid import UUID

from services.identity.application.loading import Loading
from services.identity.domain.person import Person
from services.identity.domain.refusals import MailTaken, RecordedOtherwise
from services.identity.domain.roles import ROLES
from services.identity.domain.values import normalised_mail


class People(Loading):
    """Who there is. Mail and password are side rows, so that they can be deleted."""

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

    def set_visibility(self, field: str, audience: str, group_ids: list[UUID]) -> dict[str, Any]:
        """The actor says who may see a field of her profile. Raises what Person.set_visibility raises."""
        self._person(self.actor_id).set_visibility(field, audience, [str(group_id) for group_id in group_ids])
        return {"person_id": self.actor_id}

    def grant_role(self, person_id: UUID, role: str) -> dict[str, Any]:
        """An operator gives a role. Raises NoSuchPerson."""
        self._person(person_id).grant_role(role, granted_by=self.actor_id)
        return {"person_id": person_id}

    def withdraw_role(self, person_id: UUID, role: str) -> dict[str, Any]:
        """An operator takes a role. Raises NoSuchPerson, RoleNotHeld."""
        self._person(person_id).withdraw_role(role)
        return {"person_id": person_id}

    def record_person(self, person_id: UUID, tags: list[dict[str, str]], name: str | None = None) -> dict[str, Any]:
        """Somebody known elsewhere; the same once more changes nothing, nor does somebody who is forgotten.

        Raises RecordedOtherwise, NameMalformed, TagMalformed.
        """
        told = Person.register(person_id, name, None, recorded=True)
        for tag in tags:
            told.add_tag(tag["kind"], tag["value"])
        known = self.unit.find(Person, person_id)
        if known is None:
            self.unit.add(told)
        elif not known.is_forgotten and (known.name, known.mail, known.tags) != (told.name, told.mail, told.tags):
            raise RecordedOtherwise()
        return {"person_id": person_id}

    def _register(self, name: str, mail: str, password_hash: str) -> Person:
        person = Person.register(self.unit.new_id("person"), name, mail)
        key = self.unit.blinded(normalised_mail(mail))
        self.unit.claim_side("mail", key, str(person.id).encode(), MailTaken())
        self.unit.put_side("password", str(person.id), password_hash.encode())
        self.unit.add(person)
        return person
