"""An invitation: one person or whoever has its code first, one group, one application, until it expires."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, event

from . import joining_refusals, refusals
from .group import Group
from .waiving import waivable


class Invitation(AggregateRoot):
    """Given by those who review a group; it counts as evidence in the application that uses it, and only there."""

    TOPIC = "groups:Invitation"
    snapshot_version = 2

    class Issued(Begun):
        """Somebody is invited; ``person_id`` None is for whoever has the code first. It ``waives`` named conditions."""

        TOPIC = "groups:Invitation.Issued"
        class_version = 2
        invitation_id: UUID
        group_id: UUID
        person_id: UUID | None
        issuer_id: UUID
        expires_at: datetime
        waives: list[str]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Once it waived nothing."""
            state.update(waives=[])

    class Redeemed(Fact):
        """Whoever had the code first: it is theirs from now on."""

        TOPIC = "groups:Invitation.Redeemed"
        person_id: UUID

    class Used(Fact):
        """It went into this application; it serves no other, unless that one is withdrawn."""

        TOPIC = "groups:Invitation.Used"
        application_id: UUID

    class GivenBack(Fact):
        """The application that used it was withdrawn: it can be used again."""

        TOPIC = "groups:Invitation.GivenBack"
        application_id: UUID

    class Revoked(Fact):
        """The group has taken it back before it was used."""

        TOPIC = "groups:Invitation.Revoked"

    @staticmethod
    def create_id(invitation_id: UUID, **_: object) -> UUID:
        return invitation_id

    @classmethod
    def issue(
        cls, group: Group, *, invitation_id: UUID, person_id: UUID | None, by: UUID, expires_at: datetime,
        waives: Sequence[str] = (), now: datetime,
    ) -> "Invitation":  # fmt: skip
        """Invite a person, or without one whoever has the code first. To waive anything takes a leader.

        Raises ``NotReviewer``, ``NotLeader``, ``AlreadyMember``, ``WaiverUnknown``, ``InvitationWithoutTime``.
        """
        group.require_reviewer(by)
        if waives:
            group.require_leader(by)
        if person_id is not None:
            group.require_stranger(person_id)
        spared = waivable(waives)
        if expires_at <= now:
            raise refusals.InvitationWithoutTime(expires_at=expires_at.isoformat())
        return cls(
            invitation_id=invitation_id, group_id=group.id, person_id=person_id, issuer_id=by, expires_at=expires_at,
            waives=spared,
        )  # fmt: skip

    @event(Issued)
    def __init__(
        self, invitation_id: UUID, group_id: UUID, person_id: UUID | None, issuer_id: UUID, expires_at: datetime,
        waives: list[str],
    ) -> None:  # fmt: skip
        self.group_id = group_id
        self.person_id = person_id
        self.expires_at = expires_at
        self.waives = waives
        self.application_id: UUID | None = None
        self.revoked = False

    def redeem(self, group: Group, *, person_id: UUID, now: datetime) -> None:
        """Whoever has the code makes it theirs; again does nothing.

        Raises ``NoSuchInvitation``, ``AlreadyMember``, ``InvitationTaken``, ``InvitationRevoked``,
        ``InvitationExpired``.
        """
        if group.id != self.group_id:
            raise refusals.NoSuchInvitation()
        group.require_stranger(person_id)
        if self.person_id not in (None, person_id):
            raise joining_refusals.InvitationTaken()
        if self.person_id is None:
            self._require_in_force(now)
            self._redeemed(person_id=person_id)

    def require_usable(self, *, group_id: UUID, person_id: UUID, now: datetime) -> None:
        """Raises ``NoSuchInvitation``, ``InvitationRevoked``, ``InvitationUsed``, ``InvitationExpired``."""
        if (group_id, person_id) != (self.group_id, self.person_id):
            raise refusals.NoSuchInvitation()
        self._require_in_force(now)
        if self.application_id is not None:
            raise refusals.InvitationUsed(invitation_id=self.id)

    def use(self, *, application_id: UUID, group_id: UUID, person_id: UUID, now: datetime) -> None:
        """Spend it on an application; raises what ``require_usable`` raises."""
        self.require_usable(group_id=group_id, person_id=person_id, now=now)
        self._used(application_id=application_id)

    def give_back(self) -> None:
        """The application that used it was withdrawn; what was not used is left as it is."""
        if self.application_id is not None:
            self._given_back(application_id=self.application_id)

    def revoke(self, group: Group, *, by: UUID) -> None:
        """Take it back; twice does nothing. Raises ``NoSuchInvitation``, ``NotReviewer``, ``InvitationUsed``."""
        if group.id != self.group_id:
            raise refusals.NoSuchInvitation()
        group.require_reviewer(by)
        if self.application_id is not None:
            raise refusals.InvitationUsed(invitation_id=self.id)
        if not self.revoked:
            self._revoked()

    def _require_in_force(self, now: datetime) -> None:
        if self.revoked:
            raise refusals.InvitationRevoked(invitation_id=self.id)
        if now >= self.expires_at:
            raise refusals.InvitationExpired(invitation_id=self.id, expires_at=self.expires_at.isoformat())

    @event(Redeemed)
    def _redeemed(self, person_id: UUID) -> None:
        self.person_id = person_id

    @event(GivenBack)
    def _given_back(self, application_id: UUID) -> None:
        self.application_id = None

    @event(Used)
    def _used(self, application_id: UUID) -> None:
        self.application_id = application_id

    @event(Revoked)
    def _revoked(self) -> None:
        self.revoked = True
