"""What goes out about communities and their people, field by field."""

from marshmallow import Schema, fields

from services.groups.answers.words import asked_threshold, texts
from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class GroupAnswer(CommandAnswer):
    """The group it was about."""

    group_id = fields.UUID(required=True)


class RulesAnswer(GroupAnswer):
    """The group, and the version of its rules to accept from now on."""

    rules_version = fields.Integer(required=True)


class QuestionsAnswer(GroupAnswer):
    """The group, and the version of its questions to answer from now on."""

    questions_version = fields.Integer(required=True)


class MemberAnswer(GroupAnswer):
    """The member it was about."""

    person_id = fields.UUID(required=True)


class WelcomeAnswer(CommandAnswer):
    """The introduction it was about."""

    introduction_id = fields.UUID(required=True)


class ApplicantQuestion(Schema):
    """A question to applicants."""

    text = fields.String(required=True)
    required = fields.Boolean(required=True)


class SectionPlanned(Schema):
    """A section that a group founded from a template has."""

    kind = fields.String(required=True)
    name = fields.String(required=True)


class Template(Schema):
    """What a group can be founded from."""

    template = fields.String(required=True)
    template_version = fields.Integer(required=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    rules = fields.String(required=True)
    threshold = asked_threshold()
    tags = texts()
    questions = fields.List(fields.Nested(ApplicantQuestion), required=True)
    sections = fields.List(fields.Nested(SectionPlanned), required=True)
    reviewers_needed = fields.Integer(required=True)
    fee_minor = fields.Integer(required=True, allow_none=True)
    fee_currency = fields.String(required=True, allow_none=True)


class Templates(Schema):
    """All of them."""

    items = fields.List(fields.Nested(Template), required=True)


class GroupRow(Schema):
    """A group in a list."""

    group_id = fields.UUID(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    tags = texts()
    members = fields.Integer(required=True, metadata={"description": "How many they are."})
    founded_at = Moment(required=True)


class GroupSeen(GroupRow):
    """A group with what it asks for."""

    threshold = asked_threshold()
    rules = fields.String(required=True)
    rules_version = fields.Integer(required=True)
    questions = fields.List(fields.Nested(ApplicantQuestion), required=True)
    questions_version = fields.Integer(required=True)
    reviewers_needed = fields.Integer(required=True)
    fee_minor = fields.Integer(required=True, allow_none=True)
    fee_currency = fields.String(required=True, allow_none=True)
    template = fields.String(required=True, allow_none=True)
    template_version = fields.Integer(required=True, allow_none=True)
    owner_ids = fields.List(fields.UUID(), required=True)


class HeldClaim(Schema):
    """A certified claim that counts now."""

    kind = fields.String(required=True)
    level = fields.Integer(required=True)
    code = fields.String(required=True, allow_none=True)


class CarriedTag(Schema):
    """A tag that a person carries."""

    kind = fields.String(required=True)
    value = fields.String(required=True)


class Member(Schema):
    """A member as other members see them: what somebody hides is not here."""

    person_id = fields.UUID(required=True)
    roles = texts()
    admitted_at = Moment(required=True)
    claims = fields.List(fields.Nested(HeldClaim), required=True)
    tags = fields.List(fields.Nested(CarriedTag), required=True)


class GroupPage(Schema):
    """A page of groups; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(GroupRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class MemberPage(Schema):
    """A page of the roster."""

    items = fields.List(fields.Nested(Member), required=True)
    next = Cursor(2, required=True, allow_none=True)


class BehindTheRules(Schema):
    """A member who has not accepted the present rules, and the version they did accept."""

    person_id = fields.UUID(required=True)
    roles = texts()
    rules_version = fields.Integer(required=True)


class RulesPending(Schema):
    """A page of those who have not accepted the present version."""

    rules_version = fields.Integer(required=True)
    items = fields.List(fields.Nested(BehindTheRules), required=True)
    next = Cursor(2, required=True, allow_none=True)


class ReasonToMeet(Schema):
    """Why to meet: a tag that both have, the same industry, or that the member decides here."""

    reason = fields.String(required=True)
    kind = fields.String(required=True)
    value = fields.String(required=True)


class Suggested(Schema):
    """A member whom a newcomer may want to meet."""

    person_id = fields.UUID(required=True)
    reasons = fields.List(fields.Nested(ReasonToMeet), required=True)


class Newcomer(Schema):
    """A newcomer, as far as they let members see."""

    introduction_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    introduced_at = Moment(required=True)
    claims = fields.List(fields.Nested(HeldClaim), required=True)
    tags = fields.List(fields.Nested(CarriedTag), required=True)
    suggested = fields.List(fields.Nested(Suggested), required=True)
    welcomes = fields.Integer(required=True)
    welcomed_by_you = fields.Boolean(required=True)


class Introductions(Schema):
    """A page of newcomers; how many were ever introduced, and how many of them somebody welcomed."""

    introduced = fields.Integer(required=True)
    welcomed = fields.Integer(required=True)
    items = fields.List(fields.Nested(Newcomer), required=True)
    next = Cursor(2, required=True, allow_none=True)
