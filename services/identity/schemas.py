"""What comes in, field by field."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.identity.domain.claim import TEXT_LIMIT, VALUE_LIMIT
from services.identity.domain.judging import CLAIM_KINDS, HIGHEST_LEVEL, LOWEST_LEVEL
from services.identity.domain.password_reset import LANGUAGES
from services.identity.domain.person import REASONS, RESTORED, TAG_VALUE_LIMIT, TAGS_LIMIT
from services.identity.domain.roles import ROLES
from services.identity.domain.values import MAIL_LIMIT, NAME_LIMIT
from services.identity.domain.visibility import AUDIENCES, FIELDS, GROUPS_LIMIT
from services.identity.projections.relationships import KINDS
from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit, text

MOST_SECONDS = 3660 * 86_400
MOST_PASSWORD = 1000  # bounds the work on it; what a password must be like says the refusal
TOKEN_LIMIT = 200
CODE_LIMIT = 60
STATES = ("submitted", "certified", "refused", "withdrawn", "expired")


def _level(**more: Any) -> fields.Integer:
    fits = validate.Range(LOWEST_LEVEL, HIGHEST_LEVEL, error="The level is {min}, 2 or {max}, the highest.")
    return fields.Integer(strict=True, validate=fits, **more)


class Register(Schema):
    """Somebody new."""

    name = text(NAME_LIMIT, required=True, metadata={"example": "Mei Lin"})
    mail = text(MAIL_LIMIT, required=True, metadata={"example": "mei@example.org"})
    password = text(MOST_PASSWORD, required=True, load_only=True, metadata={"format": "password"})


class SignIn(Schema):
    """Mail and password."""

    mail = text(MAIL_LIMIT, required=True, metadata={"example": "mei@example.org"})
    password = text(MOST_PASSWORD, required=True, load_only=True, metadata={"format": "password"})


class ByMail(Schema):
    """Whom to look for."""

    mail = text(MAIL_LIMIT, required=True)


class Rename(Schema):
    """The new name."""

    name = text(NAME_LIMIT, required=True)


class Tag(Schema):
    """A word with a kind."""

    kind = text(40, required=True, metadata={"example": "city"})
    value = text(TAG_VALUE_LIMIT, required=True, metadata={"example": "Hangzhou"})


class Role(Schema):
    """A role on the whole platform."""

    role = one_of(ROLES, required=True)


class SubmitClaim(Schema):
    """What a person says of herself."""

    kind = one_of(CLAIM_KINDS, required=True)
    value = text(VALUE_LIMIT, required=True, metadata={"example": "Mountain guide"})
    code = text(CODE_LIMIT, metadata={"description": "What sorts it.", "example": "outdoors"})
    evidence = text(TEXT_LIMIT, least=0, metadata={"description": "A text or a link, for certifiers alone."})


class Certify(Schema):
    """How well it is confirmed, and until when."""

    level = _level(required=True)
    valid_until = Moment(allow_none=True)
    code = text(CODE_LIMIT, metadata={"description": "In place of the submitted one."})


class Refuse(Schema):
    """Why it is not confirmed."""

    reason = text(TEXT_LIMIT, required=True, metadata={"description": "For the person."})
    code = text(CODE_LIMIT, metadata={"description": "For statistics; 'other' when left out."})


class Withdraw(Schema):
    """Why it is taken back."""

    reason = text(TEXT_LIMIT, least=0)


class OpenClaims(Schema):
    """Which claims, and how many at once."""

    state = one_of(STATES, load_default="submitted")
    limit = page_limit()
    cursor = Cursor(2)


class RecordPerson(Schema):
    """Somebody known elsewhere."""

    person_id = fields.UUID(required=True)
    name = text(NAME_LIMIT, allow_none=True)
    tags = fields.List(fields.Nested(Tag), load_default=list, validate=validate.Length(max=TAGS_LIMIT))
    happened_at = Moment(required=True)


class ForgetMe(Schema):
    """Who wants to be forgotten, once more, because it cannot be undone."""

    person_id = fields.UUID(required=True, metadata={"description": "Your own id."})


class Forget(Schema):
    """Why somebody is forgotten."""

    reason = one_of(tuple(one for one in REASONS if one != RESTORED), required=True)


class RecordClaim(Schema):
    """A claim certified elsewhere."""

    claim_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    kind = one_of(CLAIM_KINDS, required=True)
    value = text(VALUE_LIMIT, required=True)
    code = text(CODE_LIMIT, allow_none=True)
    level = _level(required=True)
    valid_until = Moment(allow_none=True)
    issuer_id = fields.UUID(allow_none=True, metadata={"description": "The operator who records it when left out."})
    happened_at = Moment(required=True)


class SetVisibility(Schema):
    """A field of a profile, and who may see it."""

    field = one_of(FIELDS, required=True)
    audience = one_of(AUDIENCES, required=True)
    group_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=GROUPS_LIMIT),
        metadata={"description": "Where, with the audience 'groups'; left out, in every group that both are in."},
    )  # fmt: skip


class Relationships(Schema):
    """What they are to whom asks, and how many at once."""

    kind = one_of(KINDS, required=True)
    limit = page_limit(50)
    cursor = Cursor(2)


class AskPasswordReset(Schema):
    """Where the link is sent, and in which language."""

    mail = text(MAIL_LIMIT, required=True, metadata={"example": "mei@example.org"})
    language = one_of(LANGUAGES, load_default=LANGUAGES[0])


class ResetPassword(Schema):
    """What stands in the link, and the new password."""

    token = text(TOKEN_LIMIT, required=True, metadata={"description": "What stands in the link behind the #."})
    password = text(MOST_PASSWORD, required=True, load_only=True, metadata={"format": "password"})


class MoveClock(Schema):
    """How far."""

    seconds = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, MOST_SECONDS, error="Give {min} to {max} seconds.")
    )
