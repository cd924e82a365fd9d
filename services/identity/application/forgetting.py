"""Forgetting a person: the fact, and what lies beside the facts. Her key goes once that is stored."""

from typing import Any
from uuid import UUID

from services.identity.application.loading import Loading
from services.identity.domain.forgetting_refusals import NotYourself
from services.identity.domain.person import ASKED, RESTORED, Person
from services.identity.domain.refusals import NoSuchPerson
from services.kernel.domain import FORGOTTEN


class Forgetting(Loading):
    """By herself, by an operator, or because an older backup has brought her back."""

    def forget_me(self, person_id: UUID) -> dict[str, Any]:
        """The actor is forgotten, at once and for good; so she says once more who she is. Raises NotYourself,
        NoSuchPerson, HoldsRole."""
        if person_id != self.actor_id:
            raise NotYourself()
        return self.forget_person(self.actor_id, ASKED)

    def forget_person(self, person_id: UUID, reason: str) -> dict[str, Any]:
        """Who is forgotten already stays so. Raises NoSuchPerson, NoReasonToForget, HoldsRole."""
        person = self.unit.get(Person, person_id, NoSuchPerson())
        mail = person.mail
        person.forget(reason)
        self._drop_beside(person_id, mail)
        self.unit.forget(person_id)
        return {"person_id": person_id}

    def forget_again(self, person_id: UUID) -> None:
        """Her key is gone, and the facts do not know it: roles and all, whoever she was. No operation leads here."""
        person = self.unit.find(Person, person_id)
        mail = None if person is None else person.mail
        if person is not None:
            for role in list(person.roles):
                person.withdraw_role(role)
            person.forget(RESTORED)
        self._drop_beside(person_id, mail)
        self.unit.forget(person_id)

    def _drop_beside(self, person_id: UUID, mail: str | None) -> None:
        """The digest of her mail address and of her password: she cannot sign in, and the address is free again."""
        self.unit.put_side("password", str(person_id), None)
        if mail is not None:
            is_unreadable = mail is FORGOTTEN
            found = self.unit.sides_of("mail", str(person_id).encode()) if is_unreadable else [self.unit.blinded(mail)]
            for key in found:
                self.unit.put_side("mail", key, None)
