"""A partner: another platform, what it may know, which of its keys are good."""

from datetime import datetime, timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, event

from . import refusals
from .scopes import checked

MOST_OVERLAP_HOURS = 720
ACTIVE, SUSPENDED, CLOSED = STATES = ("active", "suspended", "closed")
REASONS = ("abuse", "leaked_key", "requested", "terms", "other")


class Partner(AggregateRoot):
    """``keys`` maps the number of each good key to when it ends, ISO 8601, or to "" for the latest, which does not.

    A partner is an organisation; its name is told to operators alone. The keys themselves are in no fact.
    """

    TOPIC = "partners:Partner"

    class Registered(Begun):
        """Another platform may know this much."""

        TOPIC = "partners:Partner.Registered"
        partner_id: UUID
        name: str
        scopes: list[str]

    class ScopesChanged(Fact):
        """It may know this from now on."""

        TOPIC = "partners:Partner.ScopesChanged"
        scopes: list[str]

    class KeyIssued(Fact):
        """A key of the next number is good; every older one ends at ``older_end_at`` or before."""

        TOPIC = "partners:Partner.KeyIssued"
        key_number: int
        older_end_at: datetime

    class KeyEnded(Fact):
        """A key opens nothing any more."""

        TOPIC = "partners:Partner.KeyEnded"
        key_number: int

    class Suspended(Fact):
        """Its keys open nothing until it is reinstated; ``reason`` is one of REASONS."""

        TOPIC = "partners:Partner.Suspended"
        reason: str

    class Reinstated(Fact):
        """The suspension is over."""

        TOPIC = "partners:Partner.Reinstated"

    class Closed(Fact):
        """It is a partner no more; ``reason`` is one of REASONS."""

        TOPIC = "partners:Partner.Closed"
        reason: str

    @staticmethod
    def create_id(partner_id: UUID, **_: object) -> UUID:
        return partner_id

    @classmethod
    def register(cls, partner_id: UUID, name: str, scopes: list[str], *, now: datetime) -> "Partner":
        """A new partner with its first key. Raises ``PartnerWithoutName``, ``NoScope``, ``ScopeUnknown``."""
        if not any(char.isalnum() for char in name):
            raise refusals.PartnerWithoutName()
        made = cls(partner_id=partner_id, name=" ".join(name.split()), scopes=checked(scopes))
        made.issue_key(now=now, overlap=timedelta())
        return made

    @event(Registered)
    def __init__(self, partner_id: UUID, name: str, scopes: list[str]) -> None:
        self.name = name
        self.scopes = scopes
        self.status = ACTIVE
        self.latest_key = 0
        self.keys: dict[str, str] = {}

    def change_scopes(self, scopes: list[str]) -> None:
        """The same ones again record nothing. Raises ``PartnerClosed``, ``NoScope``, ``ScopeUnknown``."""
        self._require_open()
        wanted = checked(scopes)
        if wanted != self.scopes:
            self._scopes_changed(scopes=wanted)

    def issue_key(self, *, now: datetime, overlap: timedelta) -> int:
        """One more key; older ones stay good for ``overlap`` at most. Returns its number.

        A suspended partner gets one too: it opens nothing before the partner is reinstated.
        Raises ``PartnerClosed``, ``OverlapNotUsable``.
        """
        self._require_open()
        if not timedelta() <= overlap <= timedelta(hours=MOST_OVERLAP_HOURS):
            raise refusals.OverlapNotUsable(most_hours=MOST_OVERLAP_HOURS)
        older = list(self.keys)
        self._key_issued(key_number=self.latest_key + 1, older_end_at=now + overlap)
        if not overlap:
            for number in older:
                self._key_ended(key_number=int(number))
        return self.latest_key

    def end_key(self, key_number: int) -> None:
        """Its time is over; one that has ended already records nothing."""
        if str(key_number) in self.keys:
            self._key_ended(key_number=key_number)

    def opens(self, key_number: int, now: datetime) -> bool:
        """Whether a key of this number is good at this moment."""
        ends_at = self.keys.get(str(key_number))
        return ends_at is not None and (not ends_at or now < datetime.fromisoformat(ends_at))

    def suspend(self, reason: str) -> None:
        """For a while. Raises ``PartnerClosed``, ``ReasonUnknown``, ``PartnerSuspendedAlready``."""
        self._require_open()
        _check_reason(reason)
        if self.status == SUSPENDED:
            raise refusals.PartnerSuspendedAlready(partner_id=self.id)
        self._suspended(reason=reason)

    def reinstate(self) -> None:
        """Its keys are good again. Raises ``PartnerClosed``, ``PartnerNotSuspended``."""
        self._require_open()
        if self.status != SUSPENDED:
            raise refusals.PartnerNotSuspended(partner_id=self.id)
        self._reinstated()

    def close(self, reason: str) -> None:
        """For good, with all of its keys. Raises ``PartnerClosed``, ``ReasonUnknown``."""
        self._require_open()
        _check_reason(reason)
        for number in list(self.keys):
            self._key_ended(key_number=int(number))
        self._closed(reason=reason)

    def _require_open(self) -> None:
        if self.status == CLOSED:
            raise refusals.PartnerClosed(partner_id=self.id)

    @event(ScopesChanged)
    def _scopes_changed(self, scopes: list[str]) -> None:
        self.scopes = scopes

    @event(KeyIssued)
    def _key_issued(self, key_number: int, older_end_at: datetime) -> None:
        ends_at = older_end_at.isoformat()
        self.keys = {number: min(end or ends_at, ends_at) for number, end in self.keys.items()}
        self.keys[str(key_number)] = ""
        self.latest_key = key_number

    @event(KeyEnded)
    def _key_ended(self, key_number: int) -> None:
        del self.keys[str(key_number)]

    @event(Suspended)
    def _suspended(self, reason: str) -> None:
        self.status = SUSPENDED

    @event(Reinstated)
    def _reinstated(self) -> None:
        self.status = ACTIVE

    @event(Closed)
    def _closed(self, reason: str) -> None:
        self.status = CLOSED


def _check_reason(reason: str) -> None:
    if reason not in REASONS:
        raise refusals.ReasonUnknown(reasons=", ".join(REASONS))
