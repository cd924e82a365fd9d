"""How an application stands, and the guards that ask for it."""

from dataclasses import replace
from uuid import UUID

from services.contracts.thresholds import Evidence
from services.kernel.domain import AggregateRoot

from . import refusals
from .charter import Grounds
from .group import Group

OPEN = "open"


class Candidacy(AggregateRoot):
    """What speaks for the applicant so far. ``approvals`` are the ids of reviewers as text, in their order."""

    group_id: UUID
    person_id: UUID
    number: int
    rules_version: int
    invitation_id: UUID | None
    waives: list[str]
    fee_paid: bool
    approvals: list[str]
    status: str
    later_application_id: UUID | None

    def grounds(self, evidence: Evidence) -> Grounds:
        """What would be held against the group's conditions now; the invitation that was used counts as one."""
        invited = replace(evidence, invitations=self.invitation_id is not None)
        return Grounds(invited, self.rules_version, self.fee_paid, self.waives)

    def approving(self, group: Group) -> list[UUID]:
        """Who is for it. An approval counts as long as whoever gave it reviews the group."""
        return [UUID(reviewer_id) for reviewer_id in self.approvals if group.roles_of(UUID(reviewer_id))]

    def next_number(self, group: Group, person_id: UUID) -> int:
        """Raises ``NoSuchApplication``, ``ApplicationOpen``, ``ApplicationSuperseded``."""
        if (group.id, person_id) != (self.group_id, self.person_id):
            raise refusals.NoSuchApplication()
        if self.status == OPEN:
            raise refusals.ApplicationOpen(application_id=self.id)
        self.require_latest()
        return self.number + 1

    def require_of(self, group: Group) -> None:
        """Raises ``NoSuchApplication`` when it is to another group."""
        if group.id != self.group_id:
            raise refusals.NoSuchApplication()

    def require_reviewable(self, group: Group, by: UUID) -> None:
        """Raises ``NoSuchApplication``, ``NotReviewer``."""
        self.require_of(group)
        group.require_reviewer(by)

    def require_open(self) -> None:
        """Raises ``ApplicationDecided``."""
        if self.status != OPEN:
            raise refusals.ApplicationDecided(application_id=self.id, decision=self.status)

    def require_latest(self) -> None:
        """Raises ``ApplicationSuperseded``."""
        if self.later_application_id is not None:
            raise refusals.ApplicationSuperseded(later_application_id=self.later_application_id)
