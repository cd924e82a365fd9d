"""What questions and commands about cases answer, field by field. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class CaseAnswer(CommandAnswer):
    """The case it was about."""

    case_id = fields.UUID(required=True)


class CaseTermsSeen(Schema):
    """How long everybody has in cases that are opened now."""

    seller_hours = fields.Integer(required=True)
    buyer_hours = fields.Integer(required=True)
    operator_hours = fields.Integer(required=True)
    open_days = fields.Integer(
        required=True, metadata={"description": "How long after its delivery a case can be opened about an order."}
    )
    cases_per_order = fields.Integer(
        required=True, metadata={"description": "How many a buyer opens about one order."}
    )


class CaseRow(Schema):
    """A case in a list. While it is open, ``state`` says who has to act until ``deadline``: awaiting_seller,
    awaiting_buyer, awaiting_operator or awaiting_bank; then it is closed, and ``outcome`` says how. The buyer is named
    to herself and to operators."""

    case_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    line_id = fields.String(required=True, allow_none=True, metadata={"description": "null: all of the order"})
    buyer_id = fields.UUID(required=True, allow_none=True)
    seller_id = fields.UUID(required=True)
    opened_by = fields.String(required=True, metadata={"description": "buyer or platform"})
    reason = fields.String(required=True, metadata={"example": "not_arrived"})
    currency = fields.String(required=True)
    state = fields.String(required=True)
    deadline = Moment(required=True)
    overdue = fields.Integer(required=True, metadata={"description": "How often the platform let a deadline pass."})
    decision = fields.String(required=True, allow_none=True)
    decided_as = fields.String(required=True, allow_none=True, metadata={"description": "Why, as a code."})
    outcome = fields.String(
        required=True, allow_none=True,
        metadata={
            "description": "settled, left_alone, refunded, refunded_in_part, rejected, nothing_left, dispute_won or"
            " dispute_lost"
        },
    )  # fmt: skip
    refunded_minor = fields.Integer(required=True, metadata={"description": "By the decision."})
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class TimelineEntry(Schema):
    """One thing that happened. What it does not tell is null; words are also null once who wrote them is forgotten."""

    happened_at = Moment(required=True)
    recorded_at = Moment(required=True)
    what = fields.String(required=True, metadata={"example": "case_answered"})
    by = fields.String(required=True, metadata={"description": "buyer, seller or platform"})
    text = fields.String(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True, metadata={"description": "Of what was shown elsewhere."})
    line_id = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    amount_minor = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    refund_id = fields.UUID(required=True, allow_none=True)
    dispute_id = fields.UUID(required=True, allow_none=True)
    case_id = fields.UUID(required=True, allow_none=True)


class CaseSeen(CaseRow):
    """A case, and a page of all that happened to its order, the earliest first."""

    timeline = fields.List(fields.Nested(TimelineEntry), required=True)
    next = Cursor(1, required=True, allow_none=True)


class CasesSeen(Schema):
    """A page of one's cases, the latest first."""

    items = fields.List(fields.Nested(CaseRow), required=True)
    next = Cursor(1, required=True, allow_none=True)


class CasesToSettle(Schema):
    """A page of cases, overdue ones first, then those that are due first."""

    items = fields.List(fields.Nested(CaseRow), required=True)
    next = Cursor(3, required=True, allow_none=True)
