"""A new password for who can read the mail of her address."""

from typing import Any
from uuid import UUID

from services.identity.application.loading import Loading
from services.identity.domain.password_reset import PasswordReset
from services.identity.domain.refusals import ResetLinkWrong
from services.identity.domain.values import normalised_mail


class PasswordResets(Loading):
    """Asking for a link, and using it."""

    def ask_password_reset(self, mail: str, language: str) -> dict[str, Any]:
        """The same is read, decided and recorded whether or not the address is known: where it is not, about a
        person who is not there. Raises MailMalformed."""
        known = self.unit.side("mail", self.unit.blinded(normalised_mail(mail)))
        person_id = UUID(known.decode()) if known else self.unit.new_id("nobody")
        reset = self.unit.find(PasswordReset, PasswordReset.create_id(person_id))
        if reset is None:
            self.unit.add(PasswordReset.ask(person_id, language, self.now))
        else:
            reset.ask_again(language, self.now)
        return {}

    def reset_password(self, person_id: UUID, number: int, password_hash: str) -> dict[str, Any]:
        """The link with this number gives a new password. Raises what PasswordReset.use raises, NoSuchPerson."""
        reset = self.unit.get(PasswordReset, PasswordReset.create_id(person_id), ResetLinkWrong())
        reset.use(number, self.now)
        self.unit.put_side("password", str(self._person(person_id).id), password_hash.encode())
        return {"person_id": person_id}
