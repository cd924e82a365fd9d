"""What goes out about coming in: applications, invitations, what is missing."""

from marshmallow import Schema, fields

from services.groups.answers.people import ApplicantQuestion, MemberAnswer
from services.groups.answers.words import needs, texts
from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class ApplicationAnswer(CommandAnswer):
    """The application it was about."""

    application_id = fields.UUID(required=True)


class AdmissionAnswer(MemberAnswer):
    """How an application stands: open until enough reviewers approve and everything is there, then admitted."""

    application_id = fields.UUID(required=True)
    state = fields.String(required=True)
    approvals = fields.Integer(required=True)
    reviewers_needed = fields.Integer(required=True)


class InvitationAnswer(CommandAnswer):
    """The invitation it was about."""

    invitation_id = fields.UUID(required=True)


class OfferAnswer(InvitationAnswer):
    """The invitation and its code, which is stored nowhere: whoever uses it first is invited."""

    code = fields.String(required=True)


class RedeemAnswer(InvitationAnswer):
    """The invitation, and the group to apply to."""

    group_id = fields.UUID(required=True)


class Missing(Schema):
    """What the person who asks still lacks; ``needed`` is the same in words, as a refused admission says it."""

    group_id = fields.UUID(required=True)
    satisfied = fields.Boolean(required=True)
    missing = needs()
    needed = fields.String(required=True)
    sentence = fields.String(required=True)
    fee_minor = fields.Integer(required=True, allow_none=True, metadata={"description": "What is still to be paid."})
    fee_currency = fields.String(required=True, allow_none=True)
    rules_version = fields.Integer(required=True)
    questions_version = fields.Integer(required=True)


class ApplicationRow(Schema):
    """An application in a list. ``missing`` is what was missing when it was made."""

    application_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    rules_version = fields.Integer(required=True)
    questions_version = fields.Integer(required=True)
    invitation_id = fields.UUID(required=True, allow_none=True)
    waives = texts()
    fee_paid = fields.Boolean(required=True)
    approvals = fields.Integer(required=True)
    approved_by = fields.List(fields.UUID(), required=True, metadata={"description": "Told to reviewers alone."})
    missing = needs()
    applied_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)
    later_application_id = fields.UUID(required=True, allow_none=True)


class Decision(Schema):
    """admitted, refused, reversed or withdrawn. To reviewers approved and approval_taken_back too, and who decided."""

    decision = fields.String(required=True)
    decided_at = Moment(required=True)
    reviewer_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ApplicationSeen(ApplicationRow):
    """An application in full."""

    statement = fields.String(required=True, allow_none=True)
    questions = fields.List(fields.Nested(ApplicantQuestion), required=True)
    answers = fields.List(
        fields.String(), required=True, allow_none=True, metadata={"description": "In the order of the questions."}
    )
    decisions = fields.List(fields.Nested(Decision), required=True)


class ApplicationPage(Schema):
    """A page of applications."""

    items = fields.List(fields.Nested(ApplicationRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class InvitationRow(Schema):
    """An invitation in a list: open, used, revoked or expired. One by code has a person once it was redeemed."""

    invitation_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    by_code = fields.Boolean(required=True)
    waives = texts()
    state = fields.String(required=True)
    issued_at = Moment(required=True)
    expires_at = Moment(required=True)


class InvitationPage(Schema):
    """A page of invitations."""

    items = fields.List(fields.Nested(InvitationRow), required=True)
    next = Cursor(2, required=True, allow_none=True)
