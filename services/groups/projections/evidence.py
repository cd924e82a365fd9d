"""What is known of one person when a threshold is decided, from the views of this service."""

from uuid import UUID

from sqlalchemy import Connection

from services.contracts.thresholds import Evidence
from services.groups.projections.members import memberships_of
from services.known.people import claims_of, tags_of


def evidence_of(connection: Connection, person_id: UUID) -> Evidence:
    """Claims, tags and memberships; an invitation is for whoever decides to add."""
    return Evidence(
        claims=claims_of(connection, person_id),
        tags=tags_of(connection, person_id),
        memberships=memberships_of(connection, person_id),
    )
