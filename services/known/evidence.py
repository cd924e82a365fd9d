"""What is known of one person when a threshold is decided, from the views of this service."""

from uuid import UUID

from sqlalchemy import Connection

from services.contracts.thresholds import Evidence
from services.known.groups import memberships_of
from services.known.people import claims_of, tags_of


def evidence_of(connection: Connection, person_id: UUID) -> Evidence:
    """Claims, tags and memberships. Nobody is invited: a threshold that asks for an invitation is not met."""
    return Evidence(
        claims=claims_of(connection, person_id),
        tags=tags_of(connection, person_id),
        memberships=memberships_of(connection, person_id),
    )
