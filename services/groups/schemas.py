"""What comes in, field by field."""

from typing import Any
from unicodedata import category

from marshmallow import Schema, ValidationError, fields, validate

from services.contracts.thresholds import CLAIM_KINDS
from services.groups.domain.application import ADMITTED, OPEN, REFUSAL_CODES, REFUSED, WITHDRAWN
from services.groups.domain.roster import ROLES
from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit

NAME_LIMIT, TEXT_LIMIT, RULES_LIMIT, TAG_LIMIT, TAGS_LIMIT, CODE_LIMIT = 100, 2000, 20_000, 60, 20, 100
# They turn what follows around, so that one name can be shown as another (Unicode TR 36, bidirectional spoofing).
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_THRESHOLD = {
    "description": "null is open to everybody.",
    "example": {"all": [{"claim": "real_name", "level": 1}, {"any": [{"invitation": True}]}]},
}


def _readable(text: str) -> None:
    if any(char in _TURNS_TEXT_AROUND or (category(char) == "Cc" and char not in "\n\r\t") for char in text):
        raise ValidationError("Leave out characters that control a display.")


def _text(most: int, *, least: int = 1, **more: Any) -> fields.String:
    length = validate.Length(least, most, error="Give {min} to {max} characters.")
    return fields.String(validate=[length, _readable], **more)


def _threshold(**more: Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Raw(), allow_none=True, metadata=_THRESHOLD, **more)


class Found(Schema):
    """A new group."""

    name = _text(NAME_LIMIT, required=True, metadata={"example": "Quiet Trails"})
    purpose = _text(TEXT_LIMIT, least=0, load_default="")
    threshold = _threshold(load_default=None)
    rules = _text(RULES_LIMIT, least=0, load_default="")
    tags = fields.List(
        _text(TAG_LIMIT), load_default=list,
        validate=validate.Length(max=TAGS_LIMIT, error="Give at most {max} tags."),
    )  # fmt: skip


class SetThreshold(Schema):
    """What is asked of whoever is admitted from now on."""

    threshold = _threshold(required=True)


class ChangeRules(Schema):
    """The rules as they read from now on."""

    rules = _text(RULES_LIMIT, least=0, required=True)


class Apply(Schema):
    """Which version of the rules is accepted, and what the person wants to say."""

    rules_version = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, 1_000_000, error="Give {min} to {max}."),
        metadata={"description": "As the group shows it; sending it accepts these rules."},
    )  # fmt: skip
    statement = _text(TEXT_LIMIT, least=0, load_default=None, allow_none=True)


class RefuseApplicant(Schema):
    """Why not: a code for everybody to count, a reason for the person."""

    reason = _text(TEXT_LIMIT, required=True)
    code = one_of(REFUSAL_CODES, load_default="other")


class Reason(Schema):
    """Why."""

    reason = _text(TEXT_LIMIT, required=True)


class Invite(Schema):
    """Whom, and until when."""

    person_id = fields.UUID(required=True)
    expires_at = Moment(load_default=None, allow_none=True, metadata={"description": "In 14 days when left out."})


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


class MembersWanted(Paging):
    """Which members: those who hold a certified claim of a kind, of a code."""

    kind = one_of(CLAIM_KINDS)
    code = _text(CODE_LIMIT)


class RecordGroup(Found):
    """A group known elsewhere."""

    group_id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    happened_at = Moment(required=True)


class RecordMember(Schema):
    """A member known elsewhere."""

    group_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    happened_at = Moment(required=True)
