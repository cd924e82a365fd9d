"""What can be asked of identity. Lists come from the views; what is personal comes from the person's own facts."""

from services.identity.queries.people import PeopleQueries, person_with
from services.identity.queries.relationships import RelationshipQueries

__all__ = ["IdentityQueries", "person_with"]


class IdentityQueries(PeopleQueries, RelationshipQueries):
    """Reads for somebody who asks: one method an operation."""
