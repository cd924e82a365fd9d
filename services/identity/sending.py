"""Sending what is written to people: at least once, and again later when nobody takes it."""

from urllib.parse import urlsplit
from uuid import UUID

import structlog

from services.identity.domain.password_reset import PasswordReset
from services.identity.domain.person import Person
from services.identity.mail.letters import reset_letter
from services.identity.mail.port import MailRefused
from services.kernel.flow.due import Decide
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow

log = structlog.get_logger()


class ResetLetters:
    """Letters with a link for a new password. A failure is told by who works off errands, which tries again later."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def send(self, row: DueRow) -> Decide:
        """Send the latest link, while it opens, to a person who is there. Raises MailNotSent."""
        reset = self._service.store.load(PasswordReset, UUID(row.subject))
        if reset is not None and reset.is_open(self._service.clock.now()):
            person = self._service.store.load(Person, reset.person_id)
            if person is not None and person.mail:
                self._send(reset, person)
        return lambda _unit: None

    def take_back(self, person_id: UUID) -> None:
        """What was written to somebody who is forgotten."""
        if mail := self._service.extras.get("mail"):
            mail.take_back(f"password-{PasswordReset.create_id(person_id)}-")

    def _send(self, reset: PasswordReset, person: Person) -> None:
        page, issuer = self._service.extras["reset_url"], self._service.extras["issuer"]
        link = f"{page}#{issuer.reset_token(person.id, reset.number)}"
        key = f"password-{reset.id}-{reset.number}"
        assert person.mail is not None
        letter = reset_letter(key, person.mail, person.name, link, urlsplit(page).netloc, reset.language)
        try:
            self._service.extras["mail"].send(letter)
        except MailRefused as refused:
            log.warning("mail refused", service=self._service.name, subject=str(reset.id), why=str(refused))
