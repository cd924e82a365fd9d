"""A new password by mail: asked for, held back when asked for again too soon, used once or run out."""

from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.refusals import ResetLinkExpired, ResetLinkReplaced, ResetLinkUsed
from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

LANGUAGES = ("en", "zh")
VALIDITY = timedelta(minutes=30)
PAUSES = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1))
"""How long after the first, second, ... mail of a day the next one may be sent, and after the last of them none: nobody
fills another's letterbox by asking in her name."""
DAY = timedelta(days=1)


class PasswordReset(AggregateRoot):
    """One for each person. Each link has a number, and opens until it runs out or one of them was used.

    So whoever asks in another's name makes no link useless that she has in her letterbox.

    Whoever asks with a mail address that is nobody's gets one of a person who is not there: the same is recorded, so
    that nothing tells whether an address is known.
    """

    TOPIC = "identity:PasswordReset"
    state_is_impersonal = True
    snapshot_version = 2

    class Asked(Begun):
        """For the first time; the link has the number 1."""

        TOPIC = "identity:PasswordReset.Asked"
        person_id: UUID
        expires_at: datetime
        language: str

    class AskedAgain(Fact):
        """A later link; those before open until they run out."""

        TOPIC = "identity:PasswordReset.AskedAgain"
        number: int
        expires_at: datetime
        language: str

    class HeldBack(Fact):
        """It was asked for again too soon after the last one; nothing is sent."""

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
        self.number = 0
        self.used: int | None = None
        self.sent: dict[str, datetime] = {}
        self._send(1, expires_at, language)

    def ask_again(self, language: str, now: datetime) -> None:
        """A new link, or, too soon after the last, none: one fact either way. The pauses grow with the mails of a day;
        who has used a link begins anew."""
        if now < self._next_at(now):
            self._held_back(number=self.number)
        else:
            self._asked_again(number=self.number + 1, expires_at=now + VALIDITY, language=language)

    def is_open(self, now: datetime) -> bool:
        """Whether the latest link still opens."""
        return self.used is None and now < self.sent[str(self.number)] + VALIDITY

    def ensure_opens(self, number: int, now: datetime) -> None:
        """Raises ResetLinkReplaced, ResetLinkUsed, ResetLinkExpired."""
        if number == self.used:
            raise ResetLinkUsed()
        sent_at = self.sent.get(str(number))
        if sent_at is None or self.used is not None:
            raise ResetLinkReplaced()
        if now >= sent_at + VALIDITY:
            raise ResetLinkExpired()

    def use(self, number: int, now: datetime) -> None:
        """Open it, this once. Raises what ensure_opens raises."""
        self.ensure_opens(number, now)
        self._used(number=number)

    @event(AskedAgain)
    def _asked_again(self, number: int, expires_at: datetime, language: str) -> None:
        if self.used is not None:
            self.used, self.sent = None, {}
        self._send(number, expires_at, language)

    @event(HeldBack)
    def _held_back(self, number: int) -> None:
        """The last one stays as it is."""

    @event(Used)
    def _used(self, number: int) -> None:
        self.used = number

    def _next_at(self, now: datetime) -> datetime:
        """When the next mail may be sent."""
        today = [] if self.used is not None else [at for at in self.sent.values() if at > now - DAY]
        if not today:
            return now
        return today[-1] + PAUSES[len(today) - 1] if len(today) <= len(PAUSES) else today[-len(PAUSES) - 1] + DAY

    def _send(self, number: int, expires_at: datetime, language: str) -> None:
        sent_at = expires_at - VALIDITY
        kept = {one: at for one, at in self.sent.items() if at > sent_at - DAY}
        self.number, self.language, self.sent = number, language, kept | {str(number): sent_at}
