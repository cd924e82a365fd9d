"""What is recorded of a tariff; use them as ``Tariff.RuleAnnounced`` and so on."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """Its first rule is announced; ``kind`` is platform_fee or commission."""

    TOPIC = "mall:Tariff.Opened"
    kind: str


class RuleAnnounced(Fact):
    """A rule holds from ``begins_at`` on; without ``ends_at`` it replaces the one before it for good.

    ``subject`` is the id of the listing, seller or community, or the tag of the category, by ``scope``. ``notice_days``
    is how long before it had to be announced, 0 where it may hold at once.
    """

    TOPIC = "mall:Tariff.RuleAnnounced"
    rule_id: UUID
    scope: str
    subject: str | None
    currency: str | None
    least_bps: int
    most_bps: int
    least_minor: int | None
    most_minor: int | None
    announced_at: datetime
    begins_at: datetime
    ends_at: datetime | None
    notice_days: int


class RuleEnded(Fact):
    """A rule holds until ``ends_at`` and no longer; one that ends before it begins never holds."""

    TOPIC = "mall:Tariff.RuleEnded"
    rule_id: UUID
    announced_at: datetime
    ends_at: datetime
    notice_days: int
