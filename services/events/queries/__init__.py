"""What can be asked about gatherings: one file a topic, put together in ``GatheringQueries``."""

from .attendance import AttendanceQueries
from .offers import OfferQueries
from .own import OwnQueries
from .waitlists import WaitlistQueries

__all__ = ["GatheringQueries"]


class GatheringQueries(OfferQueries, OwnQueries, WaitlistQueries, AttendanceQueries):
    """Reads for somebody who asks: one method an operation."""
