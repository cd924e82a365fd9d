"""What identity needs of whoever carries its mail."""

from dataclasses import dataclass
from typing import Protocol


class MailNotSent(Exception):
    """The mail did not leave, and may when it is tried again. Says why without any address."""


class MailRefused(Exception):
    """Nobody takes mail for this address: to try again is of no use. Says why without any address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of plain text. ``key`` is the same when the same letter is sent again, so that readers know it."""

    key: str
    to: str
    subject: str
    text: str
    language: str


class Mail(Protocol):
    """Carries letters. Several threads may ask at once."""

    def send(self, letter: Letter) -> None:
        """Returns once somebody else is responsible for it. Raises MailNotSent, MailRefused."""

    def take_back(self, beginning: str) -> None:
        """Letters whose key begins like this are gone, as far as they have not left."""
