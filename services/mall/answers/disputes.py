"""What questions about disputes answer, field by field. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class DisputeAnswer(CommandAnswer):
    """The dispute it was about."""

    dispute_id = fields.UUID(required=True)


class DisputeRow(Schema):
    """What every row of a dispute tells."""

    dispute_id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"description": "open, won or lost"})
    reason = fields.String(required=True, metadata={"description": "The provider's code.", "example": "fraudulent"})
    currency = fields.String(required=True)
    amount_minor = fields.Integer(required=True)
    opened_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)


class DisputeSeen(DisputeRow):
    """A dispute in full. ``fee_minor`` is what the provider takes if it is lost, ``unborne_minor`` what no order had
    left when it was."""

    reference = fields.String(required=True, metadata={"description": "The provider's id of it."})
    checkout_id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    fee_minor = fields.Integer(required=True)
    unborne_minor = fields.Integer(required=True)
    proposed_as = fields.String(
        required=True, allow_none=True, metadata={"description": "How an operator would end it by hand: won or lost."}
    )


class DisputesSeen(Schema):
    """A page of disputes, the latest first."""

    items = fields.List(fields.Nested(DisputeSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)


class DisputeOfOrder(DisputeRow):
    """How much of an order is or was disputed."""

    order_id = fields.UUID(required=True)


class DisputesOfSeller(Schema):
    """A page of what is disputed of a seller's orders, the latest first."""

    items = fields.List(fields.Nested(DisputeOfOrder), required=True)
    next = Cursor(2, required=True, allow_none=True)
