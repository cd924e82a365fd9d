"""Inviting a person, or whoever has a code first, and finding the invitation that an application may use."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.groups.application.readiness import Readiness
from services.groups.codes import CODE, LATEST, digest_of, invitation_code, key_of
from services.groups.domain import Group, Invitation
from services.groups.domain.refusals import NoSuchInvitation, NoSuchPerson
from services.groups.projections.invitations import count_of, open_invitations
from services.kernel.domain import Refusal, derived_id
from services.known.registered_people import is_known

LASTS = timedelta(days=14)


class Invitations(Readiness):
    """Ids of invitations are derived from group, person and number, so that one is found before a view has it.

    One by code is found by a keyed digest of the code; the code itself is made again when it is needed, never stored.
    """

    def invite_person(
        self, group_id: UUID, person_id: UUID, expires_at: datetime | None = None, waives: list[str] | None = None
    ) -> dict[str, Any]:
        """Invite somebody, for 14 days unless another end is given; it counts for an open application at once.

        Raises NoSuchGroup, NoSuchPerson, NotReviewer, NotLeader, AlreadyMember, WaiverUnknown, InvitationWithoutTime.
        """
        group = self._group(group_id)
        group.require_reviewer(self.actor_id)
        with self.views.reading() as connection:
            known, number = is_known(connection, person_id), count_of(connection, group_id, person_id)
        if not known:
            raise NoSuchPerson(person_id=person_id)
        number += sum(1 for _ in self._later_than(number, group_id, person_id))
        invitation = self._issued(
            group, invitation_id(group_id, person_id, number + 1), person_id, expires_at, waives
        )  # fmt: skip
        self._bring(invitation, group, person_id)
        return {"invitation_id": invitation.id}

    def offer_invitation(
        self, group_id: UUID, expires_at: datetime | None = None, waives: list[str] | None = None
    ) -> dict[str, Any]:
        """Invite whoever uses the code first. Raises NoSuchGroup, NotReviewer, NotLeader, WaiverUnknown,
        InvitationWithoutTime."""
        group = self._group(group_id)
        invitation = self._issued(group, self.unit.new_id("invitation"), None, expires_at, waives)
        code = invitation_code(self.unit.blinded, invitation.id)
        self.unit.put_side(CODE, digest_of(self.unit.blinded, code), str(invitation.id).encode())
        return {"invitation_id": invitation.id}

    def redeem_invitation(self, code: str) -> dict[str, Any]:
        """The actor has a code: the invitation is hers if nobody was before her.

        Raises NoSuchInvitation, InvitationTaken, InvitationRevoked, InvitationExpired, AlreadyMember.
        """
        named = self.unit.side(CODE, digest_of(self.unit.blinded, code))
        if named is None:
            raise NoSuchInvitation()
        invitation = self._invitation(UUID(named.decode()))
        group = self._group(invitation.group_id)
        invitation.redeem(group, person_id=self.actor_id, now=self.now)
        self.unit.put_side(LATEST, key_of(group.id, self.actor_id), str(invitation.id).encode())
        self._bring(invitation, group, self.actor_id)
        return {"invitation_id": invitation.id, "group_id": group.id}

    def revoke_invitation(self, invitation_id: UUID) -> dict[str, Any]:
        """Take it back. Raises NoSuchInvitation, NotReviewer, InvitationUsed."""
        invitation = self._invitation(invitation_id)
        group = self._group(invitation.group_id)
        if not group.roles_of(self.actor_id) and self.actor_id != invitation.person_id:
            raise NoSuchInvitation()
        invitation.revoke(group, by=self.actor_id)
        return {"invitation_id": invitation_id}

    def _issued(
        self, group: Group, named: UUID, person_id: UUID | None, expires_at: datetime | None, waives: list[str] | None
    ) -> Invitation:
        invitation = Invitation.issue(
            group, invitation_id=named, person_id=person_id, by=self.actor_id, waives=waives or [],
            expires_at=expires_at or self.now + LASTS, now=self.now,
        )  # fmt: skip
        self.unit.add(invitation)
        return invitation

    def _bring(self, invitation: Invitation, group: Group, person_id: UUID) -> None:
        """To the open application of this person, if it adds anything there; this may admit."""
        application = self._open_application(group.id, person_id)
        usable = _is_usable(invitation, group.id, person_id, self.now)
        if application is not None and usable and application.take_invitation(invitation, self.now):
            self._admit_if_ready(application, group)

    def _invitation(self, invitation_id: UUID) -> Invitation:
        return self.unit.get(Invitation, invitation_id, NoSuchInvitation())

    def _usable_invitation(self, group_id: UUID, person_id: UUID) -> Invitation | None:
        """An invitation that an application of this person can use now: the view names some, the aggregates decide."""
        with self.views.reading() as connection:
            named = open_invitations(connection, group_id, person_id, self.now)
            number = count_of(connection, group_id, person_id)
        latest = self.unit.side(LATEST, key_of(group_id, person_id))
        ids = [*named, *([] if latest is None else [UUID(latest.decode())])]
        known = (self.unit.find(Invitation, each) for each in ids)
        candidates = [*(one for one in known if one), *self._later_than(number, group_id, person_id)]
        usable = [one for one in candidates if _is_usable(one, group_id, person_id, self.now)]
        return max(usable, key=lambda one: len(one.waives), default=None)

    def _later_than(self, number: int, group_id: UUID, person_id: UUID) -> Iterator[Invitation]:
        """The invitations that a view which knows of ``number`` has not seen yet."""
        while invitation := self.unit.find(Invitation, invitation_id(group_id, person_id, number + 1)):
            yield invitation
            number += 1


def invitation_id(group_id: UUID, person_id: UUID, number: int) -> UUID:
    """The id of the ``number``-th invitation of a person to a group, from 1."""
    return derived_id("invitation", group_id, person_id, number)


def _is_usable(invitation: Invitation, group_id: UUID, person_id: UUID, now: datetime) -> bool:
    try:
        invitation.require_usable(group_id=group_id, person_id=person_id, now=now)
    except Refusal:
        return False
    return True
