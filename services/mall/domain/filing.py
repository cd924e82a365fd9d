"""A report as it was sent to an authority: which it was, by which digest, and what came back."""

from datetime import datetime, timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, derived_id, event

from .refusals import MomentToCome, RecordedOtherwise, SinceNotEarlier

__all__ = ["SETTLES", "Filing", "check_moments"]

SETTLES = timedelta(minutes=1)
"""How long what was recorded at a moment may be on its way into the log."""


def check_moments(as_of: datetime, since: datetime | None, now: datetime) -> None:
    """Raises ``MomentToCome`` and ``SinceNotEarlier``: a report of other moments could not be made again."""
    if as_of > now - SETTLES:
        raise MomentToCome()
    if since is not None and since >= as_of:
        raise SinceNotEarlier()


class Filing(AggregateRoot):
    """One a report: the same period as of the same moments is the same file, and is filed once.

    ``quarter`` is one for a report of income, such as 2026Q3; of a list of operators its half-year, such as 2026H1.
    """

    TOPIC = "mall:Filing"

    class Recorded(Begun):
        """It was sent. ``sha256`` is of the bytes of the file, ``receipt`` what the authority answered."""

        TOPIC = "mall:Filing.Recorded"
        filing_id: UUID
        quarter: str
        time_zone: str
        as_of: datetime
        since: datetime | None
        sha256: str
        receipt: str

    @staticmethod
    def create_id(filing_id: UUID) -> UUID:
        return filing_id

    @staticmethod
    def id_of(quarter: str, time_zone: str, as_of: datetime, since: datetime | None) -> UUID:
        """The id of the filing of this report."""
        return derived_id("filing", quarter, time_zone, as_of.isoformat(), since and since.isoformat())

    @classmethod
    def record(
        cls, quarter: str, time_zone: str, as_of: datetime, since: datetime | None, sha256: str, receipt: str,
        now: datetime,
    ) -> "Filing":  # fmt: skip
        """A new filing. Raises ``MomentToCome``, ``SinceNotEarlier``."""
        check_moments(as_of, since, now)
        return cls(cls.id_of(quarter, time_zone, as_of, since), quarter, time_zone, as_of, since, sha256, receipt)

    @event(Recorded)
    def __init__(
        self, filing_id: UUID, quarter: str, time_zone: str, as_of: datetime, since: datetime | None, sha256: str,
        receipt: str,
    ) -> None:  # fmt: skip
        self.sha256 = sha256
        self.receipt = receipt

    def ensure_same(self, sha256: str, receipt: str) -> None:
        """Raises ``RecordedOtherwise`` for another file or another answer."""
        if (self.sha256, self.receipt) != (sha256, receipt):
            raise RecordedOtherwise(kind="Filing", id=self.id)
