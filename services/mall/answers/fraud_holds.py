"""What questions and commands about fraud holds answer, field by field. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer
from services.mall.domain.fraud_rules import RULES

_OUTCOME = {"description": "let_go by an operator, lapsed when nobody decided, or forfeited; null while it lasts"}


class FraudTermsAnswer(CommandAnswer):
    """From when on what was announced holds."""

    holds_from = Moment(required=True)


class FraudHoldAnswer(CommandAnswer):
    """The fraud hold that it was about."""

    hold_id = fields.UUID(required=True)


class FraudDecisionAnswer(FraudHoldAnswer):
    """Whether it is decided by that, or a second operator has to say the same."""

    is_decided = fields.Boolean(required=True)


class FraudTermsOf(Schema):
    """What is suspected, and how long everybody has."""

    terms_version = fields.Integer(required=True)
    cycle_orders = fields.Integer(required=True)
    cycle_days = fields.Integer(required=True)
    velocity_orders = fields.Integer(required=True)
    velocity_days = fields.Integer(required=True)
    appeal_days = fields.Integer(required=True)
    hold_days = fields.Integer(required=True)


class FraudTermsAnnounced(FraudTermsOf):
    """What will hold."""

    holds_from = Moment(required=True)


class FraudTermsSeen(FraudTermsOf):
    """What holds now, and what was announced and does not hold yet."""

    announced = fields.Nested(FraudTermsAnnounced, required=True, allow_none=True)


class FraudHoldRow(Schema):
    """A share that is or was withheld. ``state`` is open, appealed, forfeiture_proposed or closed."""

    hold_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    role = fields.String(required=True, metadata={"description": "community or member"})
    party_id = fields.UUID(required=True)
    rules = fields.List(fields.String(), required=True, metadata={"description": "Why, as " + ", ".join(RULES)})
    terms_version = fields.Integer(required=True)
    withheld_minor = fields.Integer(required=True, metadata={"description": "When it was opened."})
    currency = fields.String(required=True)
    state = fields.String(required=True)
    is_appealed = fields.Boolean(required=True)
    appeal_until = Moment(required=True, metadata={"description": "Nothing is forfeited before without an appeal."})
    lets_go_at = Moment(required=True, metadata={"description": "Then it is let go, unless it was decided before."})
    decided_as = fields.String(required=True, allow_none=True, metadata={"description": "Why, as a code."})
    outcome = fields.String(required=True, allow_none=True, metadata=_OUTCOME)
    moved_minor = fields.Integer(
        required=True, allow_none=True, metadata={"description": "What was left of it at the end."}
    )
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class Evidence(Schema):
    """What one rule found: its version, and the figures that it weighed."""

    rule = fields.String(required=True)
    rules_version = fields.Integer(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    order_ids = fields.List(
        fields.UUID(), required=True, metadata={"description": "The latest that were counted; operators are told."}
    )


class FraudHoldSeen(FraudHoldRow):
    """One with its evidence and what was said; words are null where there are none, or who wrote them is forgotten."""

    evidence = fields.List(fields.Nested(Evidence), required=True)
    buyer_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Told to operators."})
    appeal = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)


class FraudHoldsSeen(Schema):
    """A page of one's fraud holds, the latest first."""

    items = fields.List(fields.Nested(FraudHoldRow), required=True)
    next = Cursor(1, required=True, allow_none=True)


class FraudHoldsToDecide(Schema):
    """A page of fraud holds, what is let go first, first."""

    items = fields.List(fields.Nested(FraudHoldRow), required=True)
    next = Cursor(2, required=True, allow_none=True)
