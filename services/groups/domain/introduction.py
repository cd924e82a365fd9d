"""An introduction: a newcomer is there, and members welcome them."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from . import joining_refusals
from .group import Group


class Introduction(AggregateRoot):
    """Of one admission. Who the newcomer is is not in it: what is shown is what is visible when somebody looks."""

    TOPIC = "groups:Introduction"

    class Introduced(Begun):
        """A newcomer was admitted."""

        TOPIC = "groups:Introduction.Introduced"
        group_id: UUID
        person_id: UUID
        application_id: UUID
        introduced_at: datetime

    class Welcomed(Fact):
        """A member welcomed the newcomer."""

        TOPIC = "groups:Introduction.Welcomed"
        member_id: UUID

    @staticmethod
    def create_id(application_id: UUID, **_: object) -> UUID:
        """One for each admission."""
        return derived_id("introduction", application_id)

    @event(Introduced)
    def __init__(self, group_id: UUID, person_id: UUID, application_id: UUID, introduced_at: datetime) -> None:
        self.group_id = group_id
        self.person_id = person_id
        self.welcomed_by: list[str] = []

    def welcome(self, group: Group, *, by: UUID) -> None:
        """By a member who has accepted the present rules; again does nothing.

        Raises ``NoSuchIntroduction``, ``NotAMember``, ``RulesToAccept``, ``NobodyWelcomesHimself``.
        """
        if group.id != self.group_id or not group.is_member(by):
            raise joining_refusals.NoSuchIntroduction()
        if by == self.person_id:
            raise joining_refusals.NobodyWelcomesHimself()
        group.require_current_rules(by)
        group.require_member(self.person_id)
        if str(by) not in self.welcomed_by:
            self._welcomed(member_id=by)

    @event(Welcomed)
    def _welcomed(self, member_id: UUID) -> None:
        self.welcomed_by.append(str(member_id))
