"""Who is invited where, until when."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, Index, MetaData, Table, Text, false, func, select

from services.groups.domain import Invitation
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection

OPEN, USED, REVOKED, EXPIRED = ("open", "used", "revoked", "expired")
MOST_LOOKED_AT = 20

_metadata = MetaData()
invitations = Table(
    "invitations_v2",
    _metadata,
    Column("invitation_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("person_id", Text),
    Column("by_code", Boolean, nullable=False),
    Column("waives", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("issued_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("invitations_v2_of_person", "group_id", "person_id"),
    Index("invitations_v2_to_person", "person_id"),
)


class InvitationsView(Projection):
    """One row an invitation. One that has run out stays open here: only the time tells."""

    name: ClassVar[str] = "invitations"
    version: ClassVar[int] = 2
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Invitation.Issued)
    def issued(self, connection: Connection, fact: Invitation.Issued, place: Place) -> None:
        """Somebody is invited."""
        row = {
            "invitation_id": str(fact.invitation_id), "group_id": str(fact.group_id), "state": OPEN,
            "person_id": None if fact.person_id is None else str(fact.person_id), "by_code": fact.person_id is None,
            "waives": json.dumps(fact.waives), "issued_at": place.effective_at.astimezone(UTC).isoformat(),
            "expires_at": fact.expires_at.astimezone(UTC).isoformat(),
        }  # fmt: skip
        connection.execute(invitations.insert().values(row))

    @when(Invitation.Redeemed)
    def redeemed(self, connection: Connection, fact: Invitation.Redeemed, place: Place) -> None:
        """Somebody had its code first."""
        _change(connection, fact.originator_id, person_id=str(fact.person_id))

    @when(Invitation.Used)
    def used(self, connection: Connection, fact: Invitation.Used, place: Place) -> None:
        """It went into an application."""
        _change(connection, fact.originator_id, state=USED)

    @when(Invitation.GivenBack)
    def given_back(self, connection: Connection, fact: Invitation.GivenBack, place: Place) -> None:
        """That application was withdrawn."""
        _change(connection, fact.originator_id, state=OPEN)

    @when(Invitation.Revoked)
    def revoked(self, connection: Connection, fact: Invitation.Revoked, place: Place) -> None:
        """The group has taken it back."""
        _change(connection, fact.originator_id, state=REVOKED)


def open_invitations(connection: Connection, group_id: UUID, person_id: UUID, now: datetime) -> list[UUID]:
    """Those that look usable, the longest lasting first."""
    mine = (invitations.c.group_id == str(group_id), invitations.c.person_id == str(person_id))
    usable = (invitations.c.state == OPEN, invitations.c.expires_at > now.astimezone(UTC).isoformat())
    longest = (invitations.c.expires_at.desc(), invitations.c.invitation_id)
    found = select(invitations.c.invitation_id).where(*mine, *usable).order_by(*longest)
    return [UUID(invitation_id) for invitation_id in connection.execute(found.limit(MOST_LOOKED_AT)).scalars()]


def usable_by(connection: Connection, group_id: UUID, person_id: UUID, now: datetime) -> dict[str, Any] | None:
    """The row of the invitation that an application of this person would use now, or None."""
    named = open_invitations(connection, group_id, person_id, now)
    if not named:
        return None
    mine = select(invitations).where(invitations.c.invitation_id == str(named[0]))
    return shown(dict(connection.execute(mine).mappings().one()))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its list read."""
    return row | {"waives": json.loads(row["waives"])}


def as_of(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A row as it stands at a moment: one that was not used and has run out is expired."""
    ran_out = row["state"] == OPEN and row["expires_at"] <= now.astimezone(UTC).isoformat()
    return shown(row) | {"state": EXPIRED if ran_out else row["state"]}


def count_of(connection: Connection, group_id: UUID, person_id: UUID) -> int:
    """How many invitations of this person by name to this group the view knows of, whatever became of them."""
    named = invitations.c.by_code == false()
    mine = (invitations.c.group_id == str(group_id), invitations.c.person_id == str(person_id), named)
    return int(connection.execute(select(func.count()).select_from(invitations).where(*mine)).scalar_one())


def _change(connection: Connection, invitation_id: UUID, **values: Any) -> None:
    mine = invitations.c.invitation_id == str(invitation_id)
    connection.execute(invitations.update().where(mine).values(**values))
