"""Who is invited where, until when."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Column, Connection, Index, MetaData, Table, Text, func, select

from services.groups.domain import Invitation
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

OPEN, USED, REVOKED = ("open", "used", "revoked")
MOST_LOOKED_AT = 20

_metadata = MetaData()
invitations = Table(
    "invitations_v1",
    _metadata,
    Column("invitation_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("invitations_v1_of_person", "group_id", "person_id"),
)


class InvitationsView(Projection):
    """One row an invitation. One that has run out stays open here: only the time tells."""

    name: ClassVar[str] = "invitations"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Invitation.Issued)
    def issued(self, connection: Connection, fact: Invitation.Issued, place: Place) -> None:
        """Somebody is invited."""
        row = {
            "invitation_id": str(fact.invitation_id), "group_id": str(fact.group_id), "state": OPEN,
            "person_id": str(fact.person_id), "expires_at": fact.expires_at.astimezone(UTC).isoformat(),
        }  # fmt: skip
        connection.execute(invitations.insert().values(row))

    @when(Invitation.Used)
    def used(self, connection: Connection, fact: Invitation.Used, place: Place) -> None:
        """It went into an application."""
        _end(connection, fact.originator_id, USED)

    @when(Invitation.Revoked)
    def revoked(self, connection: Connection, fact: Invitation.Revoked, place: Place) -> None:
        """The group has taken it back."""
        _end(connection, fact.originator_id, REVOKED)


def open_invitations(connection: Connection, group_id: UUID, person_id: UUID, now: datetime) -> list[UUID]:
    """Those that look usable, the longest lasting first."""
    mine = (invitations.c.group_id == str(group_id), invitations.c.person_id == str(person_id))
    usable = (invitations.c.state == OPEN, invitations.c.expires_at > now.astimezone(UTC).isoformat())
    longest = (invitations.c.expires_at.desc(), invitations.c.invitation_id)
    found = select(invitations.c.invitation_id).where(*mine, *usable).order_by(*longest)
    return [UUID(invitation_id) for invitation_id in connection.execute(found.limit(MOST_LOOKED_AT)).scalars()]


def count_of(connection: Connection, group_id: UUID, person_id: UUID) -> int:
    """How many invitations of this person to this group the view knows of, whatever became of them."""
    mine = (invitations.c.group_id == str(group_id), invitations.c.person_id == str(person_id))
    return int(connection.execute(select(func.count()).select_from(invitations).where(*mine)).scalar_one())


def _end(connection: Connection, invitation_id: UUID, state: str) -> None:
    mine = invitations.c.invitation_id == str(invitation_id)
    connection.execute(invitations.update().where(mine).values(state=state))
