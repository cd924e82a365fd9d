"""A way to a listing that a person shares with others."""

import re
from datetime import datetime
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, event

from .refusals import LinkElsewhere, LinkEnded, LinkEndsInPast, NoSuchLink

__all__ = ["ShareLink", "code_of", "is_code"]

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # no 0, 1, 8, 9, which look like others
CODE_LENGTH, BITS = 8, 5
_CODE = re.compile(r"[a-z2-7]{8}")


class ShareLink(AggregateRoot):
    """It belongs to the shelf of one group, or to none. Sharing earns nothing; a sale through it may."""

    TOPIC = "mall:ShareLink"

    class Made(Begun):
        """A person shares a listing; ``code`` is what stands in the address, ``expires_at`` None has no end."""

        TOPIC = "mall:ShareLink.Made"
        link_id: UUID
        code: str
        owner_id: UUID
        listing_id: UUID
        group_id: UUID | None
        expires_at: datetime | None

    class Revoked(Fact):
        """Its owner took it back: nothing is earned by it from now on."""

        TOPIC = "mall:ShareLink.Revoked"

    @staticmethod
    def create_id(link_id: UUID) -> UUID:
        return link_id

    @classmethod
    def make(
        cls, link_id: UUID, code: str, owner_id: UUID, listing_id: UUID, group_id: UUID | None,
        expires_at: datetime | None, now: datetime,
    ) -> "ShareLink":  # fmt: skip
        """A new link. Raises ``LinkEndsInPast``."""
        if expires_at is not None and expires_at <= now:
            raise LinkEndsInPast(expires_at=expires_at.isoformat())
        return cls(link_id, code, owner_id, listing_id, group_id, expires_at)

    @event(Made)
    def __init__(
        self, link_id: UUID, code: str, owner_id: UUID, listing_id: UUID, group_id: UUID | None,
        expires_at: datetime | None,
    ) -> None:  # fmt: skip
        self.code = code
        self.owner_id = owner_id
        self.listing_id = listing_id
        self.group_id = group_id
        self.expires_at = expires_at
        self.is_revoked = False

    def revoke(self, by: UUID) -> None:
        """Its owner takes it back; again records nothing. Raises ``NoSuchLink`` to anybody else."""
        if by != self.owner_id:
            raise NoSuchLink()
        if not self.is_revoked:
            self._revoked()

    @event(Revoked)
    def _revoked(self) -> None:
        self.is_revoked = True

    def state(self, now: datetime) -> str:
        """valid, revoked or expired."""
        if self.is_revoked:
            return "revoked"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "valid"

    def require_leads_to(self, listing_id: UUID, now: datetime) -> None:
        """That one can buy this listing through it now. Raises ``LinkElsewhere``, ``LinkEnded``."""
        if listing_id != self.listing_id:
            raise LinkElsewhere(link_id=self.id, listing_id=self.listing_id)
        if not self._stands(now):
            raise LinkEnded(link_id=self.id, how=self.state(now))

    def _stands(self, now: datetime) -> bool:
        """The guard against links that have ended; tests switch it off to see that they need it."""
        return self.state(now) == "valid"


def is_code(text: str) -> bool:
    """Whether a text could stand in the address of a link."""
    return _CODE.fullmatch(text) is not None


def code_of(link_id: UUID) -> str:
    """Eight letters and digits for an address: the beginning of the id, and so not chosen by anybody."""
    first = link_id.int >> (128 - CODE_LENGTH * BITS)
    places = range((CODE_LENGTH - 1) * BITS, -1, -BITS)
    return "".join(LETTERS[(first >> place) % len(LETTERS)] for place in places)
