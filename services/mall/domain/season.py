"""When something stands open: from a day, until a day, or always."""

from dataclasses import dataclass
from datetime import datetime

from .refusals import SeasonEndsFirst

__all__ = ["ALWAYS", "Season", "check_season"]


@dataclass(frozen=True, slots=True)
class Season:
    """Open from ``opens_at`` on and until ``closes_at``; None has no such end."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at this time."""
        has_opened = self.opens_at is None or now >= self.opens_at
        return has_opened and (self.closes_at is None or now < self.closes_at)


ALWAYS = Season()


def check_season(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Raises ``SeasonEndsFirst``."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise SeasonEndsFirst(opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat())
