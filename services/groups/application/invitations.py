"""Inviting a person, and finding the invitation that an application may use."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.groups.application.loading import Loading
from services.groups.domain import Invitation
from services.groups.domain.refusals import NoSuchInvitation, NoSuchPerson
from services.groups.projections.invitations import count_of, open_invitations
from services.groups.projections.known_people import is_known
from services.kernel.domain import Refusal, derived_id

LASTS = timedelta(days=14)


class Invitations(Loading):
    """Ids of invitations are derived from group, person and number, so that one is found before a view has it."""

    def invite_person(self, group_id: UUID, person_id: UUID, expires_at: datetime | None = None) -> dict[str, Any]:
        """Invite somebody, for 14 days unless another end is given.

        Raises NoSuchGroup, NoSuchPerson, NotReviewer, AlreadyMember, InvitationWithoutTime.
        """
        group = self._group(group_id)
        group.require_reviewer(self.actor_id)
        with self.views.reading() as connection:
            known, number = is_known(connection, person_id), count_of(connection, group_id, person_id)
        if not known:
            raise NoSuchPerson(person_id=person_id)
        number += sum(1 for _ in self._later_than(number, group_id, person_id))
        invitation = Invitation.issue(
            group, invitation_id=invitation_id(group_id, person_id, number + 1), person_id=person_id,
            by=self.actor_id, expires_at=expires_at or self.now + LASTS, now=self.now,
        )  # fmt: skip
        self.unit.add(invitation)
        return {"invitation_id": invitation.id}

    def revoke_invitation(self, invitation_id: UUID) -> dict[str, Any]:
        """Take it back. Raises NoSuchInvitation, NotReviewer, InvitationUsed."""
        invitation = self.unit.get(Invitation, invitation_id, NoSuchInvitation())
        group = self._group(invitation.group_id)
        if not group.roles_of(self.actor_id) and self.actor_id != invitation.person_id:
            raise NoSuchInvitation()
        invitation.revoke(group, by=self.actor_id)
        return {"invitation_id": invitation_id}

    def _usable_invitation(self, group_id: UUID, person_id: UUID) -> Invitation | None:
        """An invitation that an application of this person can use now: the view names some, the aggregates decide."""
        with self.views.reading() as connection:
            named = open_invitations(connection, group_id, person_id, self.now)
            number = count_of(connection, group_id, person_id)
        known = (self.unit.find(Invitation, each) for each in named)
        candidates = [*(one for one in known if one), *self._later_than(number, group_id, person_id)]
        return next((one for one in candidates if _is_usable(one, group_id, person_id, self.now)), None)

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
