"""What goes out, field by field."""

from typing import Any

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


def _needs() -> fields.List[Any]:
    sentence = "What is missing, all of it, in the form of a threshold; a claim that ran out says when."
    return fields.List(fields.Dict(keys=fields.String(), values=fields.Raw()), metadata={"description": sentence})


def _threshold() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Raw(), required=True, allow_none=True)


def _texts() -> fields.List[Any]:
    return fields.List(fields.String(), required=True)


class GroupAnswer(CommandAnswer):
    """The group it was about."""

    group_id = fields.UUID(required=True)


class RulesAnswer(GroupAnswer):
    """The group, and the version of its rules to accept from now on."""

    rules_version = fields.Integer(required=True)


class MemberAnswer(GroupAnswer):
    """The member it was about."""

    person_id = fields.UUID(required=True)


class ApplicationAnswer(CommandAnswer):
    """The application it was about."""

    application_id = fields.UUID(required=True)


class AdmissionAnswer(MemberAnswer):
    """Who is a member of what, by which application."""

    application_id = fields.UUID(required=True)


class InvitationAnswer(CommandAnswer):
    """The invitation it was about."""

    invitation_id = fields.UUID(required=True)


class GroupRow(Schema):
    """A group in a list."""

    group_id = fields.UUID(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    tags = _texts()
    members = fields.Integer(required=True, metadata={"description": "How many they are."})
    founded_at = Moment(required=True)


class GroupSeen(GroupRow):
    """A group with what it asks for."""

    threshold = _threshold()
    rules = fields.String(required=True)
    rules_version = fields.Integer(required=True)
    owner_ids = fields.List(fields.UUID(), required=True)


class Missing(Schema):
    """What the person who asks still lacks; ``needed`` is the same in words, as a refused admission says it."""

    group_id = fields.UUID(required=True)
    satisfied = fields.Boolean(required=True)
    missing = _needs()
    needed = fields.String(required=True)
    sentence = fields.String(required=True)
    rules_version = fields.Integer(required=True)


class ApplicationRow(Schema):
    """An application in a list. ``missing`` is what was missing when it was made."""

    application_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    rules_version = fields.Integer(required=True)
    invitation_id = fields.UUID(required=True, allow_none=True)
    missing = _needs()
    applied_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)
    later_application_id = fields.UUID(required=True, allow_none=True)


class Decision(Schema):
    """admitted, refused, reversed or withdrawn. Who decided is shown to reviewers."""

    decision = fields.String(required=True)
    decided_at = Moment(required=True)
    reviewer_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ApplicationSeen(ApplicationRow):
    """An application in full."""

    statement = fields.String(required=True, allow_none=True)
    decisions = fields.List(fields.Nested(Decision), required=True)


class HeldClaim(Schema):
    """A certified claim that counts now."""

    kind = fields.String(required=True)
    level = fields.Integer(required=True)
    code = fields.String(required=True, allow_none=True)


class Member(Schema):
    """A member as other members see them."""

    person_id = fields.UUID(required=True)
    roles = _texts()
    admitted_at = Moment(required=True)
    claims = fields.List(fields.Nested(HeldClaim), required=True)


class GroupPage(Schema):
    """A page of groups; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(GroupRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class ApplicationPage(Schema):
    """A page of applications."""

    items = fields.List(fields.Nested(ApplicationRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class MemberPage(Schema):
    """A page of the roster."""

    items = fields.List(fields.Nested(Member), required=True)
    next = Cursor(2, required=True, allow_none=True)
