"""What is recorded of an application; use them as ``Application.Applied`` and so on."""

from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Applied(Begun):
    """``missing`` and ``relied_on`` are as they stood then. ``rules_version`` 0: the rules are not accepted yet.

    ``answers`` are to the questions of ``questions_version``, one each; ``waives`` is what the invitation waives.
    """

    TOPIC = "groups:Application.Applied"
    class_version = 2
    personal = {"statement": "person_id", "answers": "person_id"}
    group_id: UUID
    person_id: UUID
    number: int
    rules_version: int
    statement: str | None
    invitation_id: UUID | None
    missing: list[dict[str, Any]]
    relied_on: list[dict[str, Any]]
    questions_version: int
    answers: list[str] | None
    waives: list[str]
    fee_paid: bool

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Once nothing was asked, nothing waived and nothing paid."""
        state.update(questions_version=0, answers=None, waives=[], fee_paid=False)


class RulesAccepted(Fact):
    """The applicant accepts this version of the rules."""

    TOPIC = "groups:Application.RulesAccepted"
    rules_version: int


class Invited(Fact):
    """An invitation came while it was open; ``waives`` is all that is waived from now on."""

    TOPIC = "groups:Application.Invited"
    invitation_id: UUID
    waives: list[str]


class FeePaid(Fact):
    """An owner saw the fee; the reference says where."""

    TOPIC = "groups:Application.FeePaid"
    personal = {"reference": "person_id"}
    person_id: UUID
    reference: str


class Approved(Fact):
    """A reviewer is for it; it stays, and counts as soon as everything is there."""

    TOPIC = "groups:Application.Approved"
    reviewer_id: UUID


class ApprovalTakenBack(Fact):
    """A reviewer is no longer for it."""

    TOPIC = "groups:Application.ApprovalTakenBack"
    reviewer_id: UUID


class Admitted(Fact):
    """The person is a member now, by the last approval; the claims relied on are in the group's fact."""

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
