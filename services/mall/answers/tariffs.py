"""What is answered about fees and commissions as rules."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer
from services.mall.answers.ways import AgreementKept, PartOfPrice, RuleKept


class RuleAnnounced(CommandAnswer):
    """The rule, and from when on it holds."""

    rule_id = fields.UUID(required=True)
    begins_at = Moment(required=True)


class RuleEnded(CommandAnswer):
    """The rule, and until when it holds."""

    rule_id = fields.UUID(required=True)
    ends_at = Moment(required=True)


class RuleSeen(Schema):
    """A version of a rule. ``ends_at`` is its own end, or when another version replaces it; null while that is open.

    The two parts of a fee are the same; a commission that is offered keeps between them.
    """

    rule_id = fields.UUID(required=True)
    scope = fields.String(required=True, metadata={"description": "listing, seller, community, category or all"})
    subject = fields.String(
        required=True, allow_none=True, metadata={"description": "The id of whom it is for, or the tag of a category."}
    )
    currency = fields.String(required=True, allow_none=True)
    least_bps = fields.Integer(required=True)
    most_bps = fields.Integer(required=True)
    least_minor = fields.Integer(required=True, allow_none=True)
    most_minor = fields.Integer(required=True, allow_none=True)
    announced_at = Moment(required=True)
    begins_at = Moment(required=True)
    ends_at = Moment(required=True, allow_none=True)


class RulesSeen(Schema):
    """Rules of one kind, the latest announced first, and what holds where there is none."""

    kind = fields.String(required=True)
    as_of = Moment(required=True)
    default_bps = fields.Integer(
        required=True, allow_none=True,
        metadata={"description": "The fee by the terms of that moment; null for commissions, which sellers offer."},
    )  # fmt: skip
    notice_days = fields.Integer(required=True)
    items = fields.List(fields.Nested(RuleSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)


class Quote(Schema):
    """What would hold for a line that somebody brought about, to the cent; nothing is promised by it."""

    listing_id = fields.UUID(required=True)
    as_of = Moment(required=True)
    currency = fields.String(required=True)
    price_minor = fields.Integer(required=True, metadata={"description": "Of all pieces together."})
    platform_fee_bps = fields.Integer(required=True)
    platform_fee_rule = fields.Nested(RuleKept, required=True, allow_none=True)
    offered_bps = fields.Integer(required=True)
    pool_bps = fields.Integer(required=True)
    commission_rule = fields.Nested(RuleKept, required=True, allow_none=True)
    agreement = fields.Nested(AgreementKept, required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartOfPrice), required=True)
    steps = fields.List(fields.String(), required=True)
