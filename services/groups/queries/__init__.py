"""What can be asked of groups: one file a topic, put together in ``GroupsQueries``."""

from .audience import AudienceQueries
from .health import HealthQueries
from .moderation import ModerationQueries
from .neighbours import NeighbourQueries
from .people import PeopleQueries
from .writing import WritingQueries

__all__ = ["GroupsQueries"]


class GroupsQueries(PeopleQueries, AudienceQueries, HealthQueries, NeighbourQueries, WritingQueries, ModerationQueries):
    """Reads for somebody who asks: one method an operation."""
