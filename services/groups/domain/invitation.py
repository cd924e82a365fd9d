"""An invitation: one person, one group, one application, until it expires."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, event

from . import refusals
from .group import Group


class Invitation(AggregateRoot):
    """Given by those who review a group; it counts as evidence in the application that uses it, and only there."""

    TOPIC = "groups:Invitation"

    class Issued(Begun):
        """Somebody is invited."""

        TOPIC = "groups:Invitation.Issued"
        invitation_id: UUID
        group_id: UUID
        person_id: UUID
        issuer_id: UUID
        expires_at: datetime

    class Used(Fact):
        """It went into this application; it serves no other, whatever becomes of that one."""

        TOPIC = "groups:Invitation.Used"
        application_id: UUID

    class Revoked(Fact):
        """The group has taken it back before it was used."""

        TOPIC = "groups:Invitation.Revoked"

    @staticmethod
    def create_id(invitation_id: UUID, **_: object) -> UUID:
        return invitation_id

    @classmethod
    def issue(
        cls, group: Group, *, invitation_id: UUID, person_id: UUID, by: UUID, expires_at: datetime, now: datetime
    ) -> "Invitation":
        """Invite a person. Raises ``NotReviewer``, ``AlreadyMember``, ``InvitationWithoutTime``."""
        group.require_reviewer(by)
        group.require_stranger(person_id)
        if expires_at <= now:
            raise refusals.InvitationWithoutTime(expires_at=expires_at.isoformat())
        return cls(
            invitation_id=invitation_id, group_id=group.id, person_id=person_id, issuer_id=by, expires_at=expires_at
        )

    @event(Issued)
    def __init__(
        self, invitation_id: UUID, group_id: UUID, person_id: UUID, issuer_id: UUID, expires_at: datetime
    ) -> None:
        self.group_id = group_id
        self.person_id = person_id
        self.expires_at = expires_at
        self.application_id: UUID | None = None
        self.revoked = False

    def require_usable(self, *, group_id: UUID, person_id: UUID, now: datetime) -> None:
        """Raises ``NoSuchInvitation``, ``InvitationRevoked``, ``InvitationUsed``, ``InvitationExpired``."""
        if (group_id, person_id) != (self.group_id, self.person_id):
            raise refusals.NoSuchInvitation()
        if self.revoked:
            raise refusals.InvitationRevoked(invitation_id=self.id)
        if self.application_id is not None:
            raise refusals.InvitationUsed(invitation_id=self.id)
        if now >= self.expires_at:
            raise refusals.InvitationExpired(invitation_id=self.id, expires_at=self.expires_at.isoformat())

    def use(self, *, application_id: UUID, group_id: UUID, person_id: UUID, now: datetime) -> None:
        """Spend it on an application; raises what ``require_usable`` raises."""
        self.require_usable(group_id=group_id, person_id=person_id, now=now)
        self._used(application_id=application_id)

    def revoke(self, group: Group, *, by: UUID) -> None:
        """Take it back; twice does nothing. Raises ``NoSuchInvitation``, ``NotReviewer``, ``InvitationUsed``."""
        if group.id != self.group_id:
            raise refusals.NoSuchInvitation()
        group.require_reviewer(by)
        if self.application_id is not None:
            raise refusals.InvitationUsed(invitation_id=self.id)
        if not self.revoked:
            self._revoked()

    @event(Used)
    def _used(self, application_id: UUID) -> None:
        self.application_id = application_id

    @event(Revoked)
    def _revoked(self) -> None:
        self.revoked = True
