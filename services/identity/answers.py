"""What goes out, field by field."""

from marshmallow import Schema, fields

from services.identity.schemas import Tag
from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class PersonAnswer(CommandAnswer):
    """The person it was about."""

    person_id = fields.UUID(required=True)


class ClaimAnswer(CommandAnswer):
    """The claim it was about."""

    claim_id = fields.UUID(required=True)


class Session(Schema):
    """Signed in: send it as 'Authorization: Bearer TOKEN' until it expires."""

    token = fields.String(required=True)
    token_type = fields.String(required=True, metadata={"example": "Bearer"})
    expires_at = Moment(required=True)
    person_id = fields.UUID(required=True)


class Keys(Schema):
    """A JWK set (RFC 7517)."""

    keys = fields.List(fields.Dict(keys=fields.String()), required=True)


class Claim(Schema):
    """A claim in full."""

    claim_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    value = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    issuer_id = fields.UUID(required=True, allow_none=True)
    level = fields.Integer(required=True, allow_none=True)
    valid_until = Moment(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class FieldVisibility(Schema):
    """Who may see a field; with the audience groups and no groups, whoever shares one with the person."""

    field = fields.String(required=True)
    audience = fields.String(required=True)
    group_ids = fields.List(fields.UUID(), required=True)


class Me(Schema):
    """A person as she sees herself; her claims, the newest first, a hundred at most."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    mail = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.Nested(Tag), required=True)
    roles = fields.List(fields.String(), required=True)
    claims = fields.List(fields.Nested(Claim), required=True)
    visibility = fields.List(fields.Nested(FieldVisibility), required=True)


class CertifiedKind(Schema):
    """That a kind of claim is certified, and the highest level of it."""

    kind = fields.String(required=True)
    level = fields.Integer(required=True)


class Card(Schema):
    """A person as who asks may see her: a claim or tag that is hidden is left out as one that is not there."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    registered_at = Moment(required=True)
    claims = fields.List(fields.Nested(CertifiedKind), required=True)
    tags = fields.List(fields.Nested(Tag), required=True)


class Found(Schema):
    """Who it is."""

    person_id = fields.UUID(required=True)


class Related(Schema):
    """Somebody who is something to who asks, and since when."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    since = Moment(required=True)


class RelatedPage(Schema):
    """A page of people; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(Related), required=True)
    next = Cursor(2, required=True, allow_none=True)


class ClaimRow(Schema):
    """A claim in a list; what it says stands in the claim itself."""

    claim_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    level = fields.Integer(required=True, allow_none=True)
    issuer_id = fields.UUID(required=True, allow_none=True)
    valid_until = Moment(required=True, allow_none=True)
    submitted_at = Moment(required=True)
    changed_at = Moment(required=True)


class ClaimPage(Schema):
    """A page of claims; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(ClaimRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class Time(Schema):
    """What time it is here, and whether it can be moved."""

    now = Moment(required=True)
    is_sandbox = fields.Boolean(required=True)
