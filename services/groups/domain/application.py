"""An application: a person asks to join a group, and the group decides."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Evidence
from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from . import refusals
from .group import Group
from .invitation import Invitation

OPEN, ADMITTED, REFUSED, WITHDRAWN = ("open", "admitted", "refused", "withdrawn")
REFUSAL_CODES = ("threshold_not_met", "does_not_fit", "incomplete", "duplicate", "conduct", "other")


class Application(AggregateRoot):
    """The ``number``-th of one person to one group; at most one of them is open.

    A later one can only be made when the one before is no longer open, and supersedes it, so that
    neither a reversal nor a second later one ever opens another beside it.
    """

    TOPIC = "groups:Application"

    class Applied(Begun):
        """The rules were accepted in this version; ``missing`` and ``relied_on`` are as they stood then."""

        TOPIC = "groups:Application.Applied"
        personal = {"statement": "person_id"}
        group_id: UUID
        person_id: UUID
        number: int
        rules_version: int
        statement: str | None
        invitation_id: UUID | None
        missing: list[dict[str, Any]]
        relied_on: list[dict[str, Any]]

    class Admitted(Fact):
        """The person is a member now; the claims relied on are in the group's fact."""

        TOPIC = "groups:Application.Admitted"
        reviewer_id: UUID

    class Refused(Fact):
        """With a code for everybody to count and a reason for the person to read."""

        TOPIC = "groups:Application.Refused"
        personal = {"reason": "person_id"}
        person_id: UUID
        reviewer_id: UUID
        code: str
        reason: str

    class RefusalReversed(Fact):
        """It is open again."""

        TOPIC = "groups:Application.RefusalReversed"
        personal = {"reason": "person_id"}
        person_id: UUID
        reviewer_id: UUID
        reason: str

    class Withdrawn(Fact):
        """By the person."""

        TOPIC = "groups:Application.Withdrawn"

    class Superseded(Fact):
        """The person applied again."""

        TOPIC = "groups:Application.Superseded"
        later_application_id: UUID

    @staticmethod
    def create_id(group_id: UUID, person_id: UUID, number: int, **_: object) -> UUID:
        """Known beforehand, so that the same application is never made twice."""
        return derived_id("application", group_id, person_id, number)

    @classmethod
    def apply(
        cls, group: Group, *, person_id: UUID, rules_version: int, evidence: Evidence, now: datetime,
        statement: str | None = None, invitation: Invitation | None = None, previous: "Application | None" = None,
    ) -> "Application":  # fmt: skip
        """A new application after the ``previous`` one of this person to this group (None: the first).

        ``evidence.invitations`` is ignored: only the ``invitation`` handed in counts, and is used up. Save
        ``previous`` and ``invitation`` with it: both may have recorded a fact. The threshold need not be met yet.
        Raises ``AlreadyMember``, ``ApplicationOpen``, ``RulesNotAccepted``, and what ``require_usable`` raises.
        """
        group.require_stranger(person_id)
        number = 1 if previous is None else previous.next_number(group, person_id)
        group.require_acceptance(rules_version)
        if invitation is not None:
            invitation.require_usable(group_id=group.id, person_id=person_id, now=now)
        verdict = group.judge(replace(evidence, invitations=invitation is not None), now)
        made = cls(
            group_id=group.id, person_id=person_id, number=number, rules_version=rules_version, statement=statement,
            invitation_id=invitation.id if invitation else None, missing=verdict.missing, relied_on=verdict.relied_on,
        )  # fmt: skip
        if invitation is not None:
            invitation.use(application_id=made.id, group_id=group.id, person_id=person_id, now=now)
        if previous is not None:
            previous._superseded(later_application_id=made.id)
        return made

    @event(Applied)
    def __init__(
        self, group_id: UUID, person_id: UUID, number: int, rules_version: int, statement: str | None,
        invitation_id: UUID | None, missing: list[dict[str, Any]], relied_on: list[dict[str, Any]],
    ) -> None:  # fmt: skip
        self.group_id = group_id
        self.person_id = person_id
        self.number = number
        self.rules_version = rules_version
        self.invitation_id = invitation_id
        self.status = OPEN
        self.later_application_id: UUID | None = None

    def next_number(self, group: Group, person_id: UUID) -> int:
        """Raises ``NoSuchApplication``, ``ApplicationOpen``, ``ApplicationSuperseded``."""
        if (group.id, person_id) != (self.group_id, self.person_id):
            raise refusals.NoSuchApplication()
        if self.status == OPEN:
            raise refusals.ApplicationOpen(application_id=self.id)
        self._require_latest()
        return self.number + 1

    def admit(self, group: Group, *, by: UUID, evidence: Evidence, now: datetime) -> None:
        """Admit the person to the group; save the group with it. The invitation that was used counts as one.

        Raises ``NoSuchApplication``, ``ApplicationDecided`` and what ``Group.admit`` raises.
        """
        self._require_reviewable(group, by)
        self._require_open()
        group.admit(
            self.person_id, by=by, now=now, evidence=replace(evidence, invitations=self.invitation_id is not None),
            application_id=self.id, rules_version=self.rules_version,
        )  # fmt: skip
        self._admitted(reviewer_id=by)

    def refuse(self, group: Group, *, by: UUID, code: str, reason: str) -> None:
        """Raises ``NoSuchApplication``, ``NotReviewer``, ``RefusalCodeUnknown``, ``RefusalWithoutReason``,
        ``ApplicationDecided``."""
        self._require_reviewable(group, by)
        if code not in REFUSAL_CODES:
            raise refusals.RefusalCodeUnknown(refusal_code=code, codes=", ".join(REFUSAL_CODES))
        if not reason.strip():
            raise refusals.RefusalWithoutReason()
        self._require_open()
        self._refused(person_id=self.person_id, reviewer_id=by, code=code, reason=reason)

    def reverse_refusal(self, group: Group, *, by: UUID, reason: str) -> None:
        """It is open again and can be admitted. Raises ``NoSuchApplication``, ``NotReviewer``,
        ``ReversalWithoutReason``, ``ApplicationNotRefused``, ``ApplicationSuperseded``, ``AlreadyMember``."""
        self._require_reviewable(group, by)
        if not reason.strip():
            raise refusals.ReversalWithoutReason()
        if self.status != REFUSED:
            raise refusals.ApplicationNotRefused(application_id=self.id, decision=self.status)
        self._require_latest()
        group.require_stranger(self.person_id)
        self._refusal_reversed(person_id=self.person_id, reviewer_id=by, reason=reason)

    def withdraw(self, *, by: UUID) -> None:
        """By the person alone. Raises ``NoSuchApplication``, ``ApplicationDecided``."""
        if by != self.person_id:
            raise refusals.NoSuchApplication()
        self._require_open()
        self._withdrawn()

    def _require_reviewable(self, group: Group, by: UUID) -> None:
        if group.id != self.group_id:
            raise refusals.NoSuchApplication()
        group.require_reviewer(by)

    def _require_open(self) -> None:
        if self.status != OPEN:
            raise refusals.ApplicationDecided(application_id=self.id, decision=self.status)

    def _require_latest(self) -> None:
        if self.later_application_id is not None:
            raise refusals.ApplicationSuperseded(later_application_id=self.later_application_id)

    @event(Admitted)
    def _admitted(self, reviewer_id: UUID) -> None:
        self.status = ADMITTED

    @event(Refused)
    def _refused(self, person_id: UUID, reviewer_id: UUID, code: str, reason: str) -> None:
        self.status = REFUSED

    @event(RefusalReversed)
    def _refusal_reversed(self, person_id: UUID, reviewer_id: UUID, reason: str) -> None:
        self.status = OPEN

    @event(Withdrawn)
    def _withdrawn(self) -> None:
        self.status = WITHDRAWN

    @event(Superseded)
    def _superseded(self, later_application_id: UUID) -> None:
        self.later_application_id = later_application_id
