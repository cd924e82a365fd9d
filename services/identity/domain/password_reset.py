"""A new password by mail: asked for, held back when asked for again at once, used once or run out."""

from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.refusals import ResetLinkExpired, ResetLinkReplaced, ResetLinkUsed
from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

LANGUAGES = ("en", "zh")
VALIDITY = timedelta(minutes=30)
PAUSE = timedelta(minutes=2)
"""No second mail within this time: nobody fills another's letterbox by asking in her name."""


class PasswordReset(AggregateRoot):
    """One for each person. Each link has a number; only the latest one opens, and only once.

    Whoever asks with a mail address that is nobody's gets one of a person who is not there: the same is recorded, so
    that nothing tells whether an address is known.
    """

    TOPIC = "identity:PasswordReset"
    state_is_impersonal = True

    class Asked(Begun):
        """For the first time; the link has the number 1."""

        TOPIC = "identity:PasswordReset.Asked"
        person_id: UUID
        expires_at: datetime
        language: str

    class AskedAgain(Fact):
        """A later link; those before are of no use any more."""

        TOPIC = "identity:PasswordReset.AskedAgain"
        number: int
        expires_at: datetime
        language: str

    class HeldBack(Fact):
        """It was asked for again too soon after the last one, which stays good."""

        TOPIC = "identity:PasswordReset.HeldBack"
        number: int

    class Used(Fact):
        """The link has given a new password."""

        TOPIC = "identity:PasswordReset.Used"
        number: int

    @staticmethod
    def create_id(person_id: UUID, **_: object) -> UUID:
        """One a person."""
        return derived_id("password reset", person_id)

    @classmethod
    def ask(cls, person_id: UUID, language: str, now: datetime) -> "PasswordReset":
        """For the first time."""
        return cls(person_id=person_id, expires_at=now + VALIDITY, language=language)

    @event(Asked)
    def __init__(self, person_id: UUID, expires_at: datetime, language: str) -> None:
        self.person_id = person_id
        self.number = 1
        self.expires_at = expires_at
        self.language = language
        self.is_used = False

    def ask_again(self, language: str, now: datetime) -> None:
        """A new link, or, too soon after the last, none: one fact either way."""
        if not self.is_used and now < self.expires_at - VALIDITY + PAUSE:
            self._held_back(number=self.number)
        else:
            self._asked_again(number=self.number + 1, expires_at=now + VALIDITY, language=language)

    def is_open(self, now: datetime) -> bool:
        """Whether the latest link still opens."""
        return not self.is_used and now < self.expires_at

    def ensure_opens(self, number: int, now: datetime) -> None:
        """Raises ResetLinkReplaced, ResetLinkUsed, ResetLinkExpired."""
        if number != self.number:
            raise ResetLinkReplaced()
        if self.is_used:
            raise ResetLinkUsed()
        if now >= self.expires_at:
            raise ResetLinkExpired()

    def use(self, number: int, now: datetime) -> None:
        """Open it, this once. Raises what ensure_opens raises."""
        self.ensure_opens(number, now)
        self._used(number=number)

    @event(AskedAgain)
    def _asked_again(self, number: int, expires_at: datetime, language: str) -> None:
        self.number = number
        self.expires_at = expires_at
        self.language = language
        self.is_used = False

    @event(HeldBack)
    def _held_back(self, number: int) -> None:
        """The last one stays as it is."""

    @event(Used)
    def _used(self, number: int) -> None:
        self.is_used = True
