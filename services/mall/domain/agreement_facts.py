"""What is recorded of an agreement; use them as ``Agreement.Offered`` and so on."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """A seller and a community begin to talk."""

    TOPIC = "mall:Agreement.Opened"
    seller_id: UUID
    group_id: UUID


class Offered(Fact):
    """One side offers terms; an offer that was still open is replaced by it. ``offered_by`` is seller or community.

    Without ``listing_ids`` it is about all goods of the seller, without ``territory`` about all countries.
    """

    TOPIC = "mall:Agreement.Offered"
    offer_id: UUID
    number: int
    offered_by: str
    listing_ids: list[str]
    pool_bps: int
    territory: list[str]
    floor_minor: int | None
    currency: str | None
    exclusive: bool
    notice_days: int
    starts_at: datetime | None
    ends_at: datetime | None


class Accepted(Fact):
    """The other side accepts: its terms hold from ``starts_at`` on, in place of those that were agreed before."""

    TOPIC = "mall:Agreement.Accepted"
    seller_id: UUID
    group_id: UUID
    offer_id: UUID
    number: int
    accepted_by: str
    accepted_at: datetime
    exclusive: bool
    starts_at: datetime
    ends_at: datetime | None


class Declined(Fact):
    """The other side does not want it."""

    TOPIC = "mall:Agreement.Declined"
    offer_id: UUID
    number: int
    declined_by: str


class Withdrawn(Fact):
    """The side that had offered it does so no longer."""

    TOPIC = "mall:Agreement.Withdrawn"
    offer_id: UUID
    number: int
    withdrawn_by: str


class EndAnnounced(Fact):
    """One side ends all that was agreed, after the notice that is part of it: nothing holds from ``ends_at`` on."""

    TOPIC = "mall:Agreement.EndAnnounced"
    seller_id: UUID
    group_id: UUID
    announced_by: str
    announced_at: datetime
    notice_days: int
    ends_at: datetime


class Lapsed(Fact):
    """All that was agreed is over since ``ends_at``, as it was agreed from the beginning."""

    TOPIC = "mall:Agreement.Lapsed"
    seller_id: UUID
    group_id: UUID
    ends_at: datetime
