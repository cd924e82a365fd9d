"""An application: a person asks to join a group, and the group decides."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Evidence
from services.kernel.domain import derived_id, event

from . import application_facts as facts
from . import joining_refusals, refusals
from .candidacy import OPEN, Candidacy
from .charter import Grounds
from .group import Group
from .invitation import Invitation

ADMITTED, REFUSED, WITHDRAWN = ("admitted", "refused", "withdrawn")
REFUSAL_CODES = ("threshold_not_met", "does_not_fit", "incomplete", "duplicate", "conduct", "other")


class Application(Candidacy):
    """The ``number``-th of one person to one group; at most one of them is open.

    A later one can only be made when the one before is no longer open, and supersedes it, so that
    neither a reversal nor a second later one ever opens another beside it. In whatever order claims, an invitation,
    the fee, the rules and the approvals come: the person is a member once all of it is there.
    """

    TOPIC = "groups:Application"
    Applied = facts.Applied
    RulesAccepted = facts.RulesAccepted
    Invited = facts.Invited
    FeePaid = facts.FeePaid
    Approved = facts.Approved
    ApprovalTakenBack = facts.ApprovalTakenBack
    Admitted = facts.Admitted
    Refused = facts.Refused
    RefusalReversed = facts.RefusalReversed
    Withdrawn = facts.Withdrawn
    Superseded = facts.Superseded

    @staticmethod
    def create_id(group_id: UUID, person_id: UUID, number: int, **_: object) -> UUID:
        """Known beforehand, so that the same application is never made twice."""
        return derived_id("application", group_id, person_id, number)

    @classmethod
    def apply(
        cls, group: Group, *, person_id: UUID, rules_version: int | None, evidence: Evidence, now: datetime,
        statement: str | None = None, answers: Sequence[str] | None = None, questions_version: int | None = None,
        invitation: Invitation | None = None, previous: "Application | None" = None,
    ) -> "Application":  # fmt: skip
        """A new application after the ``previous`` one of this person to this group (None: the first).

        ``evidence.invitations`` is ignored: only the ``invitation`` handed in counts, and is used up. Save
        ``previous`` and ``invitation`` with it: both may have recorded a fact. The threshold need not be met yet, nor
        the rules be accepted (``rules_version`` None). A fee that was paid for the previous one counts.
        Raises ``AlreadyMember``, ``ApplicationOpen``, ``RulesNotAccepted``, what ``require_answers`` raises, and what
        ``require_usable`` raises.
        """
        group.require_stranger(person_id)
        number = 1 if previous is None else previous.next_number(group, person_id)
        if rules_version is not None:
            group.require_acceptance(rules_version)
        given = group.require_answers(questions_version, answers)
        if invitation is not None:
            invitation.require_usable(group_id=group.id, person_id=person_id, now=now)
        waives = list(invitation.waives) if invitation else []
        verdict = group.judge(replace(evidence, invitations=invitation is not None), now, waives)
        made = cls(
            group_id=group.id, person_id=person_id, number=number, rules_version=rules_version or 0,
            statement=statement, invitation_id=invitation.id if invitation else None, missing=verdict.missing,
            relied_on=verdict.relied_on, questions_version=group.questions_version, answers=given, waives=waives,
            fee_paid=previous is not None and previous.fee_paid and previous.status != ADMITTED,
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
        questions_version: int, answers: list[str] | None, waives: list[str], fee_paid: bool,
    ) -> None:  # fmt: skip
        self.group_id = group_id
        self.person_id = person_id
        self.number = number
        self.rules_version = rules_version
        self.invitation_id = invitation_id
        self.invitations_used = [] if invitation_id is None else [str(invitation_id)]
        self.waives = waives
        self.fee_paid = fee_paid
        self.approvals: list[str] = []
        self.status = OPEN
        self.later_application_id: UUID | None = None

    def accept_rules(self, group: Group, rules_version: int) -> None:
        """By the applicant; again does nothing. Raises ``ApplicationDecided``, ``RulesNotAccepted``."""
        self.require_open()
        group.require_acceptance(rules_version)
        if self.rules_version != rules_version:
            self._rules_accepted(rules_version=rules_version)

    def take_invitation(self, invitation: Invitation, now: datetime) -> bool:
        """Use an invitation that came while this is open, if it adds anything; whether it did. Save it as well."""
        added = set(invitation.waives).difference(self.waives)
        if self.status != OPEN or (self.invitation_id is not None and not added):
            return False
        invitation.use(application_id=self.id, group_id=self.group_id, person_id=self.person_id, now=now)
        self._invited(invitation_id=invitation.id, waives=sorted(added.union(self.waives)))
        return True

    def record_fee(self, group: Group, *, by: UUID, reference: str) -> None:
        """An owner has seen it. Raises ``NotOwner``, ``NoFeeAsked``, ``ApplicationDecided``, ``FeeAlreadyPaid``."""
        self.require_of(group)
        group.require_owner(by)
        if group.fee_minor is None:
            raise joining_refusals.NoFeeAsked(group_id=group.id)
        self.require_open()
        if self.fee_paid:
            raise joining_refusals.FeeAlreadyPaid(application_id=self.id)
        self._fee_paid(person_id=self.person_id, reference=reference)

    def approve(self, group: Group, *, by: UUID, evidence: Evidence, now: datetime) -> None:
        """Be for it, whatever is missing yet; save the group with it, since this may admit.

        Raises ``NoSuchApplication``, ``NotReviewer``, ``ApplicationDecided``.
        """
        self.require_reviewable(group, by)
        self.require_open()
        if str(by) not in self.approvals:
            self._approved(reviewer_id=by)
        self.admit_when_ready(group, evidence=evidence, now=now)

    def take_back_approval(self, group: Group, *, by: UUID) -> None:
        """No longer be for it. Raises ``NoSuchApplication``, ``NotReviewer``, ``ApplicationDecided``,
        ``NotApproved``."""
        self.require_reviewable(group, by)
        self.require_open()
        if str(by) not in self.approvals:
            raise joining_refusals.NotApproved(application_id=self.id)
        self._approval_taken_back(reviewer_id=by)

    def admit(self, group: Group, *, by: UUID, evidence: Evidence, now: datetime) -> None:
        """Be for it now that everything is there: the person is a member if enough reviewers are; save the group too.

        The invitation that was used counts as one. Raises ``NoSuchApplication``, ``ApplicationDecided``,
        ``AlreadyMember`` and what ``Group.admit`` raises.
        """
        self.require_reviewable(group, by)
        self.require_open()
        group.require_stranger(self.person_id)
        obstacle = group.obstacle(self.grounds(evidence), now)
        if obstacle is not None:
            raise obstacle
        others = [one for one in self.approving(group) if one != by]
        if len(others) + 1 < group.reviewers_needed:
            self._approved(reviewer_id=by) if str(by) not in self.approvals else None
        else:
            self._admit(group, by, self.grounds(evidence), now)

    def admit_when_ready(self, group: Group, *, evidence: Evidence, now: datetime) -> bool:
        """Make a person a member for whom everything is there, whatever came last; whether it did."""
        grounds, approving = self.grounds(evidence), self.approving(group)
        enough = len(approving) >= group.reviewers_needed
        if self.status != OPEN or not enough or group.is_member(self.person_id) or group.obstacle(grounds, now):
            return False
        self._admit(group, approving[-1], grounds, now)
        return True

    def _admit(self, group: Group, by: UUID, grounds: Grounds, now: datetime) -> None:
        group.admit(self.person_id, by=by, now=now, grounds=grounds, application_id=self.id)
        self._admitted(reviewer_id=by)

    def refuse(self, group: Group, *, by: UUID, code: str, reason: str) -> None:
        """One refusal is enough, whoever approved. Raises ``NoSuchApplication``, ``NotReviewer``,
        ``RefusalCodeUnknown``, ``RefusalWithoutReason``, ``ApplicationDecided``."""
        self.require_reviewable(group, by)
        if code not in REFUSAL_CODES:
            raise refusals.RefusalCodeUnknown(refusal_code=code, codes=", ".join(REFUSAL_CODES))
        if not reason.strip():
            raise refusals.RefusalWithoutReason()
        self.require_open()
        self._refused(person_id=self.person_id, reviewer_id=by, code=code, reason=reason)

    def reverse_refusal(self, group: Group, *, by: UUID, reason: str) -> None:
        """It is open again and can be admitted. Raises ``NoSuchApplication``, ``NotReviewer``,
        ``ReversalWithoutReason``, ``ApplicationNotRefused``, ``ApplicationSuperseded``, ``AlreadyMember``."""
        self.require_reviewable(group, by)
        if not reason.strip():
            raise refusals.ReversalWithoutReason()
        if self.status != REFUSED:
            raise refusals.ApplicationNotRefused(application_id=self.id, decision=self.status)
        self.require_latest()
        group.require_stranger(self.person_id)
        self._refusal_reversed(person_id=self.person_id, reviewer_id=by, reason=reason)

    def withdraw(self, *, by: UUID, invitations: Iterable[Invitation] = ()) -> None:
        """By the person alone; the ``invitations`` that it used can be used again. Save those as well.

        Raises ``NoSuchApplication``, ``ApplicationDecided``.
        """
        if by != self.person_id:
            raise refusals.NoSuchApplication()
        self.require_open()
        self._withdrawn()
        for invitation in invitations:
            if str(invitation.id) in self.invitations_used:
                invitation.give_back()

    @event(RulesAccepted)
    def _rules_accepted(self, rules_version: int) -> None:
        self.rules_version = rules_version

    @event(Invited)
    def _invited(self, invitation_id: UUID, waives: list[str]) -> None:
        self.invitation_id = invitation_id
        self.invitations_used.append(str(invitation_id))
        self.waives = waives

    @event(FeePaid)
    def _fee_paid(self, person_id: UUID, reference: str) -> None:
        self.fee_paid = True

    @event(Approved)
    def _approved(self, reviewer_id: UUID) -> None:
        self.approvals.append(str(reviewer_id))

    @event(ApprovalTakenBack)
    def _approval_taken_back(self, reviewer_id: UUID) -> None:
        self.approvals.remove(str(reviewer_id))

    @event(Admitted)
    def _admitted(self, reviewer_id: UUID) -> None:
        self.status = ADMITTED

    @event(Refused)
    def _refused(self, person_id: UUID, reviewer_id: UUID, code: str, reason: str) -> None:
        self.status = REFUSED
        self.approvals = []

    @event(RefusalReversed)
    def _refusal_reversed(self, person_id: UUID, reviewer_id: UUID, reason: str) -> None:
        self.status = OPEN

    @event(Withdrawn)
    def _withdrawn(self) -> None:
        self.status = WITHDRAWN

    @event(Superseded)
    def _superseded(self, later_application_id: UUID) -> None:
        self.later_application_id = later_application_id
