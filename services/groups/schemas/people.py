"""What comes in about communities and their people, field by field."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.contracts.thresholds import CLAIM_KINDS
from services.groups.domain.application import ADMITTED, REFUSAL_CODES, REFUSED, WITHDRAWN
from services.groups.domain.candidacy import OPEN
from services.groups.domain.charter import REVIEWERS_LIMIT
from services.groups.domain.questions import QUESTIONS_LIMIT
from services.groups.domain.roster import ROLES
from services.groups.domain.waiving import WAIVES_LIMIT
from services.groups.schemas.words import (
    CODE_LIMIT,
    HIGHEST_FEE,
    HIGHEST_VERSION,
    NAME_LIMIT,
    RULES_LIMIT,
    TAG_LIMIT,
    TEXT_LIMIT,
    condition,
    currency,
    tag_texts,
    whole,
)
from services.groups.templates import LANGUAGES
from services.groups.templates.form import EN
from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit, text

QUESTION_LIMIT = 500


class AskedQuestion(Schema):
    """A question to applicants."""

    text = text(QUESTION_LIMIT, required=True, metadata={"example": "Where have you been outside lately?"})
    required = fields.Boolean(load_default=True)


def _questions(**more: Any) -> fields.List[Any]:
    few = validate.Length(max=QUESTIONS_LIMIT, error="Give at most {max} questions.")
    return fields.List(fields.Nested(AskedQuestion), validate=few, **more)


class Found(Schema):
    """A new group. What is left out is as the template says, or empty without one."""

    name = text(NAME_LIMIT, required=True, metadata={"example": "Quiet Trails"})
    template = text(NAME_LIMIT, metadata={"description": "As the list of templates names it."})
    language = one_of(LANGUAGES, metadata={"description": "Of the template's texts; en when left out."})
    purpose = text(TEXT_LIMIT, least=0)
    threshold = condition()
    rules = text(RULES_LIMIT, least=0)
    tags = tag_texts()
    questions = _questions()
    reviewers_needed = whole(1, REVIEWERS_LIMIT)
    fee_minor = whole(1, HIGHEST_FEE, allow_none=True)
    fee_currency = currency(allow_none=True)


class TagGroup(Schema):
    """By which tags a group is found from now on."""

    tags = tag_texts(required=True)


class SetQuestions(Schema):
    """What applicants answer from now on."""

    questions = _questions(required=True)


class SetAdmission(Schema):
    """How many reviewers must approve, and the fee that is paid outside of Agora."""

    reviewers_needed = whole(1, REVIEWERS_LIMIT, required=True)
    fee_minor = whole(1, HIGHEST_FEE, load_default=None, allow_none=True)
    fee_currency = currency(load_default=None, allow_none=True)


class AcceptRules(Schema):
    """Which version of the rules is accepted."""

    rules_version = whole(1, HIGHEST_VERSION, required=True)


class SetThreshold(Schema):
    """What is asked of whoever is admitted from now on."""

    threshold = condition(required=True)


class ChangeRules(Schema):
    """The rules as they read from now on."""

    rules = text(RULES_LIMIT, least=0, required=True)


class Apply(Schema):
    """Which version of the rules is accepted, what the person wants to say, and answers to the group's questions."""

    rules_version = whole(
        1, HIGHEST_VERSION, load_default=None, allow_none=True,
        metadata={"description": "As the group shows it; sending it accepts these rules. Left out: accept them later."},
    )  # fmt: skip
    statement = text(TEXT_LIMIT, least=0, load_default=None, allow_none=True)
    questions_version = whole(0, HIGHEST_VERSION, load_default=None, allow_none=True)
    answers = fields.List(
        text(TEXT_LIMIT, least=0), load_default=None, allow_none=True,
        validate=validate.Length(max=QUESTIONS_LIMIT, error="Give at most {max} answers."),
        metadata={"description": "One for each question, in their order."},
    )  # fmt: skip


class RecordFee(Schema):
    """Where the payment can be found."""

    reference = text(NAME_LIMIT, required=True, metadata={"example": "Receipt 12"})


class RefuseApplicant(Schema):
    """Why not: a code for everybody to count, a reason for the person."""

    reason = text(TEXT_LIMIT, required=True)
    code = one_of(REFUSAL_CODES, load_default="other")


class Reason(Schema):
    """Why."""

    reason = text(TEXT_LIMIT, required=True)


class Offer(Schema):
    """Until when an invitation counts, and what it waives."""

    expires_at = Moment(load_default=None, allow_none=True, metadata={"description": "In 14 days when left out."})
    waives = fields.List(
        text(CODE_LIMIT), load_default=list,
        validate=validate.Length(max=WAIVES_LIMIT, error="Give at most {max} conditions."),
        metadata={"description": "Kinds of claims, tag:KIND, member or fee.", "example": ["industry"]},
    )  # fmt: skip


class Invite(Offer):
    """Whom, too."""

    person_id = fields.UUID(required=True)


class Redeem(Schema):
    """The code of an invitation."""

    code = text(CODE_LIMIT, required=True, metadata={"example": "agi_00112233445566778899aabbccddeeff"})


class Role(Schema):
    """A role in the group."""

    role = one_of(ROLES, required=True)


class Paging(Schema):
    """How many at once, and where to go on."""

    limit = page_limit()
    cursor = Cursor(2)


class ApplicationsWanted(Paging):
    """Which applications."""

    state = one_of((OPEN, ADMITTED, REFUSED, WITHDRAWN))


class InLanguage(Schema):
    """In which language."""

    language = one_of(LANGUAGES, load_default=EN)


class GroupsWanted(Paging):
    """Which groups: those that are found by a tag."""

    tag = text(TAG_LIMIT)


class MembersWanted(Paging):
    """Which members: those who hold a certified claim of a kind, of a code, and carry a tag of a kind, of a value.

    What somebody hides is found by none of these.
    """

    kind = one_of(CLAIM_KINDS)
    code = text(CODE_LIMIT)
    tag_kind = text(CODE_LIMIT)
    tag_value = text(CODE_LIMIT, metadata={"description": "Together with tag_kind."})

    @validates_schema
    def whole_tag(self, asked: dict[str, Any], **_: Any) -> None:
        """A value is of a kind."""
        if "tag_value" in asked and "tag_kind" not in asked:
            raise ValidationError("Send 'tag_kind' with 'tag_value'.", "tag_kind")


class RecordGroup(Schema):
    """A group known elsewhere."""

    group_id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    name = text(NAME_LIMIT, required=True, metadata={"example": "Quiet Trails"})
    purpose = text(TEXT_LIMIT, least=0, load_default="")
    threshold = condition(load_default=None)
    rules = text(RULES_LIMIT, least=0, load_default="")
    tags = tag_texts(load_default=list)
    happened_at = Moment(required=True)


class RecordMember(Schema):
    """A member known elsewhere."""

    group_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    happened_at = Moment(required=True)
